/** The parts of draw that other folders of this package build upon. */
export { CHART_PICTURES } from "./chart-pictures.js";
