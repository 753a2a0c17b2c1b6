import type { ConstantGuard } from "../ir/plan.js";
import type { Guard, Operand, Program } from "../ir/program.js";
import { allEffects } from "../ir/program-queries.js";

/** A program whose constant guards are flags, and these guards by the numbers of their flags. */
interface FlaggedProgram {
  readonly program: Program;
  readonly constants: readonly ConstantGuard[];
  /** The fields of the context that they read. */
  readonly fields: readonly string[];
}

const keyOf = ({ fn, params }: { readonly fn: number; readonly params?: Operand }): string =>
  JSON.stringify([fn, params ?? null]);

/** Returns the calls in a guard. */
export const callsIn = (guard: Guard | undefined): Extract<Guard, { kind: "call" }>[] => {
  switch (guard?.kind) {
    case "call":
      return [guard];
    case "not":
      return callsIn(guard.guard);
    case "and":
    case "or":
      return guard.guards.flatMap(callsIn);
    default:
      return [];
  }
};

/** Returns a guard with its calls replaced. */
const replaceCalls = (guard: Guard, replace: (call: Extract<Guard, { kind: "call" }>) => Guard): Guard => {
  switch (guard.kind) {
    case "call":
      return replace(guard);
    case "not":
      return { ...guard, guard: replaceCalls(guard.guard, replace) };
    case "and":
    case "or":
      return { ...guard, guards: guard.guards.map((inner) => replaceCalls(inner, replace)) };
    default:
      return guard;
  }
};

/**
 * Makes flags of the guards that are constant during a run: they declare what they read, and no action writes it. A machine in
 * which a function returns the fields that it assigns has none, as it may write any.
 */
export const flagConstantGuards = (program: Program): FlaggedProgram => {
  const effects = allEffects(program);
  if (effects.some(({ kind }) => kind === "assign")) return { program, constants: [], fields: [] };
  const written = new Set(
    effects.flatMap((effect) => (effect.kind === "set" ? effect.keys.map(({ key }) => key) : [])),
  );
  const isConstant = ({ fn, params }: ConstantGuard): boolean => {
    const reads = program.reads[fn];
    return (
      !!reads &&
      reads.event.length === 0 &&
      !reads.context.some((field) => written.has(field)) &&
      (params === undefined || "value" in params)
    );
  };
  const flags = new Map<string, number>();
  const constants: ConstantGuard[] = [];
  const fields = new Set<string>();
  const flagOf = (call: ConstantGuard): number => {
    const key = keyOf(call);
    const known = flags.get(key);
    if (known !== undefined) return known;
    const { fn, params } = call;
    flags.set(key, constants.length);
    for (const field of program.reads[fn]?.context ?? []) fields.add(field);
    return constants.push({ fn, ...(params && { params }) }) - 1;
  };
  const transitions = program.transitions.map((transition) =>
    transition.guard === undefined
      ? transition
      : {
          ...transition,
          guard: replaceCalls(transition.guard, (call) =>
            isConstant(call) ? { kind: "flag", flag: flagOf(call) } : call,
          ),
        },
  );
  return { program: { ...program, transitions }, constants, fields: [...fields] };
};
