import type { Effect, Guard, Operand, Program, UserFunction } from "../../engine/internal.js";
import type { FunctionFault } from "./stepping-engine.js";
import { isConstant, type ValueIdentity } from "./value-identity.js";

/** The text of a part of the context that cannot be compared: the exploration refuses it anyway. */
const INCOMPARABLE = "?";

/** The functions of a machine, wrapped so that the first one that throws, or that changes its context in place, is recorded. */
export class ObservedFunctions {
  /** The wrapped functions. */
  readonly functions: readonly UserFunction[];
  /** The first fault since it was last cleared. */
  fault: FunctionFault | undefined;
  readonly #program: Program;
  readonly #identity: ValueIdentity;

  constructor(program: Program, functions: readonly UserFunction[], identity: ValueIdentity) {
    this.#program = program;
    this.#identity = identity;
    this.functions = functions.map((userFunction, functionIndex) =>
      this.#observe(userFunction, functionIndex),
    );
  }

  #observe(userFunction: UserFunction, functionIndex: number): UserFunction {
    return (parameters, params) => {
      const { context: liveContext } = parameters;
      // The function may keep its context, and change it: both are as in XState, which never changes one.
      const context = { ...liveContext };
      const textsBefore = this.#mutableTexts(context);
      try {
        return userFunction(Object.create(parameters, { context: { value: context } }), params);
      } catch (error) {
        this.fault ??= { source: functionInWords(this.#program, functionIndex) };
        throw error;
      } finally {
        const changedField =
          changedName(liveContext, context) ??
          [...textsBefore].find(([fieldName, text]) => this.#textOf(context[fieldName]) !== text)?.[0];
        if (changedField !== undefined)
          this.fault ??= { source: functionInWords(this.#program, functionIndex), changedField };
      }
    };
  }

  /** The texts of the fields whose values can be changed in place. */
  #mutableTexts(context: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const fieldName of Object.keys(context))
      if (!isConstant(context[fieldName], this.#identity))
        texts.set(fieldName, this.#textOf(context[fieldName]));
    return texts;
  }

  #textOf(value: unknown): string {
    try {
      return this.#identity.keyOf(value, "context");
    } catch {
      return INCOMPARABLE;
    }
  }
}

/** Returns the first field that is not the same value in two contexts. */
function changedName(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const fieldName of Object.keys(before))
    if (!Object.hasOwn(after, fieldName) || !Object.is(before[fieldName], after[fieldName])) return fieldName;
  return Object.keys(after).find((fieldName) => !Object.hasOwn(before, fieldName));
}

/** The names of functions that have none of their own. */
const NAMELESS = ["guard", "action", "assign", "emit", "raise"];

/** Describes a function of a machine by its first use: `the action "add" of state "a", event "GO"`. */
function functionInWords(program: Program, functionIndex: number): string {
  const describe = (role: string, location: string, name: string): string =>
    NAMELESS.includes(name) ? `the ${role} of ${location}` : `the ${role} "${name}" of ${location}`;
  const fullName = program.functions[functionIndex] ?? "";
  for (const transition of program.transitions) {
    if (guardCalls(transition.guard, functionIndex)) return describe("guard", transition.place, fullName);
    const effect = transition.actions.find((action) => effectCalls(action, functionIndex));
    if (effect) return describe("action", transition.place, actionName(effect, functionIndex, fullName));
  }
  for (const node of program.nodes) {
    const location = node.path === "" ? "the root" : `state "${node.path}"`;
    for (const [role, effects] of [
      ["entry action", node.entry],
      ["exit action", node.exit],
      ["initial action", node.initial],
    ] as const) {
      const effect = effects.find((action) => effectCalls(action, functionIndex));
      if (effect) return describe(role, location, actionName(effect, functionIndex, fullName));
    }
    if (isCall(node.output, functionIndex)) return describe("output", location, fullName);
  }
  return `the function "${fullName}"`;
}

/** Returns the name of the action that a function is a part of: "add" of "add.n", which assigns to n. */
function actionName(effect: Effect, functionIndex: number, fullName: string): string {
  const keys =
    effect.kind === "set"
      ? effect.keys.filter(({ to: operand }) => isCall(operand, functionIndex)).map(({ key }) => key)
      : effect.kind === "emit" && effect.shape?.payload !== undefined
        ? [effect.shape.payload]
        : [];
  const key = keys.find((part) => fullName.endsWith(`.${part}`));
  return key === undefined ? fullName : fullName.slice(0, -key.length - 1);
}

const isCall = (operand: Operand | undefined, functionIndex: number): boolean =>
  operand !== undefined && "fn" in operand && operand.fn === functionIndex;

function guardCalls(guard: Guard | undefined, functionIndex: number): boolean {
  switch (guard?.kind) {
    case "call":
      return guard.fn === functionIndex || isCall(guard.params, functionIndex);
    case "not":
      return guardCalls(guard.guard, functionIndex);
    case "and":
    case "or":
      return guard.guards.some((innerGuard) => guardCalls(innerGuard, functionIndex));
    default:
      return false;
  }
}

function effectCalls(effect: Effect, functionIndex: number): boolean {
  if (isCall(effect.params, functionIndex)) return true;
  switch (effect.kind) {
    case "assign":
    case "call":
      return effect.fn === functionIndex;
    case "set":
      return effect.keys.some(({ to: operand }) => isCall(operand, functionIndex));
    default:
      return isCall(effect.event, functionIndex) || ("shape" in effect && effect.shape?.fn === functionIndex);
  }
}
