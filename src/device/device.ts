import type { Observable } from "rxjs";
import type { AnyStateMachine, ContextFrom, StateValue } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import type { EmissionKind, GeneratedSource } from "../engine/index.js";
import type { Input, JournalView } from "../journal/index.js";

/** A chart with the facts that tools need: the same shape for every chart. */
export interface Chart<TMachine extends AnyStateMachine = AnyStateMachine, TState = unknown> {
  /** The chart's id: "serial". */
  readonly id: string;
  /** The XState machine. */
  readonly machine: TMachine;
  /** The code that was generated for the machine, if any. */
  readonly source?: GeneratedSource;
  /** The options under which it runs, as JSON: `{ revision: "0.8.2" }`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Ticks in a second. */
  readonly clock: number;
  /** "pulse" if the interrupt line pulses once a trigger, "level" if it has a level. */
  readonly interrupt: "pulse" | "level";
  /** The registers, and their values in a context. */
  readonly registers: readonly RegisterView<ContextFrom<TMachine>>[];
  /** The rules by id: those that states and transitions name in their `meta`, and those of the device around the chart. */
  readonly rules: Readonly<Record<string, string>>;
  /** The types of input that it takes. */
  readonly inputs: readonly Input["type"][];
  /** The kinds of emissions that its code emits by number; absent where all are objects. */
  readonly kinds?: readonly EmissionKind[];
  /**
   * "bytes" if received characters are bytes, which the chart takes together; "marked" if they may carry errors, and are taken one by one.
   */
  readonly characters: "bytes" | "marked";
  /** The state in which a device begins, where it is not the machine's own. */
  readonly initial?: TState;
  /** Returns the cause that IIR reports in this context, or "none"; absent where the interrupt line has no level. */
  causeOf?(context: ContextFrom<TMachine>): string;
  /** Returns the interrupt line's level in this context; absent where it has none. */
  levelOf?(context: ContextFrom<TMachine>): 0 | 1;
  /** The register whose bits detail each cause. */
  readonly causeRegisters?: Readonly<Record<string, RegisterName>>;
  /** Returns the ticks until the chart next does something by itself; undefined if it will not. Absent where time changes nothing. */
  ticksUntilDue?(context: ContextFrom<TMachine>): number | undefined;
  /**
   * Returns the ticks that may pass at once, of so many, where nobody observes the bits on the line: the state afterwards is the same as if
   * time had been divided by `ticksUntilDue`. Absent where that is the only way.
   */
  ticksAtOnce?(context: ContextFrom<TMachine>, ticks: number): number | undefined;
  /** Returns the ticks that a character takes in this context, 0 without a baud clock; absent where characters take no time. */
  characterTicks?(context: ContextFrom<TMachine>): number;
  /**
   * Returns how many more characters from outside this context takes: none where they do not reach the receiver, in loopback or during a
   * break. Absent where the chart receives nothing.
   */
  capacityOf?(context: ContextFrom<TMachine>): number;
  /** Returns true if offsets 0 and 1 reach the divisor latch in this context. */
  divisorLatchOpen(context: ContextFrom<TMachine>): boolean;
  /** Returns the state in a context as JSON, to be saved. */
  stateOf(context: ContextFrom<TMachine>): TState;
  /**
   * Returns the snapshot in which the machine is in this state.
   *
   * @throws TypeError, RangeError or SerialError if it is no state, naming what is wrong.
   */
  snapshotOf(state: unknown): ReturnType<TMachine["resolveState"]>;
  /**
   * Returns the parts of {@link snapshotOf}, without XState's cost of making a snapshot.
   *
   * @throws as snapshotOf does.
   */
  resolve?(state: unknown): Resolved;
}

/** A state of a chart in its machine's terms. */
export interface Resolved {
  /** The state value. */
  readonly value: StateValue;
  /** The context: a plain object. */
  readonly context: object;
}

/** The context of a chart whose machine is not known: its own functions know the type. */
export type AnyContext = ContextFrom<AnyStateMachine>;

/** A register of a chart. */
export interface RegisterView<TContext = AnyContext> {
  /** The datasheet's name. */
  readonly name: RegisterName;
  /** Returns the value in this context, 0 to 255. */
  value(context: TContext): number;
  /** Describes the bits of a value, where this chart does not read them bit by bit. */
  bits?(value: number): string;
}

/** An emission of a chart. */
export interface ChartEmission {
  /** Its type: "data", "transmit", "interrupt", and others of the chart. */
  readonly type: string;
  /** The byte of "data" and "transmit". */
  readonly value?: number;
  /** The cause of "interrupt". */
  readonly cause?: string;
  /** The number of characters taken, of "accepted". */
  readonly count?: number;
  /** The level of a line that has changed: 1 is asserted, or marking. */
  readonly level?: 0 | 1;
  /** The pin that has changed, where there are several. */
  readonly pin?: string;
}

/** An emission with its position in the journal. */
export interface Emission extends ChartEmission {
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
}

/** A description of a transition of the chart. */
export interface TransitionInWords {
  /** Its name, the same in every run: "receiveFifo.holding read.RBR_DLL [readTakesLastCharacter]". */
  readonly id: string;
  /** The state that it leaves, such as "receiveFifo.holding". */
  readonly source: string;
  /** The state that it enters; absent where it stays. */
  readonly target?: string;
  /** The event's type. */
  readonly event: string;
  /** The guard's name, where it has one. */
  readonly guard?: string;
  /** The actions' names, in order. */
  readonly actions: readonly string[];
  /** One sentence about it. */
  readonly description: string;
  /** Ids of the rules that it implements. */
  readonly rules: readonly string[];
}

/** One input, and the chart's transitions and emissions. */
export interface Transition {
  /** Index of the input. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** The input. */
  readonly input: Input;
  /** The transitions taken, in order; none where the chart ignores the input. */
  readonly taken: readonly TransitionInWords[];
  /** The chart's state value afterwards. */
  readonly value: unknown;
  /** The emissions. */
  readonly emissions: readonly Emission[];
}

/** An explanation of the value of a register, or of the level of the interrupt line. */
export interface Explanation {
  /** The subject. */
  readonly what: RegisterName | "interrupt";
  /** The register's value; of the interrupt, IIR's. 0 to 255. */
  readonly value: number;
  /** That value's bits by name. */
  readonly bits: string;
  /** The input that last changed it, or that last interrupted; absent where nothing has since the journal's start. */
  readonly since?: { readonly index: number; readonly tick: number; readonly input: Input };
  /** Of the interrupt: its cause, "THRE" or "RDA". */
  readonly cause?: string;
  /** The transitions that did it. */
  readonly taken: readonly TransitionInWords[];
  /** The rules that those implement, in words. */
  readonly rules: readonly string[];
  /** All of it as one sentence. */
  readonly text: string;
}

/** A saved state of a device. */
export interface Saved {
  /** The version of this shape: 2. Version 1, which can be restored as well, has other names for options of `uart16550`. */
  readonly version: 1 | 2;
  /** The chart's id. */
  readonly chart: string;
  /** The chart's options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Ticks that had passed. */
  readonly now: number;
  /** The chart's state. */
  readonly state: unknown;
  /** A hash of the chart's definition: another one means that the chart has changed since. Absent in what 0.1.0's first journals saved. */
  readonly definition?: string;
  /** The version of this package that saved it. */
  readonly package?: string;
}

/** Where to say that a restored device may differ from the one that was saved. */
export interface RestoreOptions {
  /** Called with one sentence if the chart has changed since, or if a field is not known here; by default the console's. */
  readonly warn?: (message: string) => void;
}

/** An edge on the interrupt line. */
export interface InterruptEdge {
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** The cause: "THRE" or "RDA". */
  readonly cause: string;
}

/** A UART, as a virtual machine, a driver under test, an inspector or a checker uses it, whichever chart it runs. */
export interface Device {
  /** The chart that it runs. */
  readonly chart: Chart;
  /**
   * Applies one input to its end, and performs its effects. A `restore` replaces the state alone: {@link now} and the journal go on. All other methods that change the device are shorthands for this.
   *
   * @returns the emissions, in order.
   * @throws TypeError or RangeError if it is no input that this device takes; nothing has changed then.
   * @throws whatever the device's callbacks throw, once the input has been applied.
   */
  apply(input: Input): readonly Emission[];
  /** Reads at `offset`, 0 to 255, as a processor does. @throws RangeError for any other; and as {@link apply}. */
  read(offset: number): number;
  /** Writes `value` at `offset`, 0 to 255 each, as a processor does. @throws RangeError for any other; and as {@link apply}. */
  write(offset: number, value: number): void;
  /** Returns the result that {@link read} would have, without reading. @throws RangeError unless offset is 0 to 255. */
  peek(offset: number): number;
  /**
   * Explains the value of a register, or the level of the interrupt line. Searches the journal backwards: some tenths of a second for a
   * million entries without a match.
   *
   * @throws RangeError if the chart has no such register, Error if the journal keeps no entries.
   */
  explain(what: RegisterName | "interrupt"): Explanation;
  /**
   * Receives bytes from outside, from the front, as many as there is room for. An error that a callback throws is no error of the bytes: they
   * have arrived, and the journal records the failure.
   *
   * @param bytes - 0 to 255 each.
   * @param onFailure - called with what a callback of the device has thrown.
   * @returns how many were taken; 0 where there is no room, in loopback and during a break.
   * @throws TypeError if it is no list of bytes, RangeError if an item is no byte; nothing has changed then. It throws nothing else.
   */
  offer(bytes: Uint8Array | readonly number[], onFailure?: (error: unknown) => void): number;
  /** How many bytes {@link offer} takes at present. */
  readonly capacity: number;
  /** The capacity, each time it has grown: there is room for more bytes. */
  readonly room$: Observable<number>;
  /** Returns a copy of the chart's state, as JSON. */
  state(): unknown;
  /** Lets time pass. @throws RangeError unless ticks is a whole number from 0. */
  advance(ticks: number): void;
  /** Lets time pass up to a tick. @throws RangeError unless tick is a whole number from {@link now}. */
  advanceTo(tick: number): void;
  /** Returns the ticks of the chart's clock in so many seconds, the nearest whole number. @throws RangeError if they cannot be counted. */
  toTicks(seconds: number): number;
  /** Returns the seconds that so many ticks of the chart's clock take. @throws RangeError unless ticks is a whole number from 0. */
  toSeconds(ticks: number): number;
  /** Ticks that have passed. */
  readonly now: number;
  /** The tick at which the device next does something by itself; undefined if it will not. */
  readonly nextDue?: number | undefined;
  /** Returns the state, to be stored. */
  save(): Saved;
  /**
   * Drives every output again at its present level, and has the hosts and the device agree on who holds output. For those who attach late,
   * or whose own state was restored: the device's state does not change, but for the hold.
   *
   * @throws whatever the device's callbacks throw.
   */
  syncOutputs(): void;
  /** The inputs so far. */
  readonly journal: JournalView;
  /** Records a remark in the journal. @throws TypeError if it is no text. */
  mark(text: string): void;
  /** Each byte that leaves the transmitter. */
  readonly output$: Observable<number>;
  /** Each edge on the interrupt line. */
  readonly interrupt$: Observable<InterruptEdge>;
  /** Each input with the transitions that it took. */
  readonly transition$: Observable<Transition>;
  /** Completes the streams and closes the journal's sink. The device still works afterwards. */
  close(): void;
}
