/** The parts of draw that other folders of this package build upon. */
export { CHART_PICTURES, UART16550_GROUPS } from "./chart-pictures.js";
