import type { AnyStateMachine } from "xstate";
import { type LoweredMachine, lowerMachine } from "./frontend/lower-machine.js";
import { definitionHash } from "./ir/definition-hash.js";
import { StaleSourceError } from "./ir/errors.js";
import { linkEnvironment } from "./javascript/link.js";
import { expectMachine, expectSource } from "./runtime/argument-checks.js";
import { createEngine } from "./runtime/compiled-engine.js";
import type { CompiledEngine } from "./runtime/engine.js";
import type { GeneratedSource } from "./runtime/executable.js";
import { tableExecutable } from "./table/table-executable.js";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** The module that {@link generate} wrote for this machine. Without it the engine walks a table, which is slower. */
  readonly source?: GeneratedSource;
}

/**
 * Compiles a machine to a fast engine: with `source`, to the code that was generated for it; without, to a table.
 * Neither evaluates text.
 *
 * The functions of the machine see one context that is changed in place: they may read it, and must not keep it.
 *
 * @param machine - an XState machine without child actors, delays and history.
 * @param options - see {@link CompileOptions}.
 * @throws {TypeError} if `machine` is no machine, or `source` no generated module.
 * @throws {UnsupportedError} if the machine uses a feature that cannot be compiled.
 * @throws {StaleSourceError} if `source` was generated for another definition.
 */
export const compile = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  options: CompileOptions = {},
): CompiledEngine<TMachine> => {
  expectMachine(machine);
  return compileLowered(machine, lowerMachine(machine), options.source);
};

/** Compiles a lowered machine. */
export const compileLowered = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  lowered: LoweredMachine,
  source?: GeneratedSource,
): CompiledEngine<TMachine> => {
  const { program, links } = lowered;
  if (source === undefined) return createEngine(machine, lowered, tableExecutable(program, links));
  expectSource(source);
  const hash = definitionHash(program);
  if (source.hash !== hash) throw new StaleSourceError(machine.id, hash, source.hash);
  return createEngine(machine, lowered, source.default(linkEnvironment(program, links)));
};
