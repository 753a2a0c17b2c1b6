/** How wide a report may be, in columns. */
export const WIDTH = 100;
/** Where the text beside the labels begins. */
const LABEL = 14;

/** Text broken at spaces into lines of `width` at most; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

/**
 * A labelled part of the report: the label on the left, the text beside it, broken where it gets too wide.
 *
 * @param paint - styles the label, which is measured before.
 */
export function field(label: string, text: string, paint: (label: string) => string): string {
  const [first = "", ...more] = wrap(text, WIDTH - LABEL);
  return [`${paint(label.padEnd(LABEL))}${first}`, ...more.map(indented)].join("\n");
}

/** A line under a label's text. */
export const indented = (text: string): string => `${" ".repeat(LABEL)}${text}`;

/** A column's cells, made equally wide. */
export function column(cells: readonly string[], align: "left" | "right" = "left"): string[] {
  const width = Math.max(0, ...cells.map(({ length }) => length));
  return cells.map((cell) => (align === "left" ? cell.padEnd(width) : cell.padStart(width)));
}
