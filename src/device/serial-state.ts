import { FIFO_SIZE, Fifo, type SerialContext } from "../../machines/index.js";
import { checkReadable, formatValue } from "../journal/internal.js";
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

type UncheckedFields = Readonly<Record<string, unknown>>;

function fieldsOf(state: unknown): UncheckedFields {
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    throw new TypeError(
      `state: expected an object with the ten fields of a serial state, got ${formatValue(state)}`,
    );
  }
  return state as UncheckedFields;
}

function checkedByte(value: unknown, fieldName: string): number {
  if (typeof value !== "number")
    throw new TypeError(`${fieldName}: expected a byte, got ${formatValue(value)}`);
  if ((value & 0xff) !== value)
    throw new RangeError(`${fieldName}: expected a byte from 0 to 255, got ${value}`);
  return value;
}

function checkedBytes(value: unknown, fieldName: string): number[] {
  if (!Array.isArray(value))
    throw new TypeError(`${fieldName}: expected an array of bytes, got ${formatValue(value)}`);
  const queuedBytes = Array.from(value, (item, i) => checkedByte(item, `${fieldName}[${i}]`));
  if (queuedBytes.length > FIFO_SIZE) throw new SerialError("FullFifo");
  return queuedBytes;
}

/** Returns the state in a context of the chart, as a copy. */
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
 * Returns the context of a state.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if it is no byte; both name it.
 * @throws SerialError of kind FullFifo if more than 64 bytes are queued (S37).
 */
export function contextOfState(state: unknown): SerialContext {
  return checkReadable(state, "state", "an object that can be read", () => readContext(state));
}

function readContext(state: unknown): SerialContext {
  const fields = fieldsOf(state);
  const registers = REGISTER_FIELDS.map(([field, register]) => [register, checkedByte(fields[field], field)]);
  const receiveFifo = Fifo.of(checkedBytes(fields["inBuffer"], "inBuffer"));
  return { ...(Object.fromEntries(registers) as Omit<SerialContext, "receiveFifo">), receiveFifo };
}

/**
 * Converts a state to the JSON of vm-superio's serde feature.
 *
 * @throws what {@link serialStateFromSerde} throws.
 */
export function serialStateToSerde(state: SerialState): SerdeSerialState {
  const checkedState = stateOfContext(contextOfState(state));
  const registers = REGISTER_FIELDS.map(([field, , serde]) => [serde, checkedState[field]]);
  return {
    ...(Object.fromEntries(registers) as Omit<SerdeSerialState, "in_buffer">),
    in_buffer: checkedState.inBuffer,
  };
}

/**
 * Converts a state from the JSON of vm-superio's serde feature.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if it is no byte; both name it.
 * @throws SerialError of kind FullFifo if more than 64 bytes are queued.
 */
export function serialStateFromSerde(json: unknown): SerialState {
  return checkReadable(json, "state", "an object that can be read", () => readSerde(json));
}

function readSerde(json: unknown): SerialState {
  const fields = fieldsOf(json);
  const registers = REGISTER_FIELDS.map(([field, , serde]) => [field, checkedByte(fields[serde], serde)]);
  const inBuffer = checkedBytes(fields["in_buffer"], "in_buffer");
  return { ...(Object.fromEntries(registers) as Omit<SerialState, "inBuffer">), inBuffer };
}
