/** The parts of explore that other folders of this package build upon. */
export { createHelper, proveWith } from "./check/prove.js";
export type { Subject } from "./space/explore.js";
export { abstractState } from "./space/scope.js";
export type { ExploredSlice, ExploreHelper, HelperSource, SliceRequest } from "./space/slice.js";
