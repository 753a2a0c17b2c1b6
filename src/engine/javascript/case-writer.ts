import { NO_EMISSION } from "../ir/emission-kind.js";
import type { ProgramTransition } from "../ir/program.js";
import { canThrow, effectsOf, nodeAt, runsOnlyItsActions, transitionAt } from "../ir/program-queries.js";
import type { EventCase } from "../passes/case-split.js";
import { planUndo, type UndoPlan } from "../passes/undo-plan.js";
import { contextProperty, hasOwnKey } from "./effect-writer.js";
import { FirstEmissionWriter } from "./first-emission-writer.js";
import type { MicrostepWriter } from "./microstep-writer.js";
import { quote } from "./quote.js";

/** Writes one case of an event as the body of a function, which undoes its changes if it throws. */
export class CaseWriter {
  private readonly microstepWriter: MicrostepWriter;

  constructor(microstepWriter: MicrostepWriter) {
    this.microstepWriter = microstepWriter;
  }

  caseBody(eventCase: EventCase): void {
    const { builder, plan, canContinue, eventlessInputs } = this.microstepWriter;
    const tracksChanges = plan.ageSlotCount > 0;
    const slots = this.microstepWriter
      .slotTransitionsOf(eventCase)
      .map((slotTransitions) =>
        slotTransitions.map((transitionIndex) => transitionAt(this.microstepWriter.program, transitionIndex)),
      );
    const callsGuards = this.microstepWriter.callsGuards(eventCase);
    // If conflicts can drop some, all are recorded before the first has an effect.
    const recordsFirst = this.microstepWriter.canConflict(this.microstepWriter.slotTransitionsOf(eventCase));
    this.declareScope(slots.flat(), callsGuards);
    if (tracksChanges) builder.line("r.moved = false;");
    // The following microsteps can throw too, so the caller undoes everything.
    const undoPlan = canContinue ? undefined : planUndo(this.microstepWriter.program, slots);
    const firstEmission = this.returnsFirstEmission(slots.flat()) ? new FirstEmissionWriter() : undefined;
    if (firstEmission !== undefined) builder.line("let k = -1;");
    const writeBody = () =>
      this.microstepWriter.microstep(eventCase, {
        logsUndo: canContinue,
        callerSaves: undoPlan !== undefined,
        tracksChanges,
        eventlessInputs,
        firstEmission,
      });
    const writeReturn = () => {
      if (!canContinue) builder.line(`return ${firstEmission === undefined ? NO_EMISSION : "k"};`);
    };
    const restoreLines = undoPlan === undefined ? [] : this.restoreLines(undoPlan, recordsFirst);
    if (!callsGuards && restoreLines.length === 0) {
      writeBody();
      writeReturn();
      return;
    }
    if (callsGuards) builder.line("let at = -1;");
    if (undoPlan !== undefined) this.saveValues(undoPlan, recordsFirst);
    builder.block("try", writeBody, "} catch (error) {");
    for (const line of restoreLines) builder.line(`  ${line}`);
    builder.line(
      callsGuards ? "  throw at < 0 ? error : env.guardError(at, A.event, error);" : "  throw error;",
    );
    builder.line("}");
    writeReturn();
  }

  /** Returns true if a case can emit, and only in the actions of transitions. */
  private returnsFirstEmission(transitions: readonly ProgramTransition[]): boolean {
    const { program, canContinue } = this.microstepWriter;
    return (
      !canContinue &&
      transitions.every((transition) => runsOnlyItsActions(program, transition)) &&
      transitions.some(({ actions }) => actions.some(({ kind }) => kind === "emit"))
    );
  }

  /** Returns the states of a case, for a comment. */
  describeStates({ knownNumbers }: EventCase): string {
    const { program } = this.microstepWriter;
    return [...knownNumbers]
      .map(([variable, stateNumber]) => {
        const stateNode = nodeAt(program, program.variables[variable] as number);
        return stateNode.children
          .map((child) => nodeAt(program, child))
          .find((child) => child.value === stateNumber);
      })
      .map((stateNode) => quote(stateNode?.path).slice(1, -1))
      .join(", ");
  }

  private declareScope(transitions: readonly ProgramTransition[], callsGuards: boolean): void {
    const { builder, program } = this.microstepWriter;
    const effects = transitions.flatMap((transition) => effectsOf(program, transition));
    const callsFunctions = callsGuards || effects.some(canThrow);
    const assignsKeys = effects.some(({ kind }) => kind === "set");
    // If nothing follows, the arguments are a parameter.
    if (callsFunctions && this.microstepWriter.canContinue) builder.line("const A = r.args;");
    // Read as the functions read it, so that V8 loads it only once.
    if (assignsKeys) builder.line(`const c = ${this.microstepWriter.canContinue ? "r" : "A"}.context;`);
  }

  /** Writes the saving of values that an error restores. An absent key of the context must be absent again. */
  private saveValues(
    { contextKeys, variables: stateVariables, undoesMerge, undoesEmissions }: UndoPlan,
    recordsFirst: boolean,
  ): void {
    const { builder } = this.microstepWriter;
    if (undoesEmissions) builder.line("const n = r.rest.length;");
    if (recordsFirst) builder.line("const m = r.taken === undefined ? 0 : r.taken.length;");
    if (undoesMerge) builder.line("r.undoSize = 0;");
    for (const variable of stateVariables) builder.line(`const b${variable} = r.s${variable};`);
    for (const [keyIndex, contextKey] of contextKeys.entries()) {
      builder.line(
        `const c${keyIndex} = ${contextProperty(contextKey)}, h${keyIndex} = ${hasOwnKey(contextKey, `c${keyIndex}`)};`,
      );
    }
  }

  /** Returns the lines that restore the saved values. */
  private restoreLines(
    { contextKeys, variables: stateVariables, undoesMerge, undoesEmissions }: UndoPlan,
    recordsFirst: boolean,
  ): string[] {
    return [
      ...(undoesMerge ? ["env.rollBack(r, put);"] : []),
      ...(undoesEmissions ? ["r.rest.length = n;"] : []),
      ...(recordsFirst ? ["if (r.taken !== undefined) r.taken.length = m;"] : []),
      ...stateVariables.map((variable) => `r.s${variable} = b${variable};`),
      ...contextKeys.map(
        (contextKey, keyIndex) =>
          `if (h${keyIndex}) ${contextProperty(contextKey)} = c${keyIndex}; else delete ${contextProperty(contextKey)};`,
      ),
    ];
  }
}
