/** The parts of conformance that other folders of this package build upon. */
export { runSequence, SETTLING } from "./sequence.js";
