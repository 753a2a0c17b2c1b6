/** The invariants hold of the device, on every part of which they speak. */
import { testInvariants } from "./invariant.js";
import { INVARIANTS } from "./invariants.js";

testInvariants(INVARIANTS);
