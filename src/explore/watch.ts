import type { Answer } from "./answer.js";
import type { Formula, Predicate, Unit } from "./claims.js";
import { fairCycle } from "./cycles.js";
import { depthsOf, type Moment, stateBefore, type Walks, wayTo } from "./graph.js";
import { Bits, Numbers } from "./rows.js";

/** What came of a formula: the steps that show it. */
export type Outcome = Pick<Answer, "verdict" | "premises" | "repeats"> & {
  readonly shown?: readonly number[];
};

/** Looks at every moment for a formula, and then says what came of it. Moments come in order: those that take fewer steps first. */
export interface Watch<TState> {
  /** Whether no other moment can change the outcome. */
  readonly decided: boolean;
  /** @param step - the step that led to the moment; -1 at the beginning. */
  see(moment: Moment<TState>, step: number): void;
  outcome(): Outcome;
}

type Of<TState, Kind> = Extract<Formula<TState>, { kind: Kind }>;
type Runs<TState> = Of<TState, "leadsTo" | "within" | "until">;

/** What watches for a formula. */
export function watch<TState>(formula: Formula<TState>, walks: Walks<TState>): Watch<TState> {
  switch (formula.kind) {
    case "always":
      return new First(walks, (at) => !formula.holds(at), "refuted", "proved", formula.when);
    case "reachable":
      return new First(walks, formula.holds, "proved", "refuted");
    case "recoverable":
      return new Recoverable(walks, formula.holds);
    default:
      return new Promised(walks, formula);
  }
}

/** The steps to the moment after a step. */
const wayToStep = (walks: Walks<never>, step: number): number[] =>
  step < 0 ? [] : [...wayTo(walks, stateBefore(walks, step)), step];

/** What is true as far as has been seen: of a graph that was cut that is no proof. */
const unlessCut = ({ complete }: Walks<never>, verdict: "proved" | "refuted"): Outcome["verdict"] =>
  complete ? verdict : "inconclusive";

/** Looks for the first moment at which something holds. */
class First<TState> implements Watch<TState> {
  readonly #walks: Walks<TState>;
  readonly #wanted: Predicate<TState>;
  readonly #found: "proved" | "refuted";
  readonly #none: "proved" | "refuted";
  readonly #when: Predicate<TState> | undefined;
  #premises = 0;
  #at: number | undefined;

  constructor(
    walks: Walks<TState>,
    wanted: Predicate<TState>,
    found: "proved" | "refuted",
    none: "proved" | "refuted",
    when?: Predicate<TState>,
  ) {
    this.#walks = walks;
    this.#wanted = wanted;
    this.#found = found;
    this.#none = none;
    this.#when = when;
  }

  get decided(): boolean {
    return this.#at !== undefined;
  }

  see(moment: Moment<TState>, step: number): void {
    if (this.#when && !this.#when(moment)) return;
    this.#premises++;
    if (this.#wanted(moment)) this.#at = step;
  }

  outcome(): Outcome {
    const walks = this.#walks as Walks<never>;
    const premises = this.#premises;
    if (this.#at !== undefined) return { verdict: this.#found, premises, shown: wayToStep(walks, this.#at) };
    if (premises === 0 && walks.complete) return { verdict: "vacuous", premises };
    return { verdict: unlessCut(walks, this.#none), premises };
  }
}

/** Backwards from where it holds: what is not met cannot come there. */
class Recoverable<TState> implements Watch<TState> {
  readonly decided = false;
  readonly #walks: Walks<never>;
  readonly #holds: Predicate<TState>;
  readonly #able = new Bits();
  readonly #order: number[] = [];

  constructor(walks: Walks<TState>, holds: Predicate<TState>) {
    this.#walks = walks as Walks<never>;
    this.#holds = holds;
  }

  see(moment: Moment<TState>, step: number): void {
    if (step < 0 || !this.#holds(moment)) return;
    this.#add(stateBefore(this.#walks, step));
  }

  #add(state: number): void {
    if (this.#able.has(state)) return;
    this.#able.set(state);
    this.#order.push(state);
  }

  outcome(): Outcome {
    const { states, complete } = this.#walks;
    const premises = states;
    // A graph that was cut lacks ways out, so it refutes nothing.
    if (!complete) return { verdict: "inconclusive", premises };
    const { first, before } = this.#backwards();
    for (const state of this.#order)
      for (let i = first[state] as number; i < (first[state + 1] as number); i++)
        this.#add(before[i] as number);
    for (let state = 0; state < states; state++)
      if (!this.#able.has(state)) return { verdict: "refuted", premises, shown: wayTo(this.#walks, state) };
    return { verdict: "proved", premises };
  }

  /** The states from which each can be reached by one step: those of `state` stand from `first[state]` on. */
  #backwards(): { readonly first: Int32Array; readonly before: Int32Array } {
    const { states, to } = this.#walks;
    const first = new Int32Array(states + 2);
    for (const state of to) if (state >= 0) first[state + 2] = (first[state + 2] as number) + 1;
    for (let state = 0; state < states; state++)
      first[state + 2] = (first[state + 2] as number) + (first[state + 1] as number);
    const before = new Int32Array(first[states + 1] as number);
    for (let step = 0; step < to.length; step++) {
      const state = to.at(step);
      if (state < 0) continue;
      before[first[state + 1] as number] = stateBefore(this.#walks, step);
      first[state + 1] = (first[state + 1] as number) + 1;
    }
    return { first, before };
  }
}

/** Notes where something is promised that has not come yet, and which steps put it off. */
class Promised<TState> implements Watch<TState> {
  readonly decided = false;
  readonly #walks: Walks<never>;
  readonly #formula: Runs<TState>;
  #premises = 0;
  /** Steps after which something is promised; -1 is the beginning. */
  readonly #open = new Numbers();
  /** How much is counted, of each of these, until it must have come. */
  readonly #bounds = new Numbers();
  readonly #avoiding = new Bits();
  readonly #breaking = new Bits();
  readonly #fairly: readonly Bits[];
  /** By step: how much of what is counted passes with it. */
  readonly #passing = new Map<number, number>();

  constructor(walks: Walks<TState>, formula: Runs<TState>) {
    this.#walks = walks as Walks<never>;
    this.#formula = formula;
    this.#fairly = "fairly" in formula ? formula.fairly.map(() => new Bits()) : [];
  }

  see(moment: Moment<TState>, step: number): void {
    const formula = this.#formula;
    const isThere = formula.to(moment);
    if (formula.from(moment)) this.#promise(moment, step, isThere);
    if (isThere) return;
    if (formula.kind === "until" && !formula.holds(moment)) this.#breaking.set(step + 1);
    if (step < 0 || (formula.during && !formula.during(moment))) return;
    this.#avoiding.set(step);
    if (formula.kind === "within") {
      const passing = passes(moment, formula.unit);
      if (passing !== 1) this.#passing.set(step, passing);
    } else
      formula.fairly.forEach(({ is }, i) => {
        if (is(moment)) this.#fairly[i]?.set(step);
      });
  }

  #promise(moment: Moment<TState>, step: number, isThere: boolean): void {
    const formula = this.#formula;
    const inCharacters = formula.kind === "within" && formula.unit === "characters";
    // Without a baud clock no character passes.
    if (inCharacters && moment.characterTicks === 0) return;
    this.#premises++;
    if (isThere) return;
    this.#open.push(step);
    if (formula.kind === "within")
      this.#bounds.push(inCharacters ? Math.ceil(formula.bound * moment.characterTicks) : formula.bound);
  }

  outcome(): Outcome {
    const premises = this.#premises;
    if (premises === 0 && this.#walks.complete) return { verdict: "vacuous", premises };
    const formula = this.#formula;
    const proved: Outcome = { verdict: unlessCut(this.#walks, "proved"), premises };
    if (formula.kind !== "leadsTo") {
      const shown = this.#shortest();
      if (shown) return { verdict: "refuted", premises, shown };
      if (formula.kind === "within" || formula.weak) return proved;
    }
    const { to } = this.#walks;
    const starts = { [Symbol.iterator]: () => statesAfter(this.#open, to) };
    const found = fairCycle(this.#walks, this.#avoiding, starts, this.#fairly);
    if (!found) return proved;
    const way = [...wayToStep(this.#walks, this.#open.at(found.start)), ...found.stem];
    return { verdict: "refuted", premises, shown: [...way, ...found.cycle], repeats: way.length };
  }

  /**
   * The shortest run on which the promise is broken: what is counted is over before it has come, or what must hold meanwhile does not.
   * Breadth first from all moments that promise something at once, each at its own depth.
   */
  #shortest(): number[] | undefined {
    const { inputs, to } = this.#walks;
    const counts = this.#formula.kind === "within";
    const depths = depthsOf(this.#walks);
    const nodes: {
      readonly state: number;
      readonly left: number;
      readonly by: number;
      readonly from: number;
    }[] = [];
    const known = new Set<number>();
    const greatest = 1 + Math.max(0, ...new Set(this.#bounds));
    let start = 0;
    /** The run is shown where the promise is broken with this node. */
    const add = (step: number, left: number, from: number): number[] | undefined => {
      const state = step < 0 ? 0 : to.at(step);
      if (counts ? left <= 0 : this.#breaking.has(step + 1)) return this.#run(nodes, step, from);
      const key = state * greatest + left;
      if (known.has(key)) return undefined;
      known.add(key);
      nodes.push({ state, left, by: step, from });
      return undefined;
    };
    const depthOf = (step: number): number =>
      step < 0 ? 0 : (depths[stateBefore(this.#walks, step)] as number) + 1;
    let depth = 0;
    let layer = 0;
    while (start < this.#open.length || layer < nodes.length) {
      const end = nodes.length;
      if (layer === end) depth = Math.max(depth, depthOf(this.#open.at(start)));
      // Of equal length, those that promise something first.
      for (; start < this.#open.length && depthOf(this.#open.at(start)) <= depth; start++) {
        const shown = add(this.#open.at(start), counts ? this.#bounds.at(start) : 0, -1);
        if (shown) return shown;
      }
      const last = nodes.length;
      depth++;
      for (; layer < last; layer++) {
        const { state, left } = nodes[layer] as (typeof nodes)[number];
        for (let step = state * inputs; step < (state + 1) * inputs && step < to.length; step++) {
          if (!this.#avoiding.has(step)) continue;
          const passed = counts ? (this.#passing.get(step) ?? 1) : 0;
          const shown = add(step, left - passed, layer);
          if (shown) return shown;
        }
      }
    }
    return undefined;
  }

  #run(
    nodes: readonly { readonly by: number; readonly from: number }[],
    step: number,
    from: number,
  ): number[] {
    const way: number[] = [];
    let first = step;
    for (let node = from; node >= 0; node = nodes[node]?.from ?? -1) {
      way.push(first);
      first = nodes[node]?.by ?? -1;
    }
    return [...wayToStep(this.#walks, first), ...way.reverse()];
  }
}

/** How much of what is counted passes with the step to this moment. */
function passes<TState>({ step }: Moment<TState>, unit: Unit): number {
  const type = step?.input.type;
  if (unit === "accesses") return type === "read" || type === "write" ? 1 : 0;
  if (unit === "characters") return step?.input.type === "advance" ? step.input.ticks : 0;
  return 1;
}

function* statesAfter(steps: Iterable<number>, to: Numbers): Generator<number> {
  for (const step of steps) yield step < 0 ? 0 : to.at(step);
}
