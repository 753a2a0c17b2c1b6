import { testInvariants } from "./invariant.js";
import { receiverInvariants } from "./receiver.js";

testInvariants(receiverInvariants);
