/** Lines of Promela, with their indentation. */
export type PromelaLines = readonly string[];

export const indented = (lines: PromelaLines): PromelaLines =>
  lines.map((line) => (line === "" ? "" : `  ${line}`));

/** Joins statements by semicolons; Promela has none after the last. */
export function joinStatements(statements: readonly PromelaLines[]): PromelaLines {
  const nonEmpty = statements.filter((lines) => lines.length > 0);
  return nonEmpty.flatMap((lines, index) =>
    index === nonEmpty.length - 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1)};`],
  );
}

/** One option of a choice: its condition and its statements. */
export interface ChoiceOption {
  readonly condition: string;
  readonly statements: PromelaLines;
}

/** Returns a choice. Its conditions exclude one another; `otherwise` is executed if none holds. */
export const choiceLines = (options: readonly ChoiceOption[], otherwise: PromelaLines = []): PromelaLines => [
  "if",
  ...options.flatMap(optionLines),
  ...optionLines({ condition: "else", statements: otherwise }),
  "fi",
];

function optionLines({ condition: when, statements: does }: ChoiceOption): PromelaLines {
  if (does.length === 0) return [`:: ${when} -> skip`];
  return does.length === 1 ? [`:: ${when} -> ${does[0]}`] : [`:: ${when} ->`, ...indented(does)];
}

/** Returns an inline: statements with a name. Its variables are the model's. */
export const inlineLines = (name: string, statements: readonly PromelaLines[]): PromelaLines => {
  const lines = joinStatements(statements);
  return lines.length === 0
    ? [`inline ${name}() { skip }`]
    : lines.length === 1
      ? [`inline ${name}() { ${lines[0]} }`]
      : [`inline ${name}() {`, ...indented(lines), "}"];
};
