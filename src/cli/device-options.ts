import { type Command, InvalidArgumentError, Option } from "commander";
import type { AccessWidth, WindowOptions } from "../bus/index.js";
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
}

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

/** Returns the window that the user described; undefined if the recording holds register offsets. */
export const windowOfFlags = ({ shift, width, base }: WindowFlags): WindowOptions | undefined =>
  shift === undefined && width === undefined && base === undefined
    ? undefined
    : { regShift: shift ?? 0, regIoWidth: width ?? 1, base: base ?? 0 };
