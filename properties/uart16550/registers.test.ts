import { testInvariants } from "./invariant.js";
import { registerInvariants } from "./registers.js";

testInvariants(registerInvariants);
