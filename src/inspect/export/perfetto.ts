import { bitNames, LSR } from "../../../machines/index.js";
import { VERSION } from "../../version.js";
import type { Drawn, Format, Scene, Signal, SignalValue } from "./drawn.js";
import type { LineCharacter } from "./frame.js";
import { effectInWords } from "./row.js";

const PID = 1;

/** An event of the trace-event format, which Perfetto reads: times are in microseconds. */
type TraceEvent = Readonly<Record<string, unknown>>;

/** Signals that are a track of slices: a pin while it is asserted, a region for each state. */
const isSliced = ({ kind, name }: Signal): boolean =>
  kind === "state" || (kind === "pin" && name !== "SOUT" && name !== "SIN");

/** A region may have the name of a pin. */
const trackOf = ({ kind, name }: Signal): string => (kind === "state" ? `state ${name}` : name);

/**
 * A trace for ui.perfetto.dev, as JSON in the trace-event format: accesses, the characters on both lines, pins and the chart's regions are
 * tracks; the FIFOs' levels and the registers are counters.
 */
export class Perfetto implements Format {
  /** The tracks' numbers, by their names. */
  readonly #tracks = new Map<string, number>();
  /** The tracks on which a slice has begun. */
  readonly #open = new Set<string>();

  begin({ chart, signals, initial }: Scene): string {
    for (const name of ["access", "SOUT", "SIN", ...signals.filter(isSliced).map(trackOf)])
      this.#tracks.set(name, this.#tracks.size + 1);
    const named = [...this.#tracks].flatMap(([name, tid]) => [
      { ph: "M", pid: PID, tid, name: "thread_name", args: { name } },
      { ph: "M", pid: PID, tid, name: "thread_sort_index", args: { sort_index: tid } },
    ]);
    const process = { ph: "M", pid: PID, tid: 0, name: "process_name", args: { name: chart.id } };
    const first = [...initial].flatMap(([signal, value]) => this.#signal(0, signal, value));
    const about = { "vm-superio": VERSION, chart: chart.id, ...chart.options };
    const events = [process, ...named, ...first].map((event) => JSON.stringify(event));
    return `{"displayTimeUnit":"ns","otherData":${JSON.stringify(about)},"traceEvents":[\n${events.join(",\n")}`;
  }

  add(drawn: Drawn): string {
    return written(this.#events(drawn));
  }

  end(at: number): string {
    const still = [...this.#open].map((name) => this.#slice("E", name, at));
    return `${written(still)}\n]}\n`;
  }

  #events(drawn: Drawn): TraceEvent[] {
    const { at } = drawn;
    switch (drawn.what) {
      case "signal":
        return this.#signal(at, drawn.signal, drawn.value);
      case "input": {
        const { row, span } = drawn;
        if (row.input.type === "advance") return [];
        const effects = row.effects.map(effectInWords);
        const args = { index: row.index, tick: row.tick, ...(effects.length > 0 ? { effects } : {}) };
        return [{ ...this.#slice("X", "access", at), dur: microseconds(span), name: row.text, args }];
      }
      case "character": {
        const { line, start, character } = drawn;
        const args = { value: character.value, errors: bitNames("LSR", character.errors) };
        const place = this.#slice("X", line, start);
        return [{ ...place, dur: microseconds(at - start), name: characterInWords(character), args }];
      }
      case "overrun":
        return [this.#instant("SIN", at, "overrun")];
      case "break":
        return [this.#instant(drawn.line, at, "break")];
    }
  }

  #signal(at: number, signal: Signal, value: SignalValue): TraceEvent[] {
    const { name, kind } = signal;
    if (kind === "register" || kind === "level") {
      return [{ ph: "C", pid: PID, tid: 0, ts: microseconds(at), name, args: { [name]: value } }];
    }
    if (!isSliced(signal)) return [];
    const track = trackOf(signal);
    const events: TraceEvent[] = [];
    if (this.#open.delete(track)) events.push(this.#slice("E", track, at));
    if (value === 0) return events;
    this.#open.add(track);
    return [...events, { ...this.#slice("B", track, at), name: kind === "pin" ? name : value }];
  }

  #slice(ph: "B" | "E" | "X", track: string, at: number) {
    return { ph, pid: PID, tid: this.#tracks.get(track), ts: microseconds(at) };
  }

  #instant(track: string, at: number, name: string): TraceEvent {
    return { ph: "i", s: "t", pid: PID, tid: this.#tracks.get(track), ts: microseconds(at), name };
  }
}

const written = (events: readonly TraceEvent[]): string =>
  events.map((event) => `,\n${JSON.stringify(event)}`).join("");

const microseconds = (ns: number): number => Math.round(ns) / 1000;

/** A character as its slice is called: "A 0x41", "0x0D", "0x42 PE". */
function characterInWords({ value, errors }: LineCharacter): string {
  const hex = `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
  const text = value > 0x20 && value < 0x7f ? `${String.fromCharCode(value)} ` : "";
  return `${text}${hex} ${bitNames("LSR", errors & (LSR.PE | LSR.FE | LSR.BI))}`.trimEnd();
}
