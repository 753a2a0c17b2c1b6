import { InvalidArgumentError } from "commander";
import type { SerialRevision, Uart16550Preset } from "../../../machines/index.js";
import type {
  Board,
  ClaimId,
  InterruptControllerMode,
  PlayOptions,
  WindowOptions,
} from "../../testing/index.js";
import { DEVICES, PRESETS, REVISIONS } from "../devices.js";
import { CommandError } from "../io.js";
import type { TestingLibrary } from "./target.js";

/** The modes of the interrupt controller, the default first. */
export const PIC_MODES: readonly InterruptControllerMode[] = ["edge", "level", "plic"];

/** The options by which a user chooses the machines that a driver is tried on. */
export interface SettingFlags {
  readonly device?: (typeof DEVICES)[number];
  readonly revision?: readonly SerialRevision[];
  readonly preset?: readonly Uart16550Preset[];
  readonly pic?: readonly InterruptControllerMode[];
  readonly base?: number;
  readonly mmio?: number;
  readonly shift?: number;
  readonly width?: number;
  readonly bigEndian?: true;
  readonly unmapped?: WindowOptions["unmapped"];
  readonly claims?: readonly ClaimId[];
}

/** A machine that a driver is tried on. */
export interface Setting {
  /** In words: "uart16550 pc16550d, edge interrupts". */
  readonly name: string;
  readonly options: PlayOptions;
  /** How long it is tried at most, if not as long as the budget allows. */
  readonly limit?: SettingLimit;
}

/** How long a driver is tried on a machine at most. */
export interface SettingLimit {
  /** The number of scenarios. */
  readonly runs: number;
  /** The milliseconds after which no other scenario is tried. */
  readonly milliseconds: number;
}

/** The limits of the first machine, or the only one, and of those behind it, if the user sets none. */
const FIRST_LIMIT: SettingLimit = { runs: 4000, milliseconds: 20_000 };
const OTHER_LIMIT: SettingLimit = { runs: 100, milliseconds: 5000 };

/** True if the user names no machine: all of the library's are meant. */
export const areAllBoardsMeant = ({ device, revision, preset, pic }: SettingFlags): boolean =>
  [device, revision, preset, pic].every((flag) => flag === undefined);

/** Parses an address or another number from 0, such as 0x3f8, for commander. */
export function parseNumber(text: string): number {
  if (!/^(0x[\da-f]{1,12}|\d{1,12})$/i.test(text))
    throw new InvalidArgumentError("Expected a whole number from 0, such as 0x10000000.");
  return Number(text);
}

/** Creates a parser of a list of choices, or "all", for commander. */
export const parseChoices =
  <T extends string>(choices: readonly T[]) =>
  (text: string): readonly T[] => {
    if (text === "all") return choices;
    const names = text.split(",").map((name) => name.trim());
    for (const name of names)
      if (!(choices as readonly string[]).includes(name))
        throw new InvalidArgumentError(`Expected ${choices.join(", ")}, a list of these or all.`);
    return [...new Set(names)] as unknown as readonly T[];
  };

/**
 * Returns the machines that a user has chosen: each part with each kind of interrupts, or all of the library's if none is named.
 *
 * @param isLimited - false if the user says how long to try.
 * @throws CommandError if options contradict each other.
 */
export function createSettings(flags: SettingFlags, library: TestingLibrary, isLimited: boolean): Setting[] {
  const { device = flags.revision ? "serial" : "uart16550", claims, pic = ["edge"] } = flags;
  if (device === "serial" && flags.preset)
    throw new CommandError("--preset: expected --device uart16550 with it, got serial, which has --revision");
  if (device === "uart16550" && flags.revision)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  const parts: Pick<Board, "device" | "revision" | "preset">[] =
    device === "serial"
      ? (flags.revision ?? [REVISIONS[0] ?? "0.8.2"]).map((revision) => ({ device, revision }))
      : (flags.preset ?? (["pc16550d"] as const)).map((preset) => ({ device, preset }));
  const window = createWindow(flags);
  const shared = { ...(claims === undefined ? {} : { claims }), ...(window === undefined ? {} : { window }) };
  const boards = areAllBoardsMeant(flags)
    ? library.BOARDS
    : parts.flatMap((part) => pic.map((mode): Board => ({ ...part, pic: mode })));
  const limitOf = (index: number): Pick<Setting, "limit"> => {
    if (!isLimited) return {};
    if (index === 0 && (boards.length === 1 || boards === library.BOARDS)) return { limit: FIRST_LIMIT };
    return boards === library.BOARDS ? { limit: OTHER_LIMIT } : {};
  };
  const settings = boards.map((board, index): Setting => {
    const name = `${board.device} ${String(board.revision ?? board.preset)}, ${board.pic} interrupts`;
    return { name, options: { ...board, ...shared }, ...limitOf(index) };
  });
  for (const { options } of settings) checkSetting(options, library);
  return settings;
}

/** Returns the addresses of the registers; undefined for 0 to 7. */
function createWindow({
  mmio,
  base = mmio,
  shift,
  width,
  bigEndian,
  unmapped,
}: SettingFlags): WindowOptions | undefined {
  if ([base, shift, width, bigEndian, unmapped].every((flag) => flag === undefined)) return undefined;
  return {
    ...(base === undefined ? {} : { base }),
    ...(shift === undefined ? {} : { regShift: shift as NonNullable<WindowOptions["regShift"]> }),
    ...(width === undefined ? {} : { regIoWidth: width as NonNullable<WindowOptions["regIoWidth"]> }),
    ...(bigEndian === undefined ? {} : { bigEndian }),
    ...(unmapped === undefined ? {} : { unmapped }),
  };
}

/** The options of the command behind those of a window. */
const FLAG_NAMES: Readonly<Record<string, string>> = { regShift: "shift", regIoWidth: "width" };

/** @throws CommandError if the library refuses the options. */
function checkSetting(options: PlayOptions, library: TestingLibrary): void {
  try {
    library.playDriver(() => ({ init() {} }), options, []);
  } catch (error) {
    const [, name = "", rest = ""] = /^(\w+)(: expected.*)$/s.exec((error as Error).message) ?? [];
    if (name === "") throw error;
    throw new CommandError(`--${FLAG_NAMES[name] ?? name}${rest}`);
  }
}

export { DEVICES, PRESETS, REVISIONS };
