import { testMutants } from "./matrix.js";
import { MUTANTS } from "./mutants.js";

testMutants(MUTANTS.filter((_, index) => index % 2 === 1));
