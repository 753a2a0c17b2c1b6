/** The parts of draw that other folders of this package build upon. */
export { CHART_PICTURES, UART16550_GROUPS } from "./chart-pictures.js";
export { selfAndDescendants } from "./drawing.js";
export { layOutGraph } from "./graph-layout.js";
export { type Box, type Point, roundedPath } from "./shapes.js";
export { CHARACTER_WIDTH, LABEL_FONT_SIZE, LABEL_WIDTH, NAME_FONT_SIZE, NAME_WIDTH } from "./text-metrics.js";
