import type { EmissionText, First } from "./generate-first.js";
import type { Text } from "./generate-text.js";
import { type EmissionKind, kindOf, WHOLE } from "./kinds.js";
import { activity, type Layout, leavable, nodeAt, type Watched } from "./layout.js";
import type { Guard, Operand, Program, ProgramNode, ProgramTransition, Step } from "./program.js";

/** What generated text must do beside the bare steps. */
export interface Demands {
  /** Whether anything that can throw comes after, so that what is overwritten must be noted. */
  readonly undo: boolean;
  /** Whether somebody asks afterwards what has changed. */
  readonly track: boolean;
  /** Whether the caller has kept what may be overwritten, so that nothing need be noted. */
  readonly kept?: boolean;
  /** What must be told when it changes, by clearing `settled`. */
  readonly watched?: Watched | undefined;
  /** How the first emission is given back; absent where all are listed. */
  readonly first?: First | undefined;
}

/** How many letters make a condition worth a function. */
const LONG = 60;

/** How a key of the context is written. */
export const property = (key: string): string => member("c", key);

/** How a key of an object is written. */
export const member = (object: string, key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? `${object}.${key}` : `${object}[${JSON.stringify(key)}]`;

const identifier = (name: string): string => name.replace(/[^A-Za-z0-9_$]+/g, "_").slice(0, 40);

/** Whether running a step can throw, by a function of the machine. */
export const canThrow = (step: Step): boolean => {
  if (step.params !== undefined && "fn" in step.params) return true;
  switch (step.kind) {
    case "assign":
      return true;
    case "set":
      return step.keys.some(({ to }) => "fn" in to);
    case "call":
      return step.fn !== undefined;
    default:
      return "fn" in step.event;
  }
};

/** Writes guards and steps as JavaScript. In scope: `r` the state, `c` its context, `A` the arguments. */
export class StepWriter {
  readonly program: Program;
  readonly layout: Layout;
  /** Where emissions are listed. */
  private readonly list: string;
  /** The kinds of emissions that are told by number. */
  private readonly kinds: readonly EmissionKind[];
  /** Conditions that are functions, with their names. */
  private shared: Map<string, string> | undefined;

  constructor(program: Program, layout: Layout, kinds: readonly EmissionKind[]) {
    this.program = program;
    this.layout = layout;
    this.kinds = kinds;
    this.list = layout.follows ? "r.out" : "r.rest";
  }

  functionName(index: number): string {
    return `f${index}_${identifier(this.program.functions[index] ?? "")}`;
  }

  valueName(index: number): string {
    return `v${index}_${identifier(this.program.values[index] ?? "")}`;
  }

  /** A condition for a node being active; `true` where it always is. */
  isActive(index: number): string {
    const found = activity(this.program, index);
    return found === undefined ? "true" : `r.s${found[0]} === ${found[1]}`;
  }

  guard(guard: Guard): string {
    switch (guard.kind) {
      case "constant":
        return String(guard.value);
      case "in":
        return this.isActive(guard.node);
      case "not":
        return `!(${this.guard(guard.guard)})`;
      case "and":
      case "or":
        return this.joined(guard.guards, guard.kind === "and" ? " && " : " || ");
      case "missing":
        return `env.missingGuard(${JSON.stringify(guard.name)})`;
      case "call":
        return this.call(guard.fn, guard.params);
    }
  }

  /**
   * While `write` runs, every long condition becomes the call of a function.
   *
   * @returns the conditions with their functions' names; in scope of them: `r` the state, `A` the arguments.
   */
  share(write: () => void): ReadonlyMap<string, string> {
    const shared = new Map<string, string>();
    this.shared = shared;
    write();
    this.shared = undefined;
    return shared;
  }

  private joined(guards: readonly Guard[], operator: string): string {
    const condition = `(${guards.map((inner) => this.guard(inner)).join(operator)})`;
    if (this.shared === undefined || condition.length < LONG) return condition;
    const name = this.shared.get(condition) ?? `g${this.shared.size}`;
    this.shared.set(condition, name);
    return `${name}(r, A)`;
  }

  steps(text: Text, steps: readonly Step[], { undo, kept = false, track, watched, first }: Demands): void {
    for (const [at, step] of steps.entries()) {
      const noted = undo || steps.slice(at + 1).some(canThrow);
      this.step(text, step, { undo: noted, kept, track, watched, first });
    }
  }

  private call(fn: number, params: Operand | undefined): string {
    const rest = params === undefined ? "" : `, ${this.operand(params, undefined)}`;
    return `${this.functionName(fn)}(A${rest})`;
  }

  private operand(operand: Operand, params: Operand | undefined): string {
    return "fn" in operand ? this.call(operand.fn, params) : this.valueName(operand.value);
  }

  private step(text: Text, step: Step, { undo, kept = false, track, watched, first }: Demands): void {
    switch (step.kind) {
      case "assign":
        text.line(`merge(r, ${this.call(step.fn, step.params)}, ${undo});`);
        break;
      case "set":
        this.set(text, step, undo && !kept);
        break;
      case "emit":
        if (first === undefined) text.line(`${this.list}.push(${this.operand(step.event, step.params)});`);
        else first.emit(text, this.emission(step));
        break;
      case "raise":
        text.line(`r.queue.push(${this.operand(step.event, step.params)});`);
        break;
      case "call":
        if (step.fn !== undefined) text.line(`${this.call(step.fn, step.params)};`);
        else if (step.params !== undefined && "fn" in step.params)
          text.line(`${this.call(step.params.fn, undefined)};`);
    }
    // A plain function may change what a guard looks at.
    if (watched?.calls && step.kind !== "emit" && step.kind !== "raise") text.line("r.settled = false;");
    if (track && (step.kind === "assign" || step.kind === "set")) text.line("r.assigned = true;");
  }

  /** An emission by number, where it is of one of the kinds that are, or else as a whole. */
  private emission(step: Extract<Step, { kind: "emit" }>): EmissionText {
    const { event, params, shape } = step;
    const kind = shape === undefined ? WHOLE : kindOf(this.kinds, shape);
    const whole = this.operand(event, params);
    const calls = canThrow(step);
    if (kind === WHOLE) return { kind, payload: whole, calls };
    if (shape?.fn !== undefined) return { kind, payload: this.call(shape.fn, params), calls };
    return {
      kind,
      payload: shape?.payload === undefined ? "undefined" : member(whole, shape.payload),
      calls,
    };
  }

  private set(text: Text, step: Extract<Step, { kind: "set" }>, undo: boolean): void {
    const { keys } = step;
    const write = (key: string, value: string) => {
      if (undo) this.note(text, key);
      text.line(`${property(key)} = ${value};`);
    };
    const [first] = keys;
    const params = step.params;
    text.block("", () => {
      let given: string | undefined;
      if (params !== undefined) {
        text.line(`const p = ${this.operand(params, undefined)};`);
        given = "p";
      }
      const valueText = (to: Operand) =>
        "fn" in to
          ? `${this.functionName(to.fn)}(A${given === undefined ? "" : ", p"})`
          : this.valueName(to.value);
      if (keys.length === 1 && first !== undefined && !undo) {
        write(first.key, valueText(first.to));
        return;
      }
      for (const [at, { to }] of keys.entries()) text.line(`const w${at} = ${valueText(to)};`);
      for (const [at, { key }] of keys.entries()) write(key, `w${at}`);
    });
  }

  /** Notes a property before it is overwritten; whether it is there at all is asked only where it is undefined. */
  private note(text: Text, key: string): void {
    const name = JSON.stringify(key);
    text.line(
      `{ const o = ${property(key)}; if (o === undefined) note(r, ${name}); else { r.undo[r.undoSize++] = ${name}; r.undo[r.undoSize++] = o; } }`,
    );
  }

  /** Exit actions of the active nodes that a transition leaves, innermost first. */
  exits(text: Text, nodes: readonly ProgramNode[], demands: Demands): void {
    for (const node of [...nodes].reverse()) {
      if (node.exit.length === 0) continue;
      text.block(`if (${this.isActive(node.index)})`, () =>
        this.steps(text, node.exit, { ...demands, undo: true }),
      );
    }
  }

  leave(text: Text, transition: ProgramTransition, demands: Demands): void {
    if (transition.domain !== undefined) this.exits(text, leavable(this.program, transition.domain), demands);
  }

  /** Entry actions, and where states can end their completion. Variables are set by the way only then. */
  enter(text: Text, transition: ProgramTransition, demands: Demands): void {
    const { layout, program } = this;
    for (const index of transition.entered) {
      const node = nodeAt(program, index);
      if (layout.ends && node.value > 0) {
        this.setVariable(text, nodeAt(program, node.parent).variable, node.value, demands);
      }
      const steps = transition.initials.includes(index) ? [...node.entry, ...node.initial] : node.entry;
      this.steps(text, steps, { ...demands, undo: true });
      if (node.type === "final") text.line(`complete(r, ${index}, completed);`);
    }
  }

  /** Sets the variables, where {@link enter} has not. */
  sets(text: Text, transition: ProgramTransition, demands: Demands): void {
    if (this.layout.ends) return;
    for (const [variable, value] of transition.sets) this.setVariable(text, variable, value, demands);
  }

  setVariable(text: Text, variable: number, value: number, demands: Demands): void {
    const { undo, kept, track, watched } = demands;
    const name = `r.s${variable}`;
    const isWatched = watched?.variables.has(variable) ?? false;
    const noted = undo && !kept;
    if (!noted && !track && !isWatched) {
      text.line(`${name} = ${value};`);
      return;
    }
    text.block(`if (${name} !== ${value})`, () => {
      if (noted) text.line(`noteNumber(r, ${variable}, ${name});`);
      text.line(`${name} = ${value};`);
      if (track) text.line("r.moved = true;");
      if (isWatched) text.line("r.settled = false;");
    });
  }

  /** Gives the leaves that a transition enters a new age. */
  age(text: Text, transition: ProgramTransition): void {
    for (const index of transition.entered) {
      const slot = this.layout.slots.get(index);
      if (slot === undefined) continue;
      text.line(`noteNumber(r, ${this.program.variables.length + slot}, r.k${slot});`);
      text.line(`r.k${slot} = ++r.clock;`);
    }
  }

  hasAge(transition: ProgramTransition): boolean {
    return transition.entered.some((index) => this.layout.slots.has(index));
  }
}
