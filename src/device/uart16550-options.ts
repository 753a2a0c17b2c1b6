import { UART16550_PRESETS, type Uart16550Options, type Uart16550Preset } from "../../machines/index.js";
import {
  checkReadable,
  formatValue,
  isRecord,
  nearest,
  optionNamedInVersion1,
  optionNamesOfVersion1,
  unknownName,
} from "../journal/internal.js";

/** The values that an option may have: those listed, or a number in a range. */
type Allowed = readonly unknown[] | { readonly least: number; readonly greatest: number };

const BOOLEAN = [true, false] as const;

const ALLOWED: Readonly<Record<keyof Uart16550Options, Allowed>> = {
  fifoSize: [1, 16, 64],
  iirFifoBits: [0xc0, 0x80],
  scratchRegister: BOOLEAN,
  interruptLinePulses: BOOLEAN,
  autoFlow: BOOLEAN,
  sleepModes: BOOLEAN,
  autoRtsWorksWithoutFifo: BOOLEAN,
  autoRts64Resumes: ["whenEmpty", "belowTrigger"],
  clock: { least: 1, greatest: 1e12 },
  inputClock: { least: 1, greatest: 1e9 },
  characterTime: ["exact", "qemu"],
  transmitterIsTimed: BOOLEAN,
  threDelay: ["both", "interrupt", "none"],
  zeroDivisor: ["stopped", "65536", "3500baud"],
  oneAndAHalfStopBits: ["withSTB", "never", "withoutSTB"],
  formatChange: ["nothing", "flushReceive", "flushTransmit"],
  resetClearsOUT2: BOOLEAN,
  msrDeltasAtReset: [0x00, 0x0f],
  resetClearsScratch: BOOLEAN,
  resetClearsFcr: BOOLEAN,
  factoryTestWrites: BOOLEAN,
  fcrNeedsEnable: BOOLEAN,
  transmitResetIsSilent: BOOLEAN,
  fifoChangeIsSilent: BOOLEAN,
  etbeiRearms: ["rising", "anyWrite", "never"],
  overflow: ["dropNewest", "dropOldest", "overwriteLast", "wrap"],
  wordLengthMasksCharacters: BOOLEAN,
  breakHidesOutput: BOOLEAN,
  emptyReadGives: ["last", "zero", "ones"],
  receivedDataBeforeTimeout: BOOLEAN,
  lsr7Clears: ["lsrRead", "noErrorsLeft"],
  overrunSetsLsr7: BOOLEAN,
  breakClearsByLsrReadOnly: BOOLEAN,
  rbrReadClearsErrors: BOOLEAN,
  breakIsFramingError: BOOLEAN,
  breakWaitsInFifo: BOOLEAN,
  breakOverruns: BOOLEAN,
  breakLoadsRBR: BOOLEAN,
  breaksQueueWithoutFifo: BOOLEAN,
  breakRestartsTimeout: BOOLEAN,
  loopbackHasDeltas: BOOLEAN,
  loopbackChangeHasDeltas: BOOLEAN,
  loopbackDisconnectsSIN: BOOLEAN,
  modemInputsAreLive: BOOLEAN,
  msrReadInterrupts: BOOLEAN,
  teriStays: BOOLEAN,
  board: ["chip", "pc"],
};

/** Returns the values that each option may have, of those that have a list of them. */
export const allowedOptionValues = (): Readonly<Record<string, readonly unknown[]>> =>
  Object.fromEntries(
    Object.entries(ALLOWED).filter((entry): entry is [string, readonly unknown[]] => Array.isArray(entry[1])),
  );

/**
 * Returns the options of a part: those of a preset, by its name, or those given, the others being `pc16550d`'s.
 *
 * @throws RangeError if there is no such preset, or an option has a value that it cannot have; TypeError if there is no such option.
 */
export function uart16550Options(
  given: Uart16550Preset | Partial<Uart16550Options> = "pc16550d",
): Uart16550Options {
  if (typeof given === "string") return presetNamed(given);
  const own = checkReadable(given, "preset", "a preset's name or options", () => {
    if (!isRecord(given))
      throw new TypeError(`preset: expected a preset's name or options, got ${formatValue(given)}`);
    if (Object.getOwnPropertySymbols(given).length > 0)
      throw new TypeError("preset: expected options by name, got one that a symbol names");
    const fields = { ...(given as Partial<Uart16550Options>) };
    for (const [name, value] of Object.entries(fields)) checkOption(name, value);
    return fields;
  });
  const options = Object.freeze({ ...UART16550_PRESETS.pc16550d, ...own });
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
  throw new RangeError(unknownName("preset", name, "uart16550", Object.keys(UART16550_PRESETS)));
}

function checkOption(name: string, value: unknown): void {
  if (!Object.hasOwn(ALLOWED, name)) throw noOption(name);
  const allowed = ALLOWED[name as keyof Uart16550Options];
  if ("least" in allowed) {
    const { least, greatest } = allowed;
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= greatest) return;
    throw new RangeError(
      `${name}: expected a whole number from ${least} to ${greatest}, got ${formatValue(value)}`,
    );
  }
  if (allowed.includes(value)) return;
  const texts = allowed.filter((it) => typeof it === "string");
  const meant = typeof value === "string" ? nearest(value, texts) : undefined;
  throw new RangeError(
    `${name}: expected one of ${allowed.map(formatValue).join(", ")}, got ${formatValue(value)}${meant ? `: did you mean ${meant}?` : ""}`,
  );
}

/** Returns the error for an option that does not exist: it names the one that was meant, also by its name in version 1. */
function noOption(name: string): TypeError {
  const renamed = optionNamedInVersion1(name);
  if (renamed !== undefined) return new TypeError(`no option ${name} of uart16550: it is now ${renamed}`);
  const known = Object.keys(ALLOWED);
  const oldName = nearest(name, optionNamesOfVersion1);
  const meant = nearest(name, known) ?? (oldName === undefined ? undefined : optionNamedInVersion1(oldName));
  return new TypeError(
    meant === undefined
      ? unknownName("option", name, "uart16550", known)
      : `no option ${name} of uart16550: did you mean ${meant}?`,
  );
}
