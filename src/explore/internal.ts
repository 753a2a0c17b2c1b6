/** The parts of explore that other folders of this package build upon. */
export { abstractState } from "./space/scope.js";
