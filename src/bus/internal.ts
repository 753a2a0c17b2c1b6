/** The parts of the bus that other folders of this package build upon. */
export { checkedWindow, checkValue, hexAddress } from "./window.js";
