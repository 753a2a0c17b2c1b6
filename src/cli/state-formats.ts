import { REGISTERS, type RegisterName } from "../../machines/index.js";
import {
  oddSerialState,
  Serial,
  type SerialState,
  serialStateFromCloudHypervisor,
  serialStateFromSerde,
  serialStateToCloudHypervisor,
  serialStateToSerde,
  Uart16550,
  type Uart16550State,
} from "../device/index.js";
import { isRecord } from "../journal/internal.js";

/** The formats to which a state can be converted. */
export const WRITTEN_FORMATS = ["vm-superio", "cloud-hypervisor", "saved"] as const;

/** A format to which a state can be converted. */
export type WrittenFormat = (typeof WRITTEN_FORMATS)[number];

/** A state that has been opened. */
export interface OpenedState {
  /** Its format in words. */
  readonly title: string;
  /** The registers by name. */
  readonly registers: readonly { readonly name: RegisterName; readonly value: number }[];
  /** Characters that were received and not read. */
  readonly received: readonly number[];
  /** What is odd about it, a sentence each. */
  readonly odd: readonly string[];
  /** The state of a `Serial`; absent of a whole UART. */
  readonly serial?: SerialState;
  /** What the formats for `Serial` have no place for; empty where nothing would be lost. */
  readonly losses: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The deepest nesting that is searched: snapshots hold states within states. */
const DEEPEST = 12;
const MOST_VALUES = 100_000;

const SERDE_FIELDS = ["baud_divisor_low", "interrupt_enable", "line_status"];
const CLOUD_HYPERVISOR_FIELDS = ["baud_divisor", "interrupt_enable", "line_status"];
const QEMU_FIELDS = ["divider", "ier", "lcr", "mcr", "lsr"];
const SAVED_FIELDS = ["version", "chart", "options", "state"];
const HEADER_FIELDS = ["format", "chart", "definition", "state"];

/** The formats by the fields of their objects. */
const READERS: readonly { readonly fields: readonly string[]; read(found: Fields): OpenedState }[] = [
  {
    fields: SERDE_FIELDS,
    read: (found) => openedSerial("vm-superio's serde JSON", serialStateFromSerde(found)),
  },
  {
    fields: CLOUD_HYPERVISOR_FIELDS,
    read: (found) => openedSerial("Cloud Hypervisor's serial state", serialStateFromCloudHypervisor(found)),
  },
  { fields: HEADER_FIELDS, read: (found) => openedSaved("a journal's first state", found) },
  { fields: SAVED_FIELDS, read: (found) => openedSaved("a saved state of this package", found) },
  { fields: QEMU_FIELDS, read: readQemu },
];

/** The fields by which a state is recognised, for the error about an unknown one. */
export const RECOGNISED_FIELDS = READERS.map(({ fields }) => fields.join(", "));

/**
 * Opens every state in a JSON value: itself, or objects and texts of JSON within it.
 *
 * @throws TypeError, RangeError or SerialError if one is no state, naming the field.
 */
export function openStates(value: unknown): readonly OpenedState[] {
  const found: OpenedState[] = [];
  let rest = MOST_VALUES;
  const search = (candidate: unknown, depth: number): void => {
    if (depth > DEEPEST || rest-- <= 0) return;
    if (typeof candidate === "string") {
      const inner = /^\s*\{/.test(candidate) ? parsedOrUndefined(candidate) : undefined;
      if (inner !== undefined) search(inner, depth + 1);
    } else if (Array.isArray(candidate)) for (const item of candidate) search(item, depth + 1);
    else if (isRecord(candidate)) {
      const fields = candidate as Fields;
      const reader = READERS.find((known) => known.fields.every((name) => Object.hasOwn(fields, name)));
      if (reader) found.push(reader.read(fields));
      else for (const item of Object.values(fields)) search(item, depth + 1);
    }
  };
  search(value, 0);
  return found;
}

/** Converts a state. The caller has checked that nothing is lost. */
export function writeState(state: SerialState, format: WrittenFormat): unknown {
  if (format === "vm-superio") return serialStateToSerde(state);
  if (format === "cloud-hypervisor") return serialStateToCloudHypervisor(state);
  return Serial.fromState(state).save();
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function openedSerial(title: string, serial: SerialState): OpenedState {
  const values: readonly (readonly [RegisterName, number])[] = [
    ["IER", serial.interruptEnable],
    ["IIR", serial.interruptIdentification],
    ["LCR", serial.lineControl],
    ["MCR", serial.modemControl],
    ["LSR", serial.lineStatus],
    ["MSR", serial.modemStatus],
    ["SCR", serial.scratch],
    ["DLL", serial.baudDivisorLow],
    ["DLM", serial.baudDivisorHigh],
  ];
  return {
    title,
    registers: values.map(([name, value]) => ({ name, value })),
    received: serial.inBuffer,
    odd: oddSerialState(serial),
    serial,
    losses: [],
  };
}

function openedSaved(title: string, { chart, options, state }: Fields): OpenedState {
  if (chart === "serial")
    return openedSerial(`${title} (serial)`, Serial.fromState(state as SerialState).state());
  if (chart !== "uart16550")
    throw new TypeError(`chart: expected "serial" or "uart16550", got ${JSON.stringify(chart)}`);
  const device = Uart16550.fromState(state as Uart16550State, { preset: options as object, journal: false });
  const { receiveFifo, transmitFifo, FCR, transmitTicks } = device.state();
  const { chart: chartOfDevice } = device;
  const context = chartOfDevice.snapshotOf(device.state()).context;
  return {
    title: `${title} (uart16550)`,
    registers: chartOfDevice.registers.map(({ name, value }) => ({ name, value: value(context) })),
    received: receiveFifo.map((character) => character & 0xff),
    odd: [],
    losses: [
      `FCR (0x${FCR.toString(16)}): Serial has no FIFO control`,
      ...(transmitFifo.length > 0 || transmitTicks > 0 ? ["characters on their way out"] : []),
      ...(receiveFifo.some((character) => character > 0xff) ? ["errors of received characters"] : []),
      "the modem's lines, timers and pending sources",
    ],
  };
}

/** A field of QEMU's analysed migration: a number, or hexadecimal text. */
function qemuNumber(fields: Fields, name: string): number {
  const value = fields[name];
  const parsed = typeof value === "string" ? Number(value) : value;
  if (Number.isSafeInteger(parsed) && (parsed as number) >= 0) return parsed as number;
  throw new TypeError(`${name}: expected a number such as "0x0c", got ${JSON.stringify(value) ?? "nothing"}`);
}

/** Reads the state of QEMU's serial device (hw/char/serial.c, vmstate_serial), as scripts/analyze-migration.py prints it. */
function readQemu(fields: Fields): OpenedState {
  const byte = (name: string) => qemuNumber(fields, name) & 0xff;
  const divisor = qemuNumber(fields, "divider");
  const optional = (name: string) => (Object.hasOwn(fields, name) ? byte(name) : 0);
  const values: readonly (readonly [RegisterName, number])[] = [
    ["RBR", optional("rbr")],
    ["IER", byte("ier")],
    ["IIR", optional("iir")],
    ["FCR", optional("fcr_vmstate")],
    ["LCR", byte("lcr")],
    ["MCR", byte("mcr")],
    ["LSR", byte("lsr")],
    ["MSR", optional("msr")],
    ["SCR", optional("scr")],
    ["DLL", divisor & 0xff],
    ["DLM", (divisor >> 8) & 0xff],
  ];
  const received = qemuFifo(fields);
  const odd = oddSerialState({
    ...{ baudDivisorLow: divisor & 0xff, baudDivisorHigh: divisor >> 8, interruptEnable: byte("ier") },
    ...{ interruptIdentification: optional("iir"), lineControl: byte("lcr"), lineStatus: byte("lsr") },
    ...{ modemControl: byte("mcr"), modemStatus: optional("msr"), scratch: optional("scr") },
    inBuffer: received.length === 0 && byte("lsr") & 1 ? [optional("rbr")] : [...received],
  });
  return {
    title: "QEMU's serial device",
    registers: values.map(([name, value]) => ({ name, value })),
    received,
    odd,
    losses: [
      `FCR (0x${optional("fcr_vmstate").toString(16)}): Serial has no FIFO control`,
      "QEMU's pending THRE interrupt, timers and transmit FIFO",
    ],
  };
}

/** The bytes of the subsection serial/recv_fifo: a ring of bytes in hexadecimal. */
function qemuFifo(fields: Fields): readonly number[] {
  const section = Object.entries(fields).find(([name]) => name.includes("recv_fifo"))?.[1];
  const fifo = isRecord(section) ? ((section as Fields)["recv_fifo"] ?? section) : undefined;
  if (!isRecord(fifo)) return [];
  const { data } = fifo as Fields;
  if (typeof data !== "string") return [];
  const ring = (data.match(/[0-9a-f]{2}/gi) ?? []).map((digits) => Number.parseInt(digits, 16));
  const head = qemuNumber(fifo as Fields, "head");
  const count = Math.min(qemuNumber(fifo as Fields, "num"), ring.length);
  return Array.from({ length: count }, (_, index) => ring[(head + index) % ring.length] ?? 0);
}

/** Orders registers as the datasheet does. */
export const registerOrder = (name: RegisterName): number => Object.keys(REGISTERS).indexOf(name);
