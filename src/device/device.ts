import type { Observable } from "rxjs";
import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../machines/index.js";
import type { EmissionKind, GeneratedSource } from "../engine/index.js";
import type { Input, JournalView } from "../journal/index.js";

/** A chart with what tools need to know about it: the same shape for every chart. */
export interface Chart<TMachine extends AnyStateMachine = AnyStateMachine, TState = unknown> {
  /** Which chart it is: "serial". */
  readonly id: string;
  /** The XState machine. */
  readonly machine: TMachine;
  /** The code that was generated for the machine, where there is some. */
  readonly source?: GeneratedSource;
  /** The options under which it runs, as JSON: `{ revision: "0.8.2" }`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How many ticks a second has. */
  readonly clock: number;
  /** Whether its interrupt line pulses, once a trigger, or has a level. */
  readonly interrupt: "pulse" | "level";
  /** The registers that it has, and where each value stands. */
  readonly registers: readonly RegisterView[];
  /** The rules by id: those that states and transitions name in their `meta`, and those of the device around the chart. */
  readonly rules: Readonly<Record<string, string>>;
  /** The types of input that it takes. */
  readonly inputs: readonly Input["type"][];
  /** The kinds of emissions that its code gives by number; absent where it gives all as a whole. */
  readonly kinds?: readonly EmissionKind[];
  /**
   * Whether characters that are received are bytes, which the chart takes together, or may carry errors, and are taken one by one.
   */
  readonly characters: "bytes" | "marked";
  /** The state in which a device begins, where it is not the machine's own. */
  readonly initial?: TState;
  /** What IIR reports in this context, or "none"; absent where the interrupt line has no level. */
  causeOf?(context: never): string;
  /** The interrupt line's level in this context; absent where it has none. */
  levelOf?(context: never): 0 | 1;
  /** The register whose bits say more of a cause. */
  readonly causeRegisters?: Readonly<Record<string, RegisterName>>;
  /** In how many ticks the chart will next do something by itself, if it will; absent where time changes nothing. */
  ticksUntilDue?(context: never): number | undefined;
  /** How many ticks a character takes in this context, 0 without a baud clock; absent where characters take no time. */
  characterTicks?(context: never): number;
  /** Whether offsets 0 and 1 reach the divisor latch in this context. */
  divisorLatchOpen(context: never): boolean;
  /** The state that a context stands for, as JSON: what is saved. */
  stateOf(context: never): TState;
  /**
   * The snapshot in which the machine is in this state.
   *
   * @throws TypeError, RangeError or SerialError if it is no state, naming what is wrong.
   */
  snapshotOf(state: unknown): ReturnType<TMachine["resolveState"]>;
  /**
   * What {@link snapshotOf} is made of, for those who ask often: making a snapshot takes XState long.
   *
   * @throws as snapshotOf does.
   */
  resolve?(state: unknown): Resolved;
}

/** A state of a chart, as its machine has it. */
export interface Resolved {
  /** The state value. */
  readonly value: unknown;
  /** The context: a plain object. */
  readonly context: object;
}

/** A register of a chart. */
export interface RegisterView {
  /** The datasheet's name. */
  readonly name: RegisterName;
  /** The value in this context, 0 to 255. */
  value(context: never): number;
  /** Its bits by name, where this chart reads them otherwise than bit by bit. */
  bits?(value: number): string;
}

/** What a chart emits. */
export interface ChartEmission {
  /** What it is: "data", "transmit", "interrupt", and whatever else the chart emits. */
  readonly type: string;
  /** The byte of "data" and "transmit". */
  readonly value?: number;
  /** The cause of "interrupt". */
  readonly cause?: string;
  /** How many characters were taken, of "accepted". */
  readonly count?: number;
  /** The level of a line that has changed: 1 is asserted, or marking. */
  readonly level?: 0 | 1;
  /** Which of several pins has changed. */
  readonly pin?: string;
}

/** Something that left a device, with its place. */
export interface Emission extends ChartEmission {
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
}

/** A transition of the chart in words. */
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
  /** What happens, in a sentence. */
  readonly description: string;
  /** Ids of the rules that it implements. */
  readonly rules: readonly string[];
}

/** One input and everything that the chart did about it. */
export interface Transition {
  /** Index of the input. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** What happened. */
  readonly input: Input;
  /** The transitions taken, in order; none where the chart ignores the input. */
  readonly taken: readonly TransitionInWords[];
  /** The chart's state value afterwards. */
  readonly value: unknown;
  /** What left. */
  readonly emissions: readonly Emission[];
}

/** Why a register or the interrupt line is as it is. */
export interface Explanation {
  /** What was asked about. */
  readonly what: RegisterName | "interrupt";
  /** The register's value; of the interrupt, IIR's. 0 to 255. */
  readonly value: number;
  /** That value's bits by name. */
  readonly bits: string;
  /** The input that last changed it, or that last interrupted; absent where it still is as at the journal's start. */
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

/** A device's state, to be kept. */
export interface Saved {
  /** The version of this shape: 1. */
  readonly version: 1;
  /** The chart's id. */
  readonly chart: string;
  /** The chart's options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Ticks that had passed. */
  readonly now: number;
  /** The chart's state. */
  readonly state: unknown;
}

/** An edge on the interrupt line. */
export interface InterruptEdge {
  /** Index of the input that caused it. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** Why: "THRE" or "RDA". */
  readonly cause: string;
}

/** A UART: what a virtual machine, a driver under test, an inspector and a checker stand on, whichever chart it runs. */
export interface Device {
  /** The chart that it runs. */
  readonly chart: Chart;
  /**
   * Takes one input to its end and performs what follows. Everything else is a shorter way to say this.
   *
   * @returns what left, in order.
   * @throws TypeError or RangeError if it is no input that this device takes; nothing has changed then.
   * @throws whatever the device's surroundings throw, once the input has been taken.
   */
  apply(input: Input): readonly Emission[];
  /** What a processor reads at `offset`, 0 to 255. @throws RangeError for any other; and as {@link apply}. */
  read(offset: number): number;
  /** A processor writes `value` at `offset`, 0 to 255 each. @throws RangeError for any other; and as {@link apply}. */
  write(offset: number, value: number): void;
  /** What {@link read} would give, without reading. @throws RangeError unless offset is 0 to 255. */
  peek(offset: number): number;
  /**
   * Why a register, or the interrupt line, is as it is. What is kept of the journal is looked through, backwards: some
   * tenths of a second for a million entries in which nothing is found.
   *
   * @throws RangeError if the chart has no such register, Error if the journal keeps nothing to look in.
   */
  explain(what: RegisterName | "interrupt"): Explanation;
  /** Lets time pass. @throws RangeError unless ticks is a whole number from 0. */
  advance(ticks: number): void;
  /** Ticks that have passed. */
  readonly now: number;
  /** The tick at which the device will next do something by itself, if it will. */
  readonly nextDue?: number | undefined;
  /** The state, to be kept. */
  save(): Saved;
  /** What has entered so far. */
  readonly journal: JournalView;
  /** Notes a remark in the journal. @throws TypeError if it is no text. */
  mark(text: string): void;
  /** Each byte that leaves the transmitter. */
  readonly output$: Observable<number>;
  /** Each edge on the interrupt line. */
  readonly interrupt$: Observable<InterruptEdge>;
  /** Each input with the transitions that it took. */
  readonly transition$: Observable<Transition>;
  /** Completes the streams and closes the journal's sink. The device goes on to work. */
  close(): void;
}
