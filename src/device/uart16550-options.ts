import { UART16550_PRESETS, type Uart16550Options, type Uart16550Preset } from "../../machines/index.js";
import { shown } from "../journal/index.js";

/** Which values an option may have: those listed, or a number in a range. */
type Allowed = readonly unknown[] | { readonly least: number; readonly greatest: number };

const BOTH = [true, false] as const;

const ALLOWED: Readonly<Record<keyof Uart16550Options, Allowed>> = {
  fifoSize: [1, 16, 64],
  iirFifoBits: [0xc0, 0x80],
  scratchRegister: BOTH,
  intrPulses: BOTH,
  autoFlow: BOTH,
  sleepModes: BOTH,
  autoRtsWithoutFifo: BOTH,
  autoRts64: ["whenEmpty", "belowTrigger"],
  clock: { least: 1, greatest: 1e12 },
  inputClock: { least: 1, greatest: 1e9 },
  characterTime: ["exact", "qemu"],
  txTimed: BOTH,
  threDelay: ["both", "interrupt", "none"],
  divisor0: ["stopped", "65536", "3500baud"],
  stop15: ["stb", "never", "noStb"],
  formatChange: ["nothing", "flushReceive", "flushTransmit"],
  mcrReset0: BOTH,
  msrDeltasAtReset: [0x00, 0x0f],
  resetClearsScr: BOTH,
  warmReset: BOTH,
  factoryTest: BOTH,
  fcrNeedsFe: BOTH,
  fcrXfrNoThri: BOTH,
  fcrFeNoThri: BOTH,
  etbeiRearms: ["rising", "anyWrite", "never"],
  ovrStall: ["dropNewest", "dropOldest", "overwriteLast", "wrap"],
  wordMask: BOTH,
  lcrBreakTx: BOTH,
  rbrEmptyStale: ["last", "zero", "ones"],
  rdaOverCti: BOTH,
  lsr7Clears: ["lsrRead", "noErrorsLeft"],
  overrunSetsLsr7: BOTH,
  biByLsrOnly: BOTH,
  rbrReadClearsErrors: BOTH,
  breakErrors: BOTH,
  breakInFifo: BOTH,
  breakOverrun: BOTH,
  breakArmsCti: BOTH,
  loopDeltas: BOTH,
  loopChangeDeltas: BOTH,
  loopNoExtRx: BOTH,
  msrLive: BOTH,
  teriSticky: BOTH,
  board: ["chip", "pc"],
};

/**
 * The options of a part: those of a preset, by its name, or those given, the others being `pc16550d`'s.
 *
 * @throws RangeError if there is no such preset, or an option has a value that it cannot have; TypeError if there is no such option.
 */
export function uart16550Options(
  given: Uart16550Preset | Partial<Uart16550Options> = "pc16550d",
): Uart16550Options {
  if (typeof given === "string") return presetNamed(given);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`preset: expected a preset's name or options, got ${shown(given)}`);
  }
  for (const [name, value] of Object.entries(given)) check(name, value);
  const options = Object.freeze({ ...UART16550_PRESETS.pc16550d, ...given });
  const most = Math.floor((Number.MAX_SAFE_INTEGER / LONGEST_TIMEOUT) * options.inputClock);
  if (options.clock > most) {
    throw new RangeError(`clock: expected at most ${most} with this inputClock, got ${options.clock}`);
  }
  return options;
}

/** Periods of the input clock that a character timeout takes at most: 4 characters of 12 bits, at the greatest divisor. */
const LONGEST_TIMEOUT = 4 * 12 * 16 * 65_536;

function presetNamed(name: string): Uart16550Options {
  if (Object.hasOwn(UART16550_PRESETS, name)) return UART16550_PRESETS[name as Uart16550Preset];
  throw new RangeError(
    `preset: expected one of ${Object.keys(UART16550_PRESETS).join(", ")}, got ${shown(name)}`,
  );
}

function check(name: string, value: unknown): void {
  if (!Object.hasOwn(ALLOWED, name)) {
    throw new TypeError(`options: expected one of ${Object.keys(ALLOWED).join(", ")}, got ${shown(name)}`);
  }
  const allowed = ALLOWED[name as keyof Uart16550Options];
  if ("least" in allowed) {
    const { least, greatest } = allowed;
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest) return;
    throw new RangeError(
      `${name}: expected a whole number from ${least} to ${greatest}, got ${shown(value)}`,
    );
  }
  if (!allowed.includes(value)) {
    throw new RangeError(`${name}: expected one of ${allowed.map(shown).join(", ")}, got ${shown(value)}`);
  }
}
