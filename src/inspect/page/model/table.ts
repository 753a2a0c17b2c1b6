import type { RegisterName } from "../../../../machines/index.js";
import type { Chart, ChartEmission } from "../../../device/index.js";
import type { Entry } from "../../../journal/index.js";
import { Bytes, Numbers } from "./bytes.js";
import { receiveLevelIn, transmitLevelIn } from "./chart.js";

/** What an entry is, in a byte. */
export const KINDS = [
  "read",
  "write",
  "receive",
  "line",
  "break",
  "modem",
  "advance",
  "hold",
  "release",
  "reset",
  "restore",
  "failed",
  "mark",
] as const satisfies readonly Entry["type"][];

/** What is to be known of an entry at a glance, as bits. */
export const FLAG = {
  /** The divisor latch was open before it. */
  DLAB: 0x01,
  /** The interrupt line rose, or pulsed. */
  INTERRUPT: 0x02,
  /** A character left. */
  SENT: 0x04,
  /** The recorded device did something else. */
  DIFFERENCE: 0x08,
  /** A character was lost: an overrun, or no room. */
  LOST: 0x10,
  /** The interrupt line is high after it. */
  HIGH: 0x20,
  /** It changed registers or FIFOs beyond what was written. */
  EFFECT: 0x40,
} as const;

/**
 * Every entry's outcome in columns, a byte each: what the list, the time line and the search look at, so that
 * none of them has to run the chart.
 */
export class Table {
  readonly kind = new Bytes();
  readonly offset = new Bytes();
  /** What was written, or read. */
  readonly value = new Bytes();
  readonly flags = new Bytes();
  /** How many characters wait to be read, and to be sent, after it. */
  readonly received = new Bytes();
  readonly toSend = new Bytes();
  /** Ticks that had passed before it. */
  readonly tick = new Numbers();
  /** Each register after it. */
  readonly registers: ReadonlyMap<RegisterName, Bytes>;
  /** What left: after which entry, and what. */
  readonly sentAt = new Numbers();
  readonly sent = new Bytes();
  /** The interrupts: at which entry, and for which cause, an index in {@link causes}. */
  readonly interruptAt = new Numbers();
  readonly interruptCause = new Bytes();
  readonly causes: string[] = [];
  readonly #chart: Chart;
  readonly #columns: readonly Bytes[];
  readonly #before: Uint8Array;
  #level: number;
  #cause = "";

  constructor(chart: Chart, context: never) {
    this.#chart = chart;
    this.registers = new Map(chart.registers.map(({ name }) => [name, new Bytes()]));
    this.#columns = [...this.registers.values()];
    this.#before = Uint8Array.from(chart.registers, ({ value }) => value(context));
    this.#level = chart.levelOf?.(context) ?? 0;
  }

  get length(): number {
    return this.kind.length;
  }

  /**
   * Adds an entry that has been taken.
   *
   * @param dlab - whether the divisor latch was open before it.
   * @param context - after it.
   */
  add(entry: Entry, tick: number, dlab: boolean, context: never, emitted: readonly ChartEmission[]): void {
    const at = this.kind.length;
    this.kind.push(KINDS.indexOf(entry.type));
    this.offset.push("offset" in entry ? entry.offset : 0);
    this.tick.push(tick);
    let value = entry.type === "write" ? entry.value : 0;
    let flags = dlab ? FLAG.DLAB : 0;
    for (let i = 0; i < emitted.length; i++) {
      const emission = emitted[i] as ChartEmission;
      switch (emission.type) {
        case "data":
          value = emission.value as number;
          break;
        case "transmit":
          flags |= FLAG.SENT;
          this.sentAt.push(at);
          this.sent.push(emission.value as number);
          break;
        case "identified":
          this.#cause = emission.cause as string;
          break;
        case "interrupt":
          flags |= FLAG.INTERRUPT;
          this.#interrupt(at, emission.cause as string);
          break;
        case "interruptLine":
          this.#level = emission.level as number;
          if (emission.level === 1) {
            flags |= FLAG.INTERRUPT;
            this.#interrupt(at, this.#chart.causeOf?.(context) ?? this.#cause);
          }
          break;
        case "overrun":
        case "refused":
          flags |= FLAG.LOST;
      }
    }
    this.value.push(value);
    const received = receiveLevelIn(context);
    let changed = received !== this.received.at(at - 1);
    this.received.push(received);
    this.toSend.push(transmitLevelIn(context));
    const { registers } = this.#chart;
    for (let i = 0; i < registers.length; i++) {
      const after = (registers[i] as Chart["registers"][number]).value(context);
      if (after !== this.#before[i]) {
        changed = true;
        this.#before[i] = after;
      }
      (this.#columns[i] as Bytes).push(after);
    }
    if (changed && entry.type === "read") flags |= FLAG.EFFECT;
    if (this.#level === 1) flags |= FLAG.HIGH;
    this.flags.push(flags);
  }

  #interrupt(at: number, cause: string): void {
    let index = this.causes.indexOf(cause);
    if (index < 0) index = this.causes.push(cause) - 1;
    this.interruptAt.push(at);
    this.interruptCause.push(index);
  }

  /** The causes of the interrupts at row `at`, in order. */
  interruptsAt(at: number): string[] {
    const found: string[] = [];
    for (
      let i = this.interruptAt.below(at);
      i < this.interruptAt.length && this.interruptAt.at(i) === at;
      i++
    )
      found.push(this.causes[this.interruptCause.at(i)] as string);
    return found;
  }

  /** What left at row `at`, in order. */
  sentBy(at: number): number[] {
    const found: number[] = [];
    for (let i = this.sentAt.below(at); i < this.sentAt.length && this.sentAt.at(i) === at; i++)
      found.push(this.sent.at(i));
    return found;
  }
}
