import { testInvariants } from "./invariant.js";
import { twinInvariants } from "./twin.js";

testInvariants(twinInvariants);
