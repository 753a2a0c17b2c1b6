import { FIFO_SIZE, Fifo, type SerialContext } from "../../machines/index.js";
import { shown } from "../journal/index.js";
import { SerialError } from "./serial-error.js";

/**
 * A `Serial`'s state: vm-superio's `SerialState`, its ten fields in camelCase. Bytes are 0 to 255.
 * Any bytes are a state, also those that no device reaches (S38).
 */
export interface SerialState {
  /** DLL. */
  baudDivisorLow: number;
  /** DLM. */
  baudDivisorHigh: number;
  /** IER. */
  interruptEnable: number;
  /** IIR, without the FIFO bits that a read adds. */
  interruptIdentification: number;
  /** LCR. */
  lineControl: number;
  /** LSR. */
  lineStatus: number;
  /** MCR. */
  modemControl: number;
  /** MSR, as it is outside loopback. */
  modemStatus: number;
  /** SCR. */
  scratch: number;
  /** The bytes received and not yet read, the oldest first; 64 at most. */
  inBuffer: number[];
}

/** {@link SerialState} as vm-superio's serde feature writes it to JSON. */
export interface SerdeSerialState {
  baud_divisor_low: number;
  baud_divisor_high: number;
  interrupt_enable: number;
  interrupt_identification: number;
  line_control: number;
  line_status: number;
  modem_control: number;
  modem_status: number;
  scratch: number;
  in_buffer: number[];
}

type RegisterField = Exclude<keyof SerialState, "inBuffer">;

/** The state's registers: its field, the chart's register, the field in vm-superio's JSON. */
const REGISTER_FIELDS = [
  ["baudDivisorLow", "DLL", "baud_divisor_low"],
  ["baudDivisorHigh", "DLM", "baud_divisor_high"],
  ["interruptEnable", "IER", "interrupt_enable"],
  ["interruptIdentification", "IIR", "interrupt_identification"],
  ["lineControl", "LCR", "line_control"],
  ["lineStatus", "LSR", "line_status"],
  ["modemControl", "MCR", "modem_control"],
  ["modemStatus", "MSR", "modem_status"],
  ["scratch", "SCR", "scratch"],
] as const satisfies readonly [RegisterField, keyof SerialContext, keyof SerdeSerialState][];

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(state: unknown): Fields {
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    throw new TypeError(
      `state: expected an object with the ten fields of a serial state, got ${shown(state)}`,
    );
  }
  return state as Fields;
}

function byte(value: unknown, name: string): number {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a byte, got ${shown(value)}`);
  if ((value & 0xff) !== value) throw new RangeError(`${name}: expected a byte from 0 to 255, got ${value}`);
  return value;
}

function bytes(value: unknown, name: string): number[] {
  if (!Array.isArray(value)) throw new TypeError(`${name}: expected an array of bytes, got ${shown(value)}`);
  const read = Array.from(value, (item, i) => byte(item, `${name}[${i}]`));
  if (read.length > FIFO_SIZE) throw new SerialError("FullFifo");
  return read;
}

/** The state that a context of the chart stands for. A copy: neither changes with the other. */
export function stateOfContext(context: SerialContext): SerialState {
  return {
    baudDivisorLow: context.DLL,
    baudDivisorHigh: context.DLM,
    interruptEnable: context.IER,
    interruptIdentification: context.IIR,
    lineControl: context.LCR,
    lineStatus: context.LSR,
    modemControl: context.MCR,
    modemStatus: context.MSR,
    scratch: context.SCR,
    inBuffer: context.receiveFifo.toArray(),
  };
}

/**
 * The context that a state stands for.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if it is no byte; both name it.
 * @throws SerialError of kind FullFifo if more than 64 bytes are queued (S37).
 */
export function contextOfState(state: unknown): SerialContext {
  const fields = fieldsOf(state);
  const registers = REGISTER_FIELDS.map(([field, register]) => [register, byte(fields[field], field)]);
  const receiveFifo = Fifo.of(bytes(fields["inBuffer"], "inBuffer"));
  return { ...(Object.fromEntries(registers) as Omit<SerialContext, "receiveFifo">), receiveFifo };
}

/**
 * A state in the JSON of vm-superio's serde feature.
 *
 * @throws what {@link serialStateFromSerde} throws.
 */
export function serialStateToSerde(state: SerialState): SerdeSerialState {
  const known = stateOfContext(contextOfState(state));
  const registers = REGISTER_FIELDS.map(([field, , serde]) => [serde, known[field]]);
  return {
    ...(Object.fromEntries(registers) as Omit<SerdeSerialState, "in_buffer">),
    in_buffer: known.inBuffer,
  };
}

/**
 * A state from the JSON of vm-superio's serde feature.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if it is no byte; both name it.
 * @throws SerialError of kind FullFifo if more than 64 bytes are queued.
 */
export function serialStateFromSerde(json: unknown): SerialState {
  const fields = fieldsOf(json);
  const registers = REGISTER_FIELDS.map(([field, , serde]) => [field, byte(fields[serde], serde)]);
  const inBuffer = bytes(fields["in_buffer"], "in_buffer");
  return { ...(Object.fromEntries(registers) as Omit<SerialState, "inBuffer">), inBuffer };
}
