import { REGISTERS } from "../../machines/index.js";
import { TOUR } from "./compiled/tour.js";
import type { SuiteInput, SuiteSequence } from "./sequence.js";
import { fromSuiteText } from "./suite-text.js";

/** The reads after each transition, by which states are told apart: those without a side effect first. */
const DISTINGUISHING: readonly SuiteInput[] = (
  ["LCR", "MCR", "SCR", "IER", "IIR", "LSR", "MSR", "RBR", "LSR", "IIR"] as const
).map((name) => ({ type: "read", offset: REGISTERS[name].offset }));

/** Options of {@link deriveSuite}. */
export interface SuiteOptions {
  /** True for a target that receives bytes from outside. */
  readonly receives: boolean;
  /** True for a target that lets time pass. */
  readonly hasTime: boolean;
  /** The number of random sequences. */
  readonly random: number;
  /** The seed of the random sequences. */
  readonly seed: number;
}

/** Every transition of the charts that the tour takes. */
export const TOURED_TRANSITIONS: ReadonlySet<string> = new Set(TOUR.flatMap(([transitions]) => transitions));

/**
 * Returns the suite: the tour through the charts, which exploring has found, with reads after each transition; then what small scopes do not
 * reach, full FIFOs and restored devices; then random sequences of the same inputs.
 */
export function deriveSuite(options: SuiteOptions): readonly SuiteSequence[] {
  const tour = TOUR.map(([transitions, text]): SuiteSequence => {
    const inputs = [...fromSuiteText(text), ...DISTINGUISHING];
    return { covers: transitions[0] ?? "", transitions, inputs };
  });
  return [...tour, ...fillingSequences(options), ...randomSequences(tour, options)];
}

const write = (offset: number, value: number): SuiteInput => ({ type: "write", offset, value });
const read = (offset: number): SuiteInput => ({ type: "read", offset });
const READ_STATUS_AND_DATA = [read(5), read(0)];
/** A FIFO's size, one less, one and two more, and more than the largest has. */
const FILLINGS = [15, 16, 17, 18, 63, 64, 65, 66, 80];
/** More than a character's time at the slowest format of the suite. */
const CHARACTER_TIME: SuiteInput = { type: "advance", ticks: 20_000_000 };

/**
 * Returns what a tour with few characters does not reach: full FIFOs, both ways, a host that stops taking output, a device that is saved and
 * restored in each of these states, and reads at every offset while a character waits.
 */
function fillingSequences({ receives, hasTime }: SuiteOptions): readonly SuiteSequence[] {
  const setUp = [write(3, 0x83), write(0, 1), write(1, 0), write(3, 0x03)];
  const settings: readonly (readonly SuiteInput[])[] = [
    [...setUp, write(1, 0x07)],
    [...setUp, write(2, 0x07), write(1, 0x07)],
    [...setUp, write(2, 0xc7), write(1, 0x0f)],
  ];
  const times = hasTime ? Array.from({ length: 20 }, () => CHARACTER_TIME) : [];
  const sequences: SuiteSequence[] = [];
  const add = (covers: string, inputs: readonly SuiteInput[]) => sequences.push({ covers, inputs });
  for (const [index, setting] of settings.entries()) {
    add(`a restored device whose host holds, setting ${index}`, [
      ...[...setting, { type: "hold" } as const, { type: "restore" } as const],
      ...[write(0, 0x41), ...times, { type: "release" } as const, ...times, ...DISTINGUISHING],
    ]);
    for (const count of FILLINGS) {
      const bytes = Array.from({ length: count }, (_, position) => (position + 1) & 0xff);
      const sent = bytes.map((byte) => write(0, byte));
      const reads = bytes.slice(0, 70).flatMap(() => READ_STATUS_AND_DATA);
      add(`${count} characters sent, setting ${index}`, [...setting, ...sent, ...times, ...DISTINGUISHING]);
      for (const interruption of [[], [{ type: "restore" }]] as const)
        add(`${count} characters sent while the host holds, setting ${index}`, [
          ...[...setting, { type: "hold" } as const, ...sent, ...times, read(5), ...interruption],
          ...[{ type: "release" } as const, ...times, ...sent.slice(0, 2), ...times, ...DISTINGUISHING],
        ]);
      if (!receives) continue;
      add(`${count} characters received, setting ${index}`, [
        ...[...setting, { type: "receive", bytes } as const, read(5), read(2), ...reads, ...DISTINGUISHING],
      ]);
      add(`${count} characters received one by one, setting ${index}`, [
        ...[...setting, ...bytes.map((byte): SuiteInput => ({ type: "receive", bytes: [byte] }))],
        ...[read(5), ...reads, ...DISTINGUISHING],
      ]);
    }
    if (!receives) continue;
    const arrival: SuiteInput = { type: "receive", bytes: [0x31, 0x32, 0x33] };
    for (const lineControl of [0x03, 0x83])
      for (let offset = 0; offset < 8; offset++)
        add(`a read at ${offset} while characters wait, LCR 0x${lineControl.toString(16)}`, [
          ...[...setting, arrival, write(3, lineControl), read(offset), write(3, 0x03)],
          ...[...READ_STATUS_AND_DATA, ...READ_STATUS_AND_DATA, ...DISTINGUISHING],
        ]);
    add(`characters and a restored device, setting ${index}`, [
      ...[...setting, arrival, { type: "restore" } as const, read(2), ...READ_STATUS_AND_DATA],
      ...[...READ_STATUS_AND_DATA, ...READ_STATUS_AND_DATA, read(2), arrival, ...DISTINGUISHING],
    ]);
    add(`a restored device that receives, setting ${index}`, [
      ...[...setting, { type: "restore" } as const, write(1, 0x01), arrival, ...DISTINGUISHING],
    ]);
  }
  return sequences;
}

/** The greatest length of a random sequence. */
const LONGEST = 24;

function randomSequences(
  tour: readonly SuiteSequence[],
  { random, seed, receives }: SuiteOptions,
): SuiteSequence[] {
  const next = randomNumbers(seed);
  const pick = <T>(list: readonly T[]): T => list[next() % list.length] as T;
  const alphabet = tour.flatMap(({ inputs }) => inputs);
  const createInput = (): SuiteInput => {
    const kind = next() % 10;
    if (kind < 5) return pick(alphabet);
    if (kind < 6 && receives)
      return { type: "receive", bytes: Array.from({ length: 1 + (next() % 18) }, () => next() & 0xff) };
    const offset = next() % 8;
    return kind < 8 ? { type: "read", offset } : { type: "write", offset, value: next() & 0xff };
  };
  return Array.from({ length: random }, (_, index) => ({
    covers: `random ${index}`,
    inputs: [...Array.from({ length: 4 + (next() % LONGEST) }, createInput), ...DISTINGUISHING],
  }));
}

/** Returns a generator of numbers from 0 to 2^31 - 1 (xorshift, by Marsaglia). */
function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 1;
  };
}
