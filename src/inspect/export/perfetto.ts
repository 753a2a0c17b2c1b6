import { bitNames, LSR } from "../../../machines/index.js";
import { VERSION } from "../../version.js";
import type { DiagramItem, DiagramScene, FileFormat, Signal, SignalValue } from "./diagram-items.js";
import { effectInWords } from "./input-row.js";
import type { LineCharacter } from "./line-format.js";

const PROCESS_ID = 1;

/** An event of the trace-event format, which Perfetto reads: times are in microseconds. */
type TraceEvent = Readonly<Record<string, unknown>>;

/** Signals that are a track of slices: a pin while it is asserted, a region for each state. */
const isSliced = ({ signalKind, name }: Signal): boolean =>
  signalKind === "state" || (signalKind === "pin" && name !== "SOUT" && name !== "SIN");

/** A region may have the name of a pin. */
const trackOf = ({ signalKind, name }: Signal): string => (signalKind === "state" ? `state ${name}` : name);

/**
 * A trace for ui.perfetto.dev, as JSON in the trace-event format: accesses, the characters on both lines, pins and the chart's regions are
 * tracks; the FIFOs' levels and the registers are counters.
 */
export class PerfettoFormat implements FileFormat {
  /** The tracks' numbers, by their names. */
  readonly #tracks = new Map<string, number>();
  /** The tracks on which a slice has begun. */
  readonly #openTracks = new Set<string>();

  writeStart({ chart, signals, initial }: DiagramScene): string {
    for (const name of ["access", "SOUT", "SIN", ...signals.filter(isSliced).map(trackOf)])
      this.#tracks.set(name, this.#tracks.size + 1);
    const trackNames = [...this.#tracks].flatMap(([name, tid]) => [
      { ph: "M", pid: PROCESS_ID, tid, name: "thread_name", args: { name } },
      { ph: "M", pid: PROCESS_ID, tid, name: "thread_sort_index", args: { sort_index: tid } },
    ]);
    const processEvent = { ph: "M", pid: PROCESS_ID, tid: 0, name: "process_name", args: { name: chart.id } };
    const initialEvents = [...initial].flatMap(([signal, signalValue]) =>
      this.#signalEvents(0, signal, signalValue),
    );
    const otherData = { "vm-superio": VERSION, chart: chart.id, ...chart.options };
    const traceEvents = [processEvent, ...trackNames, ...initialEvents].map((event) => JSON.stringify(event));
    return `{"displayTimeUnit":"ns","otherData":${JSON.stringify(otherData)},"traceEvents":[\n${traceEvents.join(",\n")}`;
  }

  writeItem(diagramItem: DiagramItem): string {
    return serialise(this.#traceEvents(diagramItem));
  }

  writeEnd(nanoseconds: number): string {
    const openSlices = [...this.#openTracks].map((name) => this.#sliceEvent("E", name, nanoseconds));
    return `${serialise(openSlices)}\n]}\n`;
  }

  #traceEvents(diagramItem: DiagramItem): TraceEvent[] {
    const { nanoseconds } = diagramItem;
    switch (diagramItem.itemType) {
      case "signal":
        return this.#signalEvents(nanoseconds, diagramItem.signal, diagramItem.value);
      case "input": {
        const { inputRow, duration } = diagramItem;
        if (inputRow.input.type === "advance") return [];
        const effects = inputRow.effects.map(effectInWords);
        const args = {
          index: inputRow.index,
          tick: inputRow.tick,
          ...(effects.length > 0 ? { effects } : {}),
        };
        return [
          {
            ...this.#sliceEvent("X", "access", nanoseconds),
            dur: microseconds(duration),
            name: inputRow.text,
            args,
          },
        ];
      }
      case "character": {
        const { line, startTime, character } = diagramItem;
        const args = { value: character.byteValue, errors: bitNames("LSR", character.errorBits) };
        const characterSlice = this.#sliceEvent("X", line, startTime);
        return [
          {
            ...characterSlice,
            dur: microseconds(nanoseconds - startTime),
            name: characterInWords(character),
            args,
          },
        ];
      }
      case "note":
        return [this.#instantEvent("access", nanoseconds, diagramItem.noteRow.text)];
      case "overrun":
        return [this.#instantEvent("SIN", nanoseconds, "overrun")];
      case "break":
        return [this.#instantEvent(diagramItem.line, nanoseconds, "break")];
    }
  }

  #signalEvents(nanoseconds: number, signal: Signal, signalValue: SignalValue): TraceEvent[] {
    const { name, signalKind } = signal;
    if (signalKind === "register" || signalKind === "level") {
      return [
        {
          ph: "C",
          pid: PROCESS_ID,
          tid: 0,
          ts: microseconds(nanoseconds),
          name,
          args: { [name]: signalValue },
        },
      ];
    }
    if (!isSliced(signal)) return [];
    const trackName = trackOf(signal);
    const traceEvents: TraceEvent[] = [];
    if (this.#openTracks.delete(trackName)) traceEvents.push(this.#sliceEvent("E", trackName, nanoseconds));
    if (signalValue === 0) return traceEvents;
    this.#openTracks.add(trackName);
    return [
      ...traceEvents,
      { ...this.#sliceEvent("B", trackName, nanoseconds), name: signalKind === "pin" ? name : signalValue },
    ];
  }

  #sliceEvent(ph: "B" | "E" | "X", trackName: string, nanoseconds: number) {
    return { ph, pid: PROCESS_ID, tid: this.#tracks.get(trackName), ts: microseconds(nanoseconds) };
  }

  #instantEvent(trackName: string, nanoseconds: number, name: string): TraceEvent {
    return {
      ph: "i",
      s: "t",
      pid: PROCESS_ID,
      tid: this.#tracks.get(trackName),
      ts: microseconds(nanoseconds),
      name,
    };
  }
}

const serialise = (traceEvents: readonly TraceEvent[]): string =>
  traceEvents.map((event) => `,\n${JSON.stringify(event)}`).join("");

const microseconds = (nanoseconds: number): number => Math.round(nanoseconds) / 1000;

/** Returns the name of a character's slice: "A 0x41", "0x0D", "0x42 PE". */
function characterInWords({ byteValue, errorBits }: LineCharacter): string {
  const hexadecimal = `0x${byteValue.toString(16).toUpperCase().padStart(2, "0")}`;
  const printable = byteValue > 0x20 && byteValue < 0x7f ? `${String.fromCharCode(byteValue)} ` : "";
  return `${printable}${hexadecimal} ${bitNames("LSR", errorBits & (LSR.PE | LSR.FE | LSR.BI))}`.trimEnd();
}
