import { interruptInvariants } from "./interrupts.js";
import { testInvariants } from "./invariant.js";

testInvariants(interruptInvariants);
