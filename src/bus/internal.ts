/** The parts of the bus that other folders of this package build upon. */
export { bytesInWords, checkedWindow, checkValue, hexAddress, type ReachedRegister } from "./window.js";
