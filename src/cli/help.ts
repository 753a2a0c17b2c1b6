import type { Command } from "commander";

/** The help text of a command, in the order in which it is shown. */
export interface CommandHelp {
  /** A sentence without a full stop, for the list of commands and the first line. */
  readonly summary: string;
  /** Calls with a comment each, the most common one first. */
  readonly examples: string;
  /** Everything else that a user has to know; it follows the options. */
  readonly details: string;
}

/** Gives a command its help text: the examples come before the options. Lines are printed unwrapped. */
export const withHelp = (command: Command, { summary, examples, details }: CommandHelp): Command =>
  command
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.\n\nExamples:\n${examples}`)
    .addHelpText("after", `\n${details}`);
