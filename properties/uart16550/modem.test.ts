import { testInvariants } from "./invariant.js";
import { modemInvariants } from "./modem.js";

testInvariants(modemInvariants);
