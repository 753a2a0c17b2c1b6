import type { AnyStateMachine } from "xstate";
import { type LoweredMachine, lowerMachine } from "./frontend/lower-machine.js";
import { definitionHash } from "./ir/definition-hash.js";
import { StaleSourceError } from "./ir/errors.js";
import { linkEnvironment } from "./javascript/link.js";
import { describeValue, expectMachine, expectOptions, expectSource } from "./runtime/argument-checks.js";
import { createEngine } from "./runtime/compiled-engine.js";
import { withCopiedContexts } from "./runtime/context-copies.js";
import type { CompiledEngine } from "./runtime/engine.js";
import type { GeneratedSource } from "./runtime/executable.js";
import { tableExecutable } from "./table/table-executable.js";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** The module that {@link generate} wrote for this machine. Without it the engine walks a table, which is slower. */
  readonly source?: GeneratedSource;
  /**
   * The context that the machine's functions get. "copied", the default: a frozen object that the engine never changes, so that a
   * function may keep it, in an undo history for example. "live": the one object that the engine changes in place, which is faster, for a
   * machine whose functions read it and never keep it; one that does has other results than in XState.
   */
  readonly context?: ContextOption;
  /**
   * True if a guard that declares what it reads must throw when it reads something else. By default it is not checked, which is
   * faster: for tests of a chart.
   */
  readonly checkReads?: boolean;
}

/** See {@link CompileOptions.context}. */
export type ContextOption = "copied" | "live";
const OPTIONS = /* @__PURE__ */ Object.keys({
  source: true,
  context: true,
  checkReads: true,
} satisfies Record<keyof CompileOptions, true>);
const CONTEXT_OPTIONS: readonly ContextOption[] = ["copied", "live"];

/**
 * Compiles a machine to a fast engine: with `source`, to the code that was generated for it; without, to a table.
 * Neither evaluates text.
 *
 * A machine whose functions change the context that they get, instead of assigning, cannot be run like this: it throws in strict mode.
 * {@link interpret} runs it as XState does.
 *
 * @param machine - an XState machine without child actors, delays and history.
 * @param options - see {@link CompileOptions}.
 * @throws {TypeError} if `machine` is no machine, or `source` no generated module.
 * @throws {RangeError} if there is no such `context` option.
 * @throws {UnsupportedError} if the machine uses a feature that cannot be compiled.
 * @throws {StaleSourceError} if `source` was generated for another definition.
 */
export const compile = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  options: CompileOptions = {},
): CompiledEngine<TMachine> => {
  expectMachine(machine);
  expectOptions(options, OPTIONS);
  return compileLowered(machine, lowerMachine(machine, options), options.source, options.context);
};

/** Compiles a lowered machine. */
export const compileLowered = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  lowered: LoweredMachine,
  source?: GeneratedSource,
  context: ContextOption = "copied",
): CompiledEngine<TMachine> => {
  const { program } = lowered;
  if (!CONTEXT_OPTIONS.includes(context))
    throw new RangeError(
      `context: expected one of ${CONTEXT_OPTIONS.join(", ")}, got ${typeof context === "string" ? (context as string).slice(0, 60) : describeValue(context)}`,
    );
  const links = context === "copied" ? withCopiedContexts(lowered.links) : lowered.links;
  if (source === undefined) return createEngine(machine, lowered, tableExecutable(program, links));
  expectSource(source);
  const hash = definitionHash(program);
  if (source.hash !== hash) throw new StaleSourceError(machine.id, hash, source.hash);
  return createEngine(machine, lowered, source.default(linkEnvironment(program, links)), () =>
    tableExecutable(program, links),
  );
};
