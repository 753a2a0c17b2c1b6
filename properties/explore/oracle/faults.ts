/** A deliberate fault of the explorer: a text of one of its files, and the wrong one that replaces it. */
export interface ExplorerFault {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const IDENTITY = "space/value-identity.ts";
const FIELDS = "space/field-values.ts";
const CONTEXT = "space/context-fields.ts";
const SPACE = "space/state-space.ts";
const TAKER = "space/step-taker.ts";
const EXPLORE = "space/explorer.ts";
const LIVENESS = "check/liveness.ts";
const CYCLE = "check/fair-cycle.ts";
const SAFETY = "check/safety.ts";
const RECOVERABILITY = "check/recoverability.ts";
const CHECK = "check/check.ts";
const VISITOR = "check/claim-visitor.ts";
const ROWS = "space/row-table.ts";

/** Returns the text of a fault's file with the fault. @throws Error unless the replaced text is there once. */
export function withFault(text: string, { file, from, to }: ExplorerFault): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${file}: expected once, got ${parts.length - 1} times: ${from}`);
  return parts.join(to);
}

const fault = (file: string, from: string, to: string): ExplorerFault => ({ file, from, to });

/** Deliberate faults of the explorer, by what they get wrong. The oracle finds each. */
export const EXPLORER_FAULTS: Readonly<Record<string, ExplorerFault>> = {
  "identity: -0 is 0": fault(IDENTITY, 'Object.is(value, -0) ? "-0" : ', ""),
  "identity: a field that is -0 is 0": fault(FIELDS, "if (Object.is(value, -0))", "if (false)"),
  "identity: undefined is null": fault(IDENTITY, 'return "U";', 'return "N";'),
  "identity: a hole is undefined": fault(
    IDENTITY,
    "if (!Object.hasOwn(items, index)) continue;",
    "if (!Object.hasOwn(items, index)) { key += 'U'; continue; }",
  ),
  "identity: a bigint is a number": fault(IDENTITY, "{value}n`;", "{value}`;"),
  "identity: sets are equal": fault(IDENTITY, "return listKey(object as Set<unknown>);", 'return "Set";'),
  "identity: maps are their keys": fault(
    IDENTITY,
    "listKey([...(object as Map<unknown, unknown>)].flat(1))",
    "listKey((object as Map<unknown, unknown>).keys())",
  ),
  "identity: dates are equal": fault(IDENTITY, "(object as Date).getTime()", '""'),
  "identity: typed arrays are their bytes": fault(
    IDENTITY,
    "return isWhole\n        ? ",
    'return isWhole\n        ? "(" + bytes + ")" || ',
  ),
  "identity: a prototype makes no difference": fault(IDENTITY, "`O$", "`$"),
  "identity: properties are their names": fault(
    IDENTITY,
    "this.keyOf(property.value, `$",
    '"" && this.keyOf(property.value, `$',
  ),
  "states: an ended machine goes on": fault(
    CONTEXT,
    "run.restore(configuration, orderedValues, isSettled, isDone);",
    "run.restore(configuration, orderedValues, isSettled, false);",
  ),
  "states: an absent field is undefined": fault(
    CONTEXT,
    "const value = isPresent ? context[fieldName] : ABSENT;",
    "const value = isPresent ? context[fieldName] : undefined;",
  ),
  "states: the last field is left out": fault(
    SPACE,
    "for (let change = 0; change < this.#changeCount; change++) {\n      const column",
    "for (let change = 0; change < this.#changeCount - 1; change++) {\n      const column",
  ),
  "states: the configuration is left out": fault(
    SPACE,
    "if (configurationId !== sourceRow[CONFIGURATION_COLUMN]) {\n      rows",
    "if (false) {\n      rows",
  ),
  "states: all lie in the scope": fault(
    SPACE,
    "scope.within(hasSnapshotStates(chart) ? this.afterStep.state : chart.stateOf(this.#context))",
    "true",
  ),
  "rows: the highest bit of a cell is lost": fault(
    ROWS,
    "32 - Math.clz32(maximum)",
    "31 - Math.clz32(maximum)",
  ),
  "rows: a draft is lost when rows are packed again": fault(
    ROWS,
    "this.#draft = packAgain(this.#draft, 1);",
    "this.#draft = new Uint32Array(wordCount);",
  ),
  "rows: equal hashes suffice": fault(ROWS, "|| this.#equalsDraft(rowId)", "|| true"),
  "premises: each promise is made at the beginning": fault(
    LIVENESS,
    "premise: promisePath.length };",
    "premise: 0 };",
  ),
  "on the way: one decided claim is enough": fault(
    VISITOR,
    "return this.#openCheckers.length > 0;",
    "return !hasDecided;",
  ),
  "on the way: what leaves the scope is not seen": fault(
    EXPLORE,
    "if (this.#isVisiting) this.#visit(",
    "if (this.#isVisiting && targetId >= 0) this.#visit(",
  ),
  "on the way: nothing ends early": fault(EXPLORE, 'if (!isVisiting) this.#stopped ??= "decided";', ""),
  "steps: an exception changes nothing": fault(TAKER, "return FAILED;", "return 0;"),
  "steps: none is taken twice": fault(TAKER, "this.#takeAgain(emissions);", ";"),
  "steps: the last input is left out": fault(
    EXPLORE,
    "for (let inputIndex = 0; inputIndex < inputCount; inputIndex++) {",
    "for (let inputIndex = 0; inputIndex < inputCount - 1; inputIndex++) {",
  ),
  "always: the premise is left out": fault(
    SAFETY,
    "if (this.#premise && !this.#premise(reached)) return;",
    "",
  ),
  "always: without a premise it is proved": fault(
    SAFETY,
    "return VACUOUS;",
    'return { verdict: "proved", premises };',
  ),
  "always: the initial state is left out": fault(
    SAFETY,
    "if (this.#isWanted(reached)) this.#foundEdge = edge;",
    "if (edge >= 0 && this.#isWanted(reached)) this.#foundEdge = edge;",
  ),
  "recoverable: one step is enough": fault(
    RECOVERABILITY,
    "this.#addState(predecessors[index] as number);",
    ";",
  ),
  "recoverable: every state is lost": fault(
    RECOVERABILITY,
    "if (this.#isMissed(stateId) && !this.#recoverable.has(stateId)) {",
    "if (!this.#recoverable.has(stateId)) {",
  ),
  "leadsTo: the first promise only": fault(
    LIVENESS,
    "const promiseEdge = this.#promiseEdges.at(promiseIndex);",
    "const promiseEdge = this.#promiseEdges.at(0);",
  ),
  "leadsTo: during makes no difference": fault(
    LIVENESS,
    "if (edge < 0 || (formula.during && !formula.during(reached))) return;",
    "if (edge < 0) return;",
  ),
  "leadsTo: fairness is met by any step": fault(
    LIVENESS,
    "if (is(reached)) this.#fairnessSets[index]?.add(edge);",
    "this.#fairnessSets[index]?.add(edge);",
  ),
  "leadsTo: leaving the scope makes no difference": fault(
    LIVENESS,
    "if (!to(reached) && (!during || during(reached))) this.#leavingEdges.add(edge);",
    "",
  ),
  "leadsTo: whoever leaves the scope leaves the promise open": fault(
    LIVENESS,
    "if (!to(reached) && (!during || during(reached))) this.#leavingEdges.add(edge);",
    "this.#leavingEdges.add(edge);",
  ),
  "leadsTo: dead ends make no difference": fault(
    LIVENESS,
    "isPromised ||= this.#avoidingEdges.has(edge);",
    "",
  ),
  "leadsTo: unmet fairness makes no difference": fault(
    LIVENESS,
    "return unmet === undefined ? { verdict, premises }",
    "return true ? { verdict, premises }",
  ),
  "within: one step more": fault(LIVENESS, "(isBounded ? remaining <= 0 :", "(isBounded ? remaining < 0 :"),
  "until: the first need not hold": fault(
    LIVENESS,
    'if (formula.kind === "until" && !formula.holds(reached)) this.#breakingEdges.add(edge + 1);',
    "",
  ),
  "until: a weak one is a strong one": fault(
    LIVENESS,
    'const isSafety = formula.kind === "until" && formula.weak;',
    "const isSafety = false;",
  ),
  "lassos: a cycle needs no fair step": fault(
    CYCLE,
    "if (targetId === startId && metSets === allSets)",
    "if (targetId === startId)",
  ),
  "lassos: the first is the shortest": fault(
    CYCLE,
    "if (stemLength + 1 >= shortestLength ||",
    "if (shortest !== undefined ||",
  ),
  "lassos: components end where they begin": fault(
    CYCLE,
    "lowLinks[callerId] = Math.min(lowLinks[callerId] as number, lowLinks[stateId] as number);",
    ";",
  ),
  "verdicts: a failure of the chart refutes nothing": fault(
    CHECK,
    'if (failure && isAboutAllRuns && verdict !== "refuted")',
    "if (false)",
  ),
};
