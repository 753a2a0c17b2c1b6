import type { AnyStateMachine } from "xstate";
import { lowerMachine } from "../frontend/lower-machine.js";
import { definitionHash } from "../ir/definition-hash.js";
import type { EmissionKind } from "../ir/emission-kind.js";
import type { Program } from "../ir/program.js";
import { planMachine } from "../passes/plan-machine.js";
import { expectMachine, expectOptions } from "../runtime/argument-checks.js";
import type { EventGroup } from "../runtime/executable.js";
import { printModule } from "./module-printer.js";

const OPTIONS = Object.keys({
  groups: true,
  kinds: true,
  frequent: true,
} satisfies Record<keyof GenerateOptions, true>);

/** Options of {@link generate}. */
export interface GenerateOptions {
  /**
   * Lists of event types for `run.port`, each of which becomes one class. A list with a type that no state names is ignored.
   */
  readonly groups?: readonly (readonly string[] | EventGroup)[];
  /**
   * The kinds of emissions that `run.port` returns by number, without creating an event object: those of
   * constants, and of expressions that have a property `emission` with its `type`, the key of its `payload` and the function that computes it, `of`.
   */
  readonly kinds?: readonly EmissionKind[];
  /**
   * The types of events that come often, by default all. Each has code of its own that undoes what an error has left; all others share theirs, which
   * saves more before each event. The text is shorter by that.
   */
  readonly frequent?: readonly string[];
}

/**
 * Writes a machine as the text of an ES module that {@link compile} runs as its `source`.
 *
 * The module imports nothing. It holds the machine's states and transitions; the machine's functions are passed in
 * when it is linked. It is plain JavaScript, and may be saved as `.ts` too.
 * Its size grows with the states and transitions of the machine, not with the product of its regions.
 *
 * @param machine - an XState machine without child actors, delays and history.
 * @param options - see {@link GenerateOptions}.
 * @returns the text, which carries a hash of the definition: {@link compile} refuses it for any other.
 * @throws {TypeError} if `machine` is no machine.
 * @throws {UnsupportedError} if the machine uses a feature that cannot be compiled.
 */
export const generate = (machine: AnyStateMachine, options: GenerateOptions = {}): string => {
  expectMachine(machine);
  expectOptions(options, OPTIONS);
  return generateModule(lowerMachine(machine).program, options, contextKeys(machine));
};

/** Generates the module of a lowered machine: plans it, and prints the plan. */
export const generateModule = (
  program: Program,
  { groups: eventGroups = [], kinds: emissionKinds = [], frequent }: GenerateOptions = {},
  contextKeyList: readonly string[] = [],
): string => {
  const plan = planMachine(program, emissionKinds, contextKeyList, frequent);
  const knownGroups = eventGroups
    .map((eventGroup) => ("types" in eventGroup ? eventGroup : { types: eventGroup }))
    .filter(({ types }) => types.every((eventType) => program.events.includes(eventType)));
  return printModule(plan, definitionHash(program), emissionKinds, knownGroups);
};

/** Returns the keys of a machine's initial context, in their order: none if they depend on the input. */
export const contextKeys = (machine: AnyStateMachine): string[] => {
  const { context } = machine.config as { readonly context?: unknown };
  try {
    return Object.keys((typeof context === "function" ? context({}) : context) ?? {});
  } catch {
    return [];
  }
};
