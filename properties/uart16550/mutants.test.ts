/** Each mutant of the chart dies by its own invariant, and by no other. */
import { testMutants } from "./mutant-matrix.js";
import { MUTANTS } from "./mutants.js";

testMutants(MUTANTS);
