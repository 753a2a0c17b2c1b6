import { type Command, InvalidArgumentError, Option } from "commander";
import type { AccessWidth, Unmapped, WindowOptions } from "../bus/index.js";
import type { RecordingOptions } from "../guests/index.js";
import { RECORDING_FORMATS } from "../guests/internal.js";
import { DEVICES, PRESETS, REVISIONS } from "./devices.js";

/** Adds the options by which a user chooses the device for a recording: those of `DeviceChoice`. */
export const withDeviceOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--device <device>",
        "the device (default: the journal's; uart16550 for QEMU's recordings, else serial)",
      ).choices(DEVICES),
    )
    .addOption(
      new Option(
        "--revision <revision>",
        "of serial: vm-superio's revision (default: the journal's, else 0.8.2)",
      ).choices(REVISIONS),
    )
    .addOption(
      new Option(
        "--preset <preset>",
        "of uart16550: which part it is (default: the journal's, else qemu)",
      ).choices(PRESETS),
    );

/** The options by which a user describes the bus on which a recording was made. */
export interface WindowFlags {
  readonly shift?: WindowOptions["regShift"];
  readonly width?: AccessWidth;
  readonly base?: number;
  readonly bigEndian?: true;
  readonly unmapped?: Unmapped;
}

/** The choices of `--unmapped`. */
export const UNMAPPED_CHOICES: readonly Unmapped[] = ["zero", "ones", "error"];

/** Adds the options of {@link WindowFlags}. */
export const withWindowOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--shift <shift>",
        "the registers lie 1, 2, 4 or 8 bytes apart: reg-shift, 0 to 3 (default: 0)",
      ).argParser(parseOneOf(0, 1, 2, 3)),
    )
    .addOption(
      new Option(
        "--width <bytes>",
        "the recorded accesses are so wide: reg-io-width, 1, 2 or 4 (default: 1)",
      ).argParser(parseOneOf(1, 2, 4)),
    )
    .addOption(
      new Option(
        "--base <address>",
        "the address of the first register, such as 0x3f8 (default: 0)",
      ).argParser(parseAddress),
    )
    .option("--big-endian", "the most significant byte of a register comes first")
    .addOption(
      new Option(
        "--unmapped <answer>",
        "what the bus gave where there is no register: zero or ones (left out), or error (default)",
      ).choices(UNMAPPED_CHOICES),
    );

const parseOneOf =
  (...numbers: readonly number[]) =>
  (text: string): number => {
    const parsed = numbers.find((number) => String(number) === text);
    if (parsed !== undefined) return parsed;
    throw new InvalidArgumentError(`Expected one of ${numbers.join(", ")}, got ${text}.`);
  };

function parseAddress(text: string): number {
  const address = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(address + 64)) return address;
  throw new InvalidArgumentError(`Expected an address such as 0x3f8, got ${text}.`);
}

/** The options by which a user says what a recording of another program does not. */
export interface RecordingFlags extends WindowFlags {
  readonly format?: string;
  readonly irq?: number;
  readonly clock?: number;
  readonly uart?: string;
  readonly baud?: number;
  readonly frame?: string;
  readonly signal?: string;
}

/**
 * Adds the options of {@link RecordingFlags}, the window's among them.
 *
 * @param hasPort - false where `--port` already means something else; `--uart` is the same.
 */
export function withRecordingOptions(command: Command, hasPort = true): Command {
  const names = RECORDING_FORMATS.map(({ name }) => name);
  withWindowOptions(command)
    .addOption(new Option("--format <name>", "the recording's format (default: recognised)").choices(names))
    .addOption(
      new Option(
        "--uart <name>",
        "of several UARTs in a log: com1 to com4, its name or first address (default: the first)",
      ),
    )
    .addOption(
      new Option("--irq <number>", "of a log: its interrupt (default: by its port, else 4)").argParser(
        parseWhole(0, 1_000_000),
      ),
    )
    .addOption(
      new Option("--clock <hertz>", "of uart16550: the frequency at XIN (default: 1843200)").argParser(
        parseWhole(1, 1_000_000_000),
      ),
    )
    .addOption(
      new Option("--baud <rate>", "of a captured line: bits a second").argParser(parseWhole(1, 10_000_000)),
    )
    .option("--frame <format>", "of a captured line: data bits, parity, stop bits (default: 8n1)")
    .option("--signal <name>", "of a captured line: the signal or channel (default: SIN, RX, ...)");
  if (hasPort) command.option("--port <name>", "the same as --uart");
  return command;
}

const parseWhole =
  (least: number, greatest: number) =>
  (text: string): number => {
    const parsed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (parsed >= least && parsed <= greatest) return parsed;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${greatest}, got ${text}.`);
  };

/** Returns how to open a recording, as the user described it. */
export const recordingOptionsOf = (
  flags: RecordingFlags & { readonly port?: string | number },
): RecordingOptions => ({
  window: windowOfFlags(flags),
  format: flags.format,
  irq: flags.irq,
  inputClock: flags.clock,
  port: flags.uart ?? (typeof flags.port === "string" ? flags.port : undefined),
  baud: flags.baud,
  frame: flags.frame,
  signal: flags.signal,
});

/** Returns the window that the user described; undefined if the recording holds register offsets. */
export const windowOfFlags = ({
  shift: regShift,
  width: regIoWidth,
  base,
  bigEndian,
  unmapped,
}: WindowFlags): WindowOptions | undefined => {
  const options = Object.entries({ regShift, regIoWidth, base, bigEndian, unmapped });
  const described = options.filter(([, value]) => value !== undefined);
  return described.length === 0 ? undefined : Object.fromEntries(described);
};
