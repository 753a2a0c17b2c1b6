import { type EmissionKind, kindNumberOf, WHOLE } from "../ir/emission-kind.js";
import type { Effect, Guard, Operand, Program, ProgramNode, ProgramTransition } from "../ir/program.js";
import { activeCondition, canThrow, exitableNodes, nodeAt } from "../ir/program-queries.js";
import type { ExecutionPlan, GuardInputs } from "../passes/execution-plan.js";
import type { EmissionText, FirstEmissionWriter } from "./first-emission-writer.js";
import { quote } from "./quote.js";
import type { SourceBuilder } from "./source-builder.js";

/** Options of the text of effects. */
export interface EffectOptions {
  /** True if a later effect can throw, so that overwritten values must be logged. */
  readonly logsUndo: boolean;
  /** True if a flag must record that something has changed. */
  readonly tracksChanges: boolean;
  /** True if the caller has saved the values, so that nothing need be logged. */
  readonly callerSaves?: boolean;
  /** Inputs of eventless guards: a change of them clears `settled`. */
  readonly eventlessInputs?: GuardInputs | undefined;
  /** The writer that returns the first emission; absent if all are listed. */
  readonly firstEmission?: FirstEmissionWriter | undefined;
}

/** The length from which a condition becomes a function. */
const SHARED_CONDITION_LENGTH = 60;

/** Returns the text of a property of the context. */
export const contextProperty = (contextKey: string): string => propertyAccess("c", contextKey);

/** Returns the text of a property of an object. */
export const propertyAccess = (object: string, propertyKey: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(propertyKey) ? `${object}.${propertyKey}` : `${object}[${quote(propertyKey)}]`;

/** Returns true for a name that every object inherits: its value says nothing about the object's own keys. */
const isInherited = (contextKey: string): boolean => contextKey in {};

/** Returns the text that asks if the context has a key of its own; `value` is the text of the key's value. */
export const hasOwnKey = (contextKey: string, value: string): string =>
  isInherited(contextKey)
    ? `Object.hasOwn(c, ${quote(contextKey)})`
    : `${value} !== undefined || ${quote(contextKey)} in c`;

const identifier = (name: string): string => name.replace(/[^A-Za-z0-9_$]+/g, "_").slice(0, 40);

/** Writes guards and effects as JavaScript. In scope: `r` the state, `c` its context, `A` the arguments. */
export class EffectWriter {
  readonly program: Program;
  readonly plan: ExecutionPlan;
  /** The name of the list of emissions. */
  private readonly emissionList: string;
  /** The kinds of emissions that have a number. */
  private readonly emissionKinds: readonly EmissionKind[];
  /** The names of the functions of shared conditions. */
  private sharedConditions: Map<string, string> | undefined;

  constructor(program: Program, plan: ExecutionPlan, emissionKinds: readonly EmissionKind[]) {
    this.program = program;
    this.plan = plan;
    this.emissionKinds = emissionKinds;
    this.emissionList = plan.canContinue ? "r.out" : "r.rest";
  }

  functionName(functionIndex: number): string {
    return `f${functionIndex}_${identifier(this.program.functions[functionIndex] ?? "")}`;
  }

  valueName(valueIndex: number): string {
    return `v${valueIndex}_${identifier(this.program.values[valueIndex] ?? "")}`;
  }

  /** Returns the condition for a node being active; `true` if it always is. */
  activeCondition(nodeIndex: number): string {
    const activation = activeCondition(this.program, nodeIndex);
    return activation === undefined ? "true" : `r.s${activation[0]} === ${activation[1]}`;
  }

  guardCondition(guard: Guard): string {
    switch (guard.kind) {
      case "constant":
        return String(guard.value);
      case "in":
        return this.activeCondition(guard.node);
      case "not":
        return `!(${this.guardCondition(guard.guard)})`;
      case "and":
      case "or":
        return this.joinGuards(guard.guards, guard.kind === "and" ? " && " : " || ");
      case "missing":
        return `env.missingGuard(${quote(String(guard.name))})`;
      case "call":
        return this.functionCall(guard.fn, guard.params);
    }
  }

  /**
   * Turns every long condition into the call of a function, while `writeBody` runs.
   *
   * @returns the conditions with their functions' names; in scope of them: `r` the state, `A` the arguments.
   */
  shareConditions(writeBody: () => void): ReadonlyMap<string, string> {
    const sharedConditions = new Map<string, string>();
    this.sharedConditions = sharedConditions;
    writeBody();
    this.sharedConditions = undefined;
    return sharedConditions;
  }

  private joinGuards(guards: readonly Guard[], operator: string): string {
    const condition = `(${guards.map((innerGuard) => this.guardCondition(innerGuard)).join(operator)})`;
    if (this.sharedConditions === undefined || condition.length < SHARED_CONDITION_LENGTH) return condition;
    const name = this.sharedConditions.get(condition) ?? `g${this.sharedConditions.size}`;
    this.sharedConditions.set(condition, name);
    return `${name}(r, A)`;
  }

  writeEffects(
    builder: SourceBuilder,
    effects: readonly Effect[],
    { logsUndo, callerSaves = false, tracksChanges, eventlessInputs, firstEmission }: EffectOptions,
  ): void {
    for (const [effectIndex, effect] of effects.entries()) {
      const logsEffect = logsUndo || effects.slice(effectIndex + 1).some(canThrow);
      this.writeEffect(builder, effect, {
        logsUndo: logsEffect,
        callerSaves,
        tracksChanges,
        eventlessInputs,
        firstEmission,
      });
    }
  }

  private functionCall(functionIndex: number, params: Operand | undefined): string {
    const paramsArgument = params === undefined ? "" : `, ${this.operandText(params, undefined)}`;
    return `${this.functionName(functionIndex)}(A${paramsArgument})`;
  }

  private operandText(operand: Operand, params: Operand | undefined): string {
    return "fn" in operand ? this.functionCall(operand.fn, params) : this.valueName(operand.value);
  }

  private writeEffect(
    builder: SourceBuilder,
    effect: Effect,
    { logsUndo, callerSaves = false, tracksChanges, eventlessInputs, firstEmission }: EffectOptions,
  ): void {
    switch (effect.kind) {
      case "assign":
        builder.line(`merge(r, ${this.functionCall(effect.fn, effect.params)}, ${logsUndo});`);
        break;
      case "set":
        this.writeAssignments(builder, effect, logsUndo && !callerSaves);
        break;
      case "emit":
        if (firstEmission === undefined)
          builder.line(`${this.emissionList}.push(${this.operandText(effect.event, effect.params)});`);
        else firstEmission.writeEmission(builder, this.emissionText(effect));
        break;
      case "raise":
        builder.line(`r.queue.push(${this.operandText(effect.event, effect.params)});`);
        break;
      case "call":
        if (effect.fn !== undefined) builder.line(`${this.functionCall(effect.fn, effect.params)};`);
        else if (effect.params !== undefined && "fn" in effect.params)
          builder.line(`${this.functionCall(effect.params.fn, undefined)};`);
    }
    // A plain function may change data that a guard reads.
    if (eventlessInputs?.callsFunctions && effect.kind !== "emit" && effect.kind !== "raise")
      builder.line("r.settled = false;");
    if (tracksChanges && (effect.kind === "assign" || effect.kind === "set"))
      builder.line("r.assigned = true;");
  }

  /** Returns an emission by number, if its kind has one, or else as a whole event. */
  private emissionText(effect: Extract<Effect, { kind: "emit" }>): EmissionText {
    const { event, params, shape: emissionKind } = effect;
    const kindNumber = emissionKind === undefined ? WHOLE : kindNumberOf(this.emissionKinds, emissionKind);
    const wholeEvent = this.operandText(event, params);
    const callsFunctions = canThrow(effect);
    if (kindNumber === WHOLE) return { kindNumber, payload: wholeEvent, callsFunctions };
    if (emissionKind?.fn !== undefined)
      return { kindNumber, payload: this.functionCall(emissionKind.fn, params), callsFunctions };
    return {
      kindNumber,
      payload:
        emissionKind?.payload === undefined ? "undefined" : propertyAccess(wholeEvent, emissionKind.payload),
      callsFunctions,
    };
  }

  private writeAssignments(
    builder: SourceBuilder,
    effect: Extract<Effect, { kind: "set" }>,
    logsUndo: boolean,
  ): void {
    const { keys: assignments } = effect;
    const writeKey = (contextKey: string, value: string) => {
      if (logsUndo) this.logContextKey(builder, contextKey);
      builder.line(`${contextProperty(contextKey)} = ${value};`);
    };
    const [firstAssignment] = assignments;
    const params = effect.params;
    builder.block("", () => {
      let paramsName: string | undefined;
      if (params !== undefined) {
        builder.line(`const p = ${this.operandText(params, undefined)};`);
        paramsName = "p";
      }
      const valueText = (operand: Operand) =>
        "fn" in operand
          ? `${this.functionName(operand.fn)}(A${paramsName === undefined ? "" : ", p"})`
          : this.valueName(operand.value);
      if (assignments.length === 1 && firstAssignment !== undefined && !logsUndo) {
        writeKey(firstAssignment.key, valueText(firstAssignment.to));
        return;
      }
      for (const [keyIndex, { to: operand }] of assignments.entries())
        builder.line(`const w${keyIndex} = ${valueText(operand)};`);
      for (const [keyIndex, { key: contextKey }] of assignments.entries())
        writeKey(contextKey, `w${keyIndex}`);
    });
  }

  /** Writes the logging of a property before it is overwritten; its presence is tested only if it is undefined. */
  private logContextKey(builder: SourceBuilder, contextKey: string): void {
    const name = quote(contextKey);
    if (isInherited(contextKey)) {
      builder.line(`note(r, ${name});`);
      return;
    }
    builder.line(
      `{ const o = ${contextProperty(contextKey)}; if (o === undefined) note(r, ${name}); else { r.undo[r.undoSize++] = ${name}; r.undo[r.undoSize++] = o; } }`,
    );
  }

  /** Writes the exit actions of the nodes that are active, innermost first. */
  exitActions(builder: SourceBuilder, nodes: readonly ProgramNode[], options: EffectOptions): void {
    for (const stateNode of [...nodes].reverse()) {
      if (stateNode.exit.length === 0) continue;
      builder.block(`if (${this.activeCondition(stateNode.index)})`, () =>
        this.writeEffects(builder, stateNode.exit, { ...options, logsUndo: true }),
      );
    }
  }

  exitStates(builder: SourceBuilder, transition: ProgramTransition, options: EffectOptions): void {
    if (transition.domain !== undefined)
      this.exitActions(builder, exitableNodes(this.program, transition.domain), options);
  }

  /** Writes the entry actions and, if states can finish, completion; only then are variables set on entry. */
  enterStates(builder: SourceBuilder, transition: ProgramTransition, options: EffectOptions): void {
    const { plan, program } = this;
    for (const nodeIndex of transition.entered) {
      const stateNode = nodeAt(program, nodeIndex);
      if (plan.canFinish && stateNode.value > 0) {
        this.setVariable(builder, nodeAt(program, stateNode.parent).variable, stateNode.value, options);
      }
      const effects = transition.initials.includes(nodeIndex)
        ? [...stateNode.entry, ...stateNode.initial]
        : stateNode.entry;
      this.writeEffects(builder, effects, { ...options, logsUndo: true });
      if (stateNode.type === "final") builder.line(`complete(r, ${nodeIndex}, completed);`);
    }
  }

  /** Writes the setting of variables, unless {@link enterStates} has done so. */
  setVariables(builder: SourceBuilder, transition: ProgramTransition, options: EffectOptions): void {
    if (this.plan.canFinish) return;
    for (const [variable, stateNumber] of transition.sets)
      this.setVariable(builder, variable, stateNumber, options);
  }

  setVariable(builder: SourceBuilder, variable: number, stateNumber: number, options: EffectOptions): void {
    const { logsUndo, callerSaves, tracksChanges, eventlessInputs } = options;
    const name = `r.s${variable}`;
    const isWatched = eventlessInputs?.variables.has(variable) ?? false;
    const logsNumber = logsUndo && !callerSaves;
    if (!logsNumber && !tracksChanges && !isWatched) {
      builder.line(`${name} = ${stateNumber};`);
      return;
    }
    builder.block(`if (${name} !== ${stateNumber})`, () => {
      if (logsNumber) builder.line(`noteNumber(r, ${variable}, ${name});`);
      builder.line(`${name} = ${stateNumber};`);
      if (tracksChanges) builder.line("r.moved = true;");
      if (isWatched) builder.line("r.settled = false;");
    });
  }

  /** Writes new ages of the leaves that a transition enters. */
  renewAges(builder: SourceBuilder, transition: ProgramTransition): void {
    for (const nodeIndex of transition.entered) {
      const slotIndex = this.plan.ageSlots.get(nodeIndex);
      if (slotIndex === undefined) continue;
      builder.line(`noteNumber(r, ${this.program.variables.length + slotIndex}, r.k${slotIndex});`);
      builder.line(`r.k${slotIndex} = ++r.clock;`);
    }
  }

  entersAgedLeaf(transition: ProgramTransition): boolean {
    return transition.entered.some((index) => this.plan.ageSlots.has(index));
  }
}
