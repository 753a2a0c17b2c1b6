import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import type { Chart } from "../../device/index.js";
import type { ChartTransition, CompiledEngine, CompiledRun, Configuration } from "../../engine/index.js";
import {
  compileLowered,
  descriptorFor,
  executionFacts,
  type LoweredMachine,
  lowerMachine,
  type Program,
} from "../../engine/internal.js";
import { snapshotIn } from "./machine-chart.js";
import { ObservedFunctions } from "./observed-functions.js";
import type { ObservedRun, SteppingEngine } from "./stepping-engine.js";
import { copyOfValue, freezeValue, type ValueIdentity } from "./value-identity.js";

/** The number of microsteps of one event from which on it is taken not to end, unless the machine has a limit of its own. */
const MICROSTEP_LIMIT = 10_000;

/** The compiled engines that explore one machine: one at full speed, and one that observes every function. */
export class CompiledSteppingEngine implements SteppingEngine {
  readonly #program: Program;
  readonly #engine: CompiledEngine<AnyStateMachine>;
  readonly #machine: AnyStateMachine;
  readonly #lowered: LoweredMachine;
  readonly #maxIterations: number;
  /** True if the order in which states were entered can matter at all. */
  readonly #canHaveOrder: boolean;
  /** The eventless transitions that conflict with another: the one that is tried first prevents the other. */
  readonly #rivals: ReadonlySet<object>;

  private constructor({ machine, source, registers }: Chart) {
    this.#machine = machine;
    this.#lowered = lowerMachine(machine);
    this.#program = this.#lowered.program;
    this.#maxIterations = Math.min(this.#lowered.links.maxIterations, MICROSTEP_LIMIT);
    const links = { ...this.#lowered.links, maxIterations: this.#maxIterations };
    // Generated code compares fields by ===, for which -0 is 0. Registers are never -0.
    const usedSource = registers.length > 0 ? source : undefined;
    this.#engine = compileLowered(
      machine,
      { ...this.#lowered, links },
      usedSource,
      usedSource ? "live" : "copied",
    );
    const { nodes, transitions } = this.#program;
    this.#canHaveOrder = executionFacts(this.#program).ageSlotCount > 1;
    const eventless = new Set(nodes.flatMap(({ always }) => always));
    this.#rivals = new Set(
      [...eventless]
        .filter((index) =>
          transitions[index]?.conflicts.some((other) => other !== index && eventless.has(other)),
        )
        .map((index) => links.transitions[index] as object),
    );
  }

  static readonly #known = new WeakMap<AnyStateMachine, CompiledSteppingEngine>();

  /** Returns the engines for a chart. Each machine is compiled once. */
  static of(chart: Chart): CompiledSteppingEngine {
    const engines = CompiledSteppingEngine.#known.get(chart.machine) ?? new CompiledSteppingEngine(chart);
    CompiledSteppingEngine.#known.set(chart.machine, engines);
    return engines;
  }

  /** True if the chart has an action that emits. */
  get emits(): boolean {
    const { nodes, transitions } = this.#program;
    const effects = [
      ...transitions.flatMap(({ actions }) => actions),
      ...nodes.flatMap(({ entry, exit, initial }) => [...entry, ...exit, ...initial]),
    ];
    return effects.some(({ kind }) => kind === "emit");
  }

  /** Returns true if a step with these transitions may depend on the order in which its source states were entered. */
  isOrderDoubtful(transitions: readonly ChartTransition[]): boolean {
    if (!this.#canHaveOrder) return false;
    let eventlessCount = 0;
    for (const transition of transitions)
      if (transition.eventType === "") {
        eventlessCount++;
        if (eventlessCount > 1 || this.#rivals.has(transition)) return true;
      }
    return false;
  }

  /** Returns true if some state of the chart has a transition for events of a type, or for all. */
  handles(eventType: string): boolean {
    return descriptorFor(this.#program, eventType) !== undefined;
  }

  reversedOf(configuration: Configuration): Configuration {
    const variableCount = this.#program.variables.length;
    return configuration.map((stateNumber, index) =>
      index < variableCount ? stateNumber : configuration.length - 1 - stateNumber,
    );
  }

  configurationOf(value: StateValue): Configuration {
    return this.#engine.configurationOf(value);
  }

  stateValueOf(configuration: Configuration): StateValue {
    return this.#engine.stateValueOf(configuration);
  }

  snapshotIn(configuration: Configuration, context: unknown, isDone: boolean): AnyMachineSnapshot {
    return snapshotIn(this.#machine, this.stateValueOf(configuration), context, isDone);
  }

  /** A compiled machine has no environment. */
  isPossible(): boolean {
    return false;
  }

  isBounded(): boolean {
    return true;
  }

  /** Starts a run of the fast engine. @throws the error of a function of the initial state, or of one that is never reached. */
  start(chart: Chart): CompiledRun<AnyStateMachine> {
    const snapshot = chart.initial === undefined ? undefined : chart.snapshotOf(chart.initial);
    // XState itself enters the initial state, with the machine's own limit.
    const machine = this.#machine as { options: object };
    const { options } = machine;
    machine.options = { ...options, maxIterations: this.#maxIterations };
    try {
      return this.#engine.start(snapshot);
    } finally {
      machine.options = options;
    }
  }

  /** Enters the initial state with a context that is frozen. @throws the error of a function that changes it in place. */
  startFrozen(chart: Chart, identity: ValueIdentity): void {
    if (chart.initial !== undefined) return;
    const { config } = this.#machine as { config: { context?: unknown } };
    const { context } = config;
    config.context = (parameters: unknown) => {
      const fields = copyOfValue(
        typeof context === "function" ? context(parameters) : (context ?? {}),
        identity,
      );
      freezeValue(fields, identity);
      return fields;
    };
    try {
      this.start(chart);
    } finally {
      config.context = context;
    }
  }

  /** Starts a run of the table from a snapshot, with functions that are observed. */
  startObserved(snapshot: unknown, identity: ValueIdentity): ObservedRun {
    const { links } = this.#lowered;
    const observed = new ObservedFunctions(this.#program, links.functions, identity);
    const observedLinks = { ...links, maxIterations: this.#maxIterations, functions: observed.functions };
    const engine = compileLowered(
      this.#machine,
      { ...this.#lowered, links: observedLinks },
      undefined,
      "live",
    );
    return { run: engine.start(snapshot as AnyMachineSnapshot), observed };
  }
}
