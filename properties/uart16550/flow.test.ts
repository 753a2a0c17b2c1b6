import { flowInvariants } from "./flow.js";
import { testInvariants } from "./invariant.js";

testInvariants(flowInvariants);
