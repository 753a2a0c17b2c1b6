import { testInvariants } from "./invariant.js";
import { transmitterInvariants } from "./transmitter.js";

testInvariants(transmitterInvariants);
