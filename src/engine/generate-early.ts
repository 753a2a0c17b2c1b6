import { canThrow } from "./generate-steps.js";
import { isPlain, leavable, nodeAt } from "./layout.js";
import type { Program, ProgramTransition, Step } from "./program.js";

/** What is done while a function of the machine can still throw, and must be taken back if it does. */
export interface Early {
  /** Keys of the context that are assigned one by one. */
  readonly keys: readonly string[];
  readonly variables: readonly number[];
  /** Whether an assign by a function notes what it overwrites. */
  readonly merges: boolean;
  /** Whether it lists emissions. The first of a plain case is held back until there is a second. */
  readonly emits: boolean;
}

/** The steps of a transition in their order, those of every node that it may leave among them. */
const stepsInOrder = (program: Program, transition: ProgramTransition): Step[] => {
  const { domain, actions, entered, initials } = transition;
  const exits = domain === undefined ? [] : [...leavable(program, domain)].reverse();
  return [
    ...exits.flatMap(({ exit }) => exit),
    ...actions,
    ...entered.flatMap((index) => {
      const { entry, initial } = nodeAt(program, index);
      return initials.includes(index) ? [...entry, ...initial] : entry;
    }),
  ];
};

/** What comes early where one transition at most of each slot is taken, in the slots' order. */
export const earlyOf = (program: Program, slots: readonly (readonly ProgramTransition[])[]): Early => {
  const keys = new Set<string>();
  const variables = new Set<number>();
  let merges = false;
  let emits = false;
  const steps = new Map(
    slots.flat().map((transition) => [transition, stepsInOrder(program, transition)] as const),
  );
  const throws = (transition: ProgramTransition) => (steps.get(transition) ?? []).some(canThrow);
  const plain = slots.flat().every((transition) => isPlain(program, transition));
  let emitted = false;
  for (const [slot, held] of slots.entries()) {
    // Several that leave and enter do so by turns: all that one does may come before what another does.
    const others = plain ? slots.slice(slot + 1) : slots.filter((other) => other !== held);
    const followed = others.flat().some(throws);
    const before = emitted;
    for (const transition of held) {
      let first = plain && !before;
      const own = steps.get(transition) ?? [];
      for (const [at, step] of own.entries()) {
        const early = followed || own.slice(at + 1).some(canThrow);
        if (step.kind === "assign") merges ||= early || !plain;
        if (!early) continue;
        if (step.kind === "set") for (const { key } of step.keys) keys.add(key);
        if (step.kind !== "emit") continue;
        if (!first) emits = true;
        first = false;
      }
      emitted ||= own.some(({ kind }) => kind === "emit");
      if (followed) for (const [variable] of transition.sets) variables.add(variable);
    }
  }
  return { keys: [...keys], variables: [...variables], merges, emits };
};
