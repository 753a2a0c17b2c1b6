/** The charts' layouts, computed when the page is built: apart, since elkjs is large and no dependency of the package. */
export { layOutChart } from "./chart-layout.js";
