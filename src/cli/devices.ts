import type { AnyStateMachine } from "xstate";
import {
  type SerialRevision,
  UART16550_PRESETS,
  type Uart16550Options,
  type Uart16550Preset,
} from "../../machines/index.js";
import { type Chart, type Device, Serial, serialChart, Uart16550, uart16550Chart } from "../device/index.js";
import { beginJournal, type PartCandidate, type Recording } from "../guests/index.js";
import type { JournalHeader, JournalOption } from "../journal/index.js";
import { formatValue } from "../journal/internal.js";
import { CommandError } from "./io.js";

/** The names of the devices. */
export const DEVICES = ["serial", "uart16550"] as const;
/** The revisions of `serial`, the default first. */
export const REVISIONS: readonly SerialRevision[] = ["0.8.2", "0.8.1"];
/** The presets of `uart16550`. */
export const PRESETS = Object.keys(UART16550_PRESETS) as readonly Uart16550Preset[];

/** The device that the user requested; the recording decides what is omitted. */
export interface DeviceChoice {
  readonly device?: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly preset?: Uart16550Preset;
  /** The frequency at XIN, in Hz. */
  readonly clock?: number;
}

type RecordingOrigin = Pick<Recording, "format" | "header" | "origin" | "part">;

/**
 * Returns a function that creates the device for a recording, in the state in which the recording begins. By default it keeps no journal,
 * as its inputs are in a file already.
 *
 * @param addWarning - called with reasons why the replay may differ from the recording.
 * @throws CommandError if the requested options contradict each other, or the recording is of an unknown part. The returned function
 *   throws as {@link beginJournal} does.
 */
export function deviceFactory(
  { format, header, origin, part }: RecordingOrigin,
  deviceChoice: DeviceChoice,
  addWarning: (warning: string) => void,
  journal: JournalOption = false,
): () => Device {
  const device = deviceChoice.device ?? defaultDevice(format, header);
  checkChoice(device, deviceChoice);
  if (device === "serial") {
    const revision = deviceChoice.revision ?? recordedRevision(header);
    return startingAtRecording(() => new Serial({ revision, journal }), header, addWarning);
  }
  const preset = partOptions(
    deviceChoice.preset ?? (origin === "line" ? "pc16550d" : recordedPreset(header)),
    part,
    deviceChoice,
  );
  const createDevice = () => new Uart16550({ preset, journal, unmapped: "zero" });
  // Another device, since each writes the header of its journal.
  const { options } = new Uart16550({ preset, journal: false, unmapped: "zero" }).chart;
  // Another program's log is of an unknown part.
  if (!header && origin === undefined && options["transmitterIsTimed"] === true)
    addWarning(
      "the recording is of a device that transmits at once, and this preset takes a character time: the replay may differ; --preset qemu transmits at once",
    );
  return startingAtRecording(createDevice, header, addWarning);
}

/** Returns a part's options with those that the recording or the user gives it. */
function partOptions(
  preset: Uart16550Preset | Partial<Uart16550Options>,
  part: Partial<Uart16550Options> | undefined,
  { clock }: DeviceChoice,
): Uart16550Preset | Partial<Uart16550Options> {
  if (part === undefined && clock === undefined) return preset;
  const options = typeof preset === "string" ? UART16550_PRESETS[preset] : preset;
  return { ...options, ...part, ...(clock === undefined ? {} : { inputClock: clock }) };
}

/**
 * Returns every part with which a recording of an unknown one is compared: each preset as one that transmits at once, as most monitors do, and
 * in its own time; and both revisions of `serial`.
 */
export function partCandidates(choice: DeviceChoice): readonly PartCandidate[] {
  const createUart = (name: string, options: Uart16550Options): PartCandidate => ({
    name,
    device: new Uart16550({
      ...{ preset: partOptions(options, undefined, choice), journal: false, unmapped: "zero" },
    }),
  });
  const uarts = (["qemu", ...PRESETS.filter((name) => name !== "qemu")] as const).flatMap((name) => {
    const options = UART16550_PRESETS[name];
    const atOnce = { ...options, transmitterIsTimed: false, threDelay: "none" } as const;
    return options.transmitterIsTimed
      ? [createUart(`${name} that transmits at once`, atOnce), createUart(name, options)]
      : [createUart(name, options)];
  });
  const serials = REVISIONS.map((revision) => ({
    name: `serial ${revision}`,
    device: new Serial({ revision, journal: false }),
  }));
  return [...uarts, ...serials];
}

function defaultDevice(format: string, header: JournalHeader | undefined): (typeof DEVICES)[number] {
  if (header) return header.chart === "uart16550" ? "uart16550" : "serial";
  return format === "v86" ? "serial" : "uart16550";
}

function checkChoice(device: string, { device: requestedDevice, revision, preset }: DeviceChoice): void {
  const deviceText = requestedDevice === undefined ? `${device}, the default for this recording` : device;
  if (device === "serial" && preset !== undefined)
    throw new CommandError(
      `--preset: expected --device uart16550 with it, got device ${deviceText}; ${
        requestedDevice === undefined ? "add --device uart16550" : "serial has --revision"
      }`,
    );
  if (device === "uart16550" && revision !== undefined)
    throw new CommandError(
      `--revision: expected --device serial with it, got device ${deviceText}; uart16550 has --preset`,
    );
}

function recordedRevision(header: JournalHeader | undefined): SerialRevision {
  const recorded = header?.options["revision"];
  if (header?.chart === "uart16550" || recorded === undefined) return "0.8.2";
  const revision = REVISIONS.find((known) => known === recorded);
  if (revision) return revision;
  throw new CommandError(
    `the journal's revision: expected ${REVISIONS.join(" or ")}, got ${formatValue(recorded)}; choose one with --revision`,
  );
}

/** Returns the part of a journal. Other recordings are of devices that transmit at once, as `qemu` does. */
function recordedPreset(header: JournalHeader | undefined): Uart16550Preset | Partial<Uart16550Options> {
  if (header?.chart !== "uart16550") return "qemu";
  try {
    new Uart16550({ preset: header.options, journal: false, unmapped: "zero" });
  } catch (error) {
    throw new CommandError(`the journal's options: ${(error as Error).message}; choose a part with --preset`);
  }
  return header.options;
}

/** Brings each created device to the state in which the recording begins. */
function startingAtRecording(
  createDevice: () => Device,
  header: JournalHeader | undefined,
  addWarning: (warning: string) => void,
): () => Device {
  return () => {
    const device = createDevice();
    if (!header) return device;
    const isKnownChart = header.chart === "serial" || header.chart === "uart16550";
    if (isKnownChart && header.chart !== device.chart.id) beginForeignJournal(device, header, addWarning);
    else beginJournal(device, header).forEach(addWarning);
    return device;
  };
}

/** Begins a journal of the other device: only fresh ones match, as neither device has the other's states. */
function beginForeignJournal(
  { chart }: Device,
  header: JournalHeader,
  addWarning: (warning: string) => void,
): void {
  const createDevice = (): Device =>
    header.chart === "serial"
      ? new Serial({ revision: recordedRevision(header), journal: false })
      : new Uart16550({ preset: recordedPreset(header), journal: false });
  const recordedDevice = createDevice();
  beginJournal(recordedDevice, header);
  if (JSON.stringify(recordedDevice.save().state) !== JSON.stringify(createDevice().save().state))
    throw new CommandError(
      `the journal's first state: expected that of a fresh ${header.chart}, to go on from it on ${chart.id}, got another; choose --device ${header.chart}`,
    );
  addWarning(`the journal was recorded on ${header.chart}: the replay on ${chart.id} may differ`);
}

/** Describes a device: "serial, revision 0.8.1", "uart16550, preset qemu". */
export function deviceInWords(chart: string, options: Readonly<Record<string, unknown>>): string {
  const optionWords = chart === "uart16550" ? partInWords(options) : optionsInWords(options);
  return [chart, ...optionWords].join(", ");
}

const optionsInWords = (options: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);

/** Describes options by the nearest preset and the differences. */
function partInWords(options: Readonly<Record<string, unknown>>): string[] {
  const [nearest] = PRESETS.map((name) => {
    const presetOptions: Readonly<Record<string, unknown>> = { ...UART16550_PRESETS[name] };
    return {
      name,
      others: Object.entries(options).filter(([option, value]) => presetOptions[option] !== value),
    };
  }).sort((nearer, b) => nearer.others.length - b.others.length);
  if (nearest === undefined) return [];
  return [`preset ${nearest.name}`, ...optionsInWords(Object.fromEntries(nearest.others))];
}

/** Returns true for a device's name, with or without a part. */
export const isDeviceName = (name: string): boolean =>
  DEVICES.some((device) => name.split("@")[0] === device);

/**
 * Returns the chart of a device as commands name it: "serial@0.8.1", "uart16550@qemu", or without a part.
 *
 * @throws CommandError if there is no such device.
 */
export function parseDeviceName(deviceName: string): Chart<AnyStateMachine> {
  const [device, variant, ...extraParts] = deviceName.split("@");
  if (extraParts.length === 0 && device === "serial") {
    const revision = variant ?? "0.8.2";
    if (REVISIONS.some((known) => known === revision)) return serialChart(revision as SerialRevision);
    throw new CommandError(`revision: expected one of ${REVISIONS.join(", ")}, got ${revision}`);
  }
  if (extraParts.length === 0 && device === "uart16550") {
    const preset = variant ?? "pc16550d";
    if (Object.hasOwn(UART16550_PRESETS, preset)) return uart16550Chart(preset as Uart16550Preset);
    throw new CommandError(`preset: expected one of ${PRESETS.join(", ")}, got ${preset}`);
  }
  throw new CommandError(
    `device: expected one of ${DEVICES.join(", ")}, then @ and its part, got ${deviceName}`,
  );
}
