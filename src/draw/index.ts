/** Charts as pictures: SVG with every region, state and transition, or an overview of the regions. */
export type { DrawingOptions } from "./drawing.js";
export { drawOverview, type RegionGroup } from "./overview.js";
export { drawPicture, type PictureOptions } from "./picture.js";
