/** Lines of Promela, with their indentation. */
export type Lines = readonly string[];

export const indented = (lines: Lines): Lines => lines.map((line) => (line === "" ? "" : `  ${line}`));

/** Statements in a row: Promela separates them by semicolons, and ends none. */
export function sequence(statements: readonly Lines[]): Lines {
  const full = statements.filter((lines) => lines.length > 0);
  return full.flatMap((lines, index) =>
    index === full.length - 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1)};`],
  );
}

/** One way to go on: the condition, and what is then done. */
export interface Option {
  readonly when: string;
  readonly does: Lines;
}

/** A choice. Its conditions exclude one another; where none holds, what `otherwise` says is done. */
export const choice = (options: readonly Option[], otherwise: Lines = []): Lines => [
  "if",
  ...options.flatMap(option),
  ...option({ when: "else", does: otherwise }),
  "fi",
];

function option({ when, does }: Option): Lines {
  if (does.length === 0) return [`:: ${when} -> skip`];
  return does.length === 1 ? [`:: ${when} -> ${does[0]}`] : [`:: ${when} ->`, ...indented(does)];
}

/** Statements under a name. Their variables are the model's. */
export const inline = (name: string, statements: readonly Lines[]): Lines => {
  const lines = sequence(statements);
  return lines.length === 0
    ? [`inline ${name}() { skip }`]
    : lines.length === 1
      ? [`inline ${name}() { ${lines[0]} }`]
      : [`inline ${name}() {`, ...indented(lines), "}"];
};
