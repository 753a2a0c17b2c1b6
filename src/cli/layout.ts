/** The greatest width of a report, in columns. */
export const REPORT_WIDTH = 100;
/** The width of the labels, in columns. */
const LABEL_WIDTH = 14;

/** Breaks text at spaces into lines of `width` at most; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
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
 * Formats a labelled part of a report: the label on the left, the wrapped text beside it.
 *
 * @param paint - styles the padded label.
 */
export function labelledField(label: string, text: string, paint: (label: string) => string): string {
  const [firstLine = "", ...moreLines] = wrapText(text, REPORT_WIDTH - LABEL_WIDTH);
  return [`${paint(label.padEnd(LABEL_WIDTH))}${firstLine}`, ...moreLines.map(indentText)].join("\n");
}

/** Indents a line to the text beside the labels. */
export const indentText = (text: string): string => `${" ".repeat(LABEL_WIDTH)}${text}`;

/** Pads the cells of a column to equal width. */
export function alignColumn(cells: readonly string[], alignment: "left" | "right" = "left"): string[] {
  const columnWidth = Math.max(0, ...cells.map(({ length }) => length));
  return cells.map((cell) => (alignment === "left" ? cell.padEnd(columnWidth) : cell.padStart(columnWidth)));
}
