import type { DriverLocation } from "../driver.js";
import { ByteReader } from "./byte-reader.js";
import { type DebugTables, type InlinedCall, readDebugTables } from "./dwarf/inlined-calls.js";
import type { DebugSections, LineRow } from "./dwarf/line-table.js";
import { SECTION, type Section } from "./sections.js";
import type { WasmFrame } from "./stack-functions.js";

/** The offsets of an instruction in the code of a module: after it was instrumented, and before. */
export type CodeMove = readonly [newOffset: number, oldOffset: number];

/** A function that is running, and the line that it has come to. */
export interface SourceFrame {
  readonly name: string;
  /** "driver.c:21"; undefined if the module does not say. */
  readonly source: string | undefined;
}

/** Files whose functions are those of the bus: what matters is who calls them. */
const BUS_FILES = /(^|[/\\])vm[-_]superio\.(h|rs)$/;

/** Returns the index of the last item that `isBefore` holds for; -1 if it holds for none. The items are ordered. */
function lastIndexBefore<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The number of functions that a location names at most. */
const MAX_FUNCTIONS = 3;

/** Formats frames as a location: functions "ring_put < uart_isr" and positions "driver.c:5 < :44", where a file is not named again. */
export function locationOf(frames: readonly SourceFrame[]): DriverLocation {
  const listedFrames = frames.slice(0, MAX_FUNCTIONS);
  let previousFile = "";
  const positions = listedFrames.map(({ source = "?" }) => {
    const colon = source.lastIndexOf(":");
    const file = source.slice(0, Math.max(colon, 0));
    const position = file !== "" && file === previousFile ? source.slice(colon) : source;
    previousFile = file;
    return position;
  });
  return {
    ...(listedFrames.length === 0 ? {} : { function: listedFrames.map(({ name }) => name).join(" < ") }),
    ...(listedFrames.every(({ source }) => source === undefined) ? {} : { source: positions.join(" < ") }),
  };
}

const inWords = (file: string | undefined, line: number): string | undefined =>
  file === undefined || line === 0 ? undefined : `${file}:${line}`;

/** Finds the source positions of a module that was compiled with `-g`, in the stack traces of what it was instrumented to. */
export class SourcePositions {
  readonly #sections: readonly Section[];
  readonly #codeMoves: readonly CodeMove[];
  readonly #codeStart: number;
  #tables: DebugTables | undefined;

  /**
   * @param sections - of the module as it was compiled.
   * @param codeMoves - where its instructions are now, in order, from the beginning of the code section's content.
   * @param codeStart - where that content begins in the module that runs.
   */
  constructor(sections: readonly Section[], codeMoves: readonly CodeMove[], codeStart: number) {
    this.#sections = sections;
    this.#codeMoves = codeMoves;
    this.#codeStart = codeStart;
  }

  /** Returns the functions of some frames, the innermost first, with those that were inlined. The functions of `vm-superio.h` are left out. */
  framesOf(wasmFrames: readonly WasmFrame[]): SourceFrame[] {
    return wasmFrames.flatMap(({ name, offset }) => this.#framesAt(name, offset));
  }

  #framesAt(functionName: string, offset: number | undefined): SourceFrame[] {
    const address = offset === undefined ? undefined : this.#addressOf(offset);
    const row = address === undefined ? undefined : this.#rowAt(address);
    if (address === undefined || row === undefined) return [{ name: functionName, source: undefined }];
    const frames: SourceFrame[] = [];
    let { file, line }: Pick<LineRow, "file" | "line"> = row;
    const add = (name: string): void => {
      if (file === undefined || !BUS_FILES.test(file)) frames.push({ name, source: inWords(file, line) });
    };
    for (const call of this.#inlinedCallsAt(address)) {
      add(call.name);
      ({ file, line } = call);
    }
    add(functionName);
    return frames;
  }

  /** Returns the offset that the instruction at an offset of the running module had in the code. */
  #addressOf(offset: number): number | undefined {
    const codeOffset = offset - this.#codeStart;
    return this.#codeMoves[lastIndexBefore(this.#codeMoves, ([newOffset]) => newOffset <= codeOffset)]?.[1];
  }

  #rowAt(address: number): LineRow | undefined {
    const { rows } = this.#debugTables;
    const row = rows[lastIndexBefore(rows, (it) => it.address <= address)];
    return row?.file === undefined ? undefined : row;
  }

  /** Returns the inlined calls around an address, the innermost first. */
  #inlinedCallsAt(address: number): InlinedCall[] {
    return this.#debugTables.inlinedCalls
      .filter(({ ranges }) => ranges.some(([low, high]) => low <= address && address < high))
      .sort((a, b) => b.depth - a.depth);
  }

  /** The tables of the debugging information: none if there is none that can be read. */
  get #debugTables(): DebugTables {
    this.#tables ??= readTables(this.#sections);
    return this.#tables;
  }
}

function readTables(sections: readonly Section[]): DebugTables {
  const debugSections: Record<string, Uint8Array> = {};
  for (const { id, content } of sections) {
    if (id !== SECTION.custom) continue;
    const reader = new ByteReader(content);
    const name = reader.name();
    if (name.startsWith(".debug_")) debugSections[name] = content.subarray(reader.offset);
  }
  try {
    const { rows, inlinedCalls } = readDebugTables(debugSections satisfies DebugSections);
    // Where one function ends and another begins, the beginning is the later one.
    const isEnd = (row: LineRow) => (row.file === undefined ? 0 : 1);
    return { rows: rows.toSorted((a, b) => a.address - b.address || isEnd(a) - isEnd(b)), inlinedCalls };
  } catch (error) {
    // Another producer's: positions are missing, and nothing else depends on them.
    if (error instanceof RangeError) return { rows: [], inlinedCalls: [] };
    throw error;
  }
}
