/** The width of a character of the page's monospaced fonts, in ems: the widest of them. */
export const CHARACTER_WIDTH = 0.605;
/** The sizes of the chart's texts, in pixels: names of states, labels of arrows, names of regions. */
export const NAME_FONT_SIZE = 12;
export const LABEL_FONT_SIZE = 11;
