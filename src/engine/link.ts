import { completer } from "./completion.js";
import type { Links, Program } from "./program.js";
import {
  Arguments,
  begin,
  byDomain,
  finish,
  guardError,
  iterationError,
  merge,
  missingGuard,
  note,
  noteNumber,
  rollBack,
  State,
  told,
  WatchingArguments,
  withoutConflicts,
} from "./runtime.js";
import { refuseType } from "./table.js";

/** What generated source is given when it is linked with a machine. */
export const environment = (program: Program, links: Links) => ({
  ...links,
  told: (state: State, ...transitions: number[]) => told(state, links, transitions),
  Arguments,
  State,
  WatchingArguments,
  begin,
  finish,
  merge,
  missingGuard,
  note,
  noteNumber,
  rollBack,
  refuseType,
  iterationError,
  guardError: (index: number, event: { type: string }, error: unknown) =>
    guardError(program, index, event, error),
  withoutConflicts: (chosen: readonly number[]) => withoutConflicts(program, chosen),
  byDomain: (chosen: readonly number[]) => byDomain(program, chosen),
  completer: (read: (state: State, variable: number) => number) => completer(program, links, read),
});

/** A module whose text {@link generate} wrote. */
export interface GeneratedSource {
  /** The hash of the definition that it was generated from. */
  readonly hash: string;
  /** Links the code with a machine's functions. */
  // biome-ignore lint/suspicious/noExplicitAny: generated modules are plain JavaScript, without types of their own.
  readonly default: (environment: any) => any;
}
