import type { InterruptControllerMode } from "../bus/index.js";
import { formatValue } from "../journal/internal.js";
import type { SubjectOptions } from "./subject.js";

/** A machine on which a driver is tried: a part, and how its interrupts arrive. */
export interface Board extends Pick<SubjectOptions, "device" | "preset" | "revision"> {
  readonly pic: InterruptControllerMode;
}

const board = (preset: NonNullable<Board["preset"]>, pic: Board["pic"]): Board => ({
  ...{ device: "uart16550", preset, pic },
});

const OTHER_PRESETS = ["ns16450", "qemu", "ins8250", "ns16550", "tl16c550c", "tl16c750"] as const;

/**
 * The machines on which a driver is tried for which none is named, the most usual first: every part with edges and with levels, a PLIC, and
 * vm-superio's console.
 */
export const BOARDS: readonly Board[] = [
  ...(["edge", "level", "plic"] as const).map((pic) => board("pc16550d", pic)),
  ...OTHER_PRESETS.flatMap((preset) => [board(preset, "edge"), board(preset, "level")]),
  ...(["edge", "level"] as const).map((pic): Board => ({ device: "serial", revision: "0.8.2", pic })),
];

/** The options that name a machine. */
const BOARD_OPTIONS = ["device", "preset", "revision", "machine", "pic", "absentReads", "path"] as const;

/** True for options that name no machine: all of {@link BOARDS} are meant. @throws RangeError if they name only a part of one. */
export function areForAllBoards(options: object): boolean {
  const values: Readonly<Record<string, unknown>> = { ...options };
  if (values["device"] !== undefined) return false;
  const named = BOARD_OPTIONS.find((name) => values[name] !== undefined);
  if (named !== undefined)
    throw new RangeError(
      `device: expected "serial" or "uart16550" with ${named}, got ${formatValue(undefined)}`,
    );
  return true;
}

/** Describes a machine: "uart16550 ns16450, edge interrupts". */
export const boardInWords = ({ device, preset, revision, pic }: Board): string =>
  `${device} ${String(revision ?? preset)}, ${pic} interrupts`;
