/** The width of a character of the monospaced fonts in charts, in ems: the widest of them. */
export const CHARACTER_WIDTH = 0.605;
/** The sizes of the charts' texts, in pixels: names of states, labels of arrows, names of regions. */
export const NAME_FONT_SIZE = 12;
export const LABEL_FONT_SIZE = 11;
/** Widths of a character of a state's name, and of an arrow's label, in pixels. */
export const NAME_WIDTH = NAME_FONT_SIZE * CHARACTER_WIDTH;
export const LABEL_WIDTH = LABEL_FONT_SIZE * CHARACTER_WIDTH;
