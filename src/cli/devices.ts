import {
  type SerialRevision,
  UART16550_PRESETS,
  type Uart16550Options,
  type Uart16550Preset,
} from "../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../device/index.js";
import { beginJournal, type Recording } from "../guests/index.js";
import { type JournalHeader, type JournalOption, shown } from "../journal/index.js";
import { CommandError } from "./surroundings.js";

/** The devices that there are. */
export const DEVICES = ["serial", "uart16550"] as const;
/** The revisions of `serial`, the default first. */
export const REVISIONS: readonly SerialRevision[] = ["0.8.2", "0.8.1"];
/** The presets of `uart16550`. */
export const PRESETS = Object.keys(UART16550_PRESETS) as readonly Uart16550Preset[];

/** Which device the user asked for; what is left out follows from the recording. */
export interface DeviceChoice {
  readonly device?: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly preset?: Uart16550Preset;
}

type Choose = Pick<Recording, "format" | "header">;

/**
 * What makes the device for a recording, each time as it is where the recording begins. It keeps no journal unless told to: what drives it
 * is in a file already.
 *
 * @param warn - hears what may make the replay differ from what was recorded.
 * @throws CommandError if what was asked for does not fit together, or the recording is of no part that there is. What it returns throws
 *   what {@link beginJournal} throws.
 */
export function devicesFor(
  { format, header }: Choose,
  choice: DeviceChoice,
  warn: (warning: string) => void,
  journal: JournalOption = false,
): () => Device {
  const device = choice.device ?? defaultDevice(format, header);
  check(device, choice);
  if (device === "serial") {
    const revision = choice.revision ?? recordedRevision(header);
    return begun(() => new Serial({ revision, journal }), header, warn);
  }
  const preset = choice.preset ?? recordedPreset(header);
  const make = () => new Uart16550({ preset, journal });
  if (!header && optionsOf(make).txTimed)
    warn(
      "the recording is of a device that transmits at once, and this preset takes a character time: the replay may differ; --preset qemu transmits at once",
    );
  return begun(make, header, warn);
}

const optionsOf = (make: () => Uart16550) => make().chart.options as unknown as Uart16550Options;

function defaultDevice(format: string, header: JournalHeader | undefined): (typeof DEVICES)[number] {
  if (header) return header.chart === "uart16550" ? "uart16550" : "serial";
  return format === "qemu" ? "uart16550" : "serial";
}

function check(device: string, { device: asked, revision, preset }: DeviceChoice): void {
  const got = asked === undefined ? `${device}, the default for this recording` : device;
  if (device === "serial" && preset !== undefined)
    throw new CommandError(
      `--preset: expected --device uart16550 with it, got device ${got}; ${
        asked === undefined ? "add --device uart16550" : "serial has --revision"
      }`,
    );
  if (device === "uart16550" && revision !== undefined)
    throw new CommandError(
      `--revision: expected --device serial with it, got device ${got}; uart16550 has --preset`,
    );
}

function recordedRevision(header: JournalHeader | undefined): SerialRevision {
  const recorded = header?.options["revision"];
  if (header?.chart === "uart16550" || recorded === undefined) return "0.8.2";
  const revision = REVISIONS.find((known) => known === recorded);
  if (revision) return revision;
  throw new CommandError(
    `the journal's revision: expected ${REVISIONS.join(" or ")}, got ${shown(recorded)}; choose one with --revision`,
  );
}

/** Of a journal: its part. Other recordings are of devices that transmit at once, as `qemu` does. */
function recordedPreset(header: JournalHeader | undefined): Uart16550Preset | Partial<Uart16550Options> {
  if (header?.chart !== "uart16550") return "qemu";
  try {
    new Uart16550({ preset: header.options, journal: false });
  } catch (error) {
    throw new CommandError(`the journal's options: ${(error as Error).message}; choose a part with --preset`);
  }
  return header.options;
}

/** Takes each device to where the recording begins. */
function begun(
  make: () => Device,
  header: JournalHeader | undefined,
  warn: (warning: string) => void,
): () => Device {
  return () => {
    const device = make();
    if (!header) return device;
    const known = header.chart === "serial" || header.chart === "uart16550";
    if (known && header.chart !== device.chart.id) begunElsewhere(device, header, warn);
    else beginJournal(device, header).forEach(warn);
    return device;
  };
}

/** A journal of the other device can begin only where both are fresh: neither has the other's states. */
function begunElsewhere({ chart }: Device, header: JournalHeader, warn: (warning: string) => void): void {
  const make = (): Device =>
    header.chart === "serial"
      ? new Serial({ revision: recordedRevision(header), journal: false })
      : new Uart16550({ preset: recordedPreset(header), journal: false });
  const recorded = make();
  beginJournal(recorded, header);
  if (JSON.stringify(recorded.save().state) !== JSON.stringify(make().save().state))
    throw new CommandError(
      `the journal's first state: expected that of a fresh ${header.chart}, to go on from it on ${chart.id}, got another; choose --device ${header.chart}`,
    );
  warn(`the journal was recorded on ${header.chart}: the replay on ${chart.id} may differ`);
}

/** A device in words: "serial, revision 0.8.1", "uart16550, preset qemu". */
export function deviceInWords(chart: string, options: Readonly<Record<string, unknown>>): string {
  const words = chart === "uart16550" ? partInWords(options) : inWords(options);
  return [chart, ...words].join(", ");
}

const inWords = (options: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);

/** The preset that comes nearest, and what is different. */
function partInWords(options: Readonly<Record<string, unknown>>): string[] {
  const [nearest] = PRESETS.map((name) => {
    const preset: Readonly<Record<string, unknown>> = { ...UART16550_PRESETS[name] };
    return { name, others: Object.entries(options).filter(([option, value]) => preset[option] !== value) };
  }).sort((a, b) => a.others.length - b.others.length);
  if (nearest === undefined) return [];
  return [`preset ${nearest.name}`, ...inWords(Object.fromEntries(nearest.others))];
}
