import { refuseReservedType } from "../ir/event-descriptors.js";
import type { Links, Program } from "../ir/program.js";
import { createCompletion } from "../runtime/completion.js";
import { removeConflicts, sortByDomain } from "../runtime/conflicts.js";
import { guardError, iterationError, throwMissingGuard } from "../runtime/run-errors.js";
import { Arguments, beginEvent, finishEvent, RunState, recordSelected } from "../runtime/run-state.js";
import { assignToContext, dropKeys, restoreFields, rollBack } from "../runtime/undo-log.js";

/** Returns the environment with which generated source is linked; its keys are names in the generated text. */
export const linkEnvironment = (program: Program, links: Links) => ({
  ...links,
  told: (runState: RunState, ...transitions: number[]) => recordSelected(runState, links, transitions),
  Arguments,
  State: RunState,
  begin: beginEvent,
  finish: finishEvent,
  merge: assignToContext,
  missingGuard: throwMissingGuard,
  dropKeys,
  restoreFields,
  rollBack,
  refuseType: refuseReservedType,
  iterationError,
  guardError: (index: number, event: { type: string }, error: unknown) =>
    guardError(program, index, event, error),
  withoutConflicts: (selected: readonly number[]) => removeConflicts(program, selected),
  byDomain: (selected: readonly number[]) => sortByDomain(program, selected),
  completer: (readVariable: (runState: RunState, variable: number) => number) =>
    createCompletion(program, links, readVariable),
});
