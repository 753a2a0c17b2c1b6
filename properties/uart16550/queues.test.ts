import { testInvariants } from "./invariant.js";
import { queueInvariants } from "./queues.js";

testInvariants(queueInvariants);
