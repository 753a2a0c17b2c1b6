import {
  BREAK_QUEUE_SIZE,
  FCR,
  Fifo,
  fifoSizeOf,
  IER,
  initialContext,
  LSR,
  MCR,
  type Uart16550Context,
  type Uart16550Options,
  uart16550StateValue,
} from "../../machines/index.js";
import { checkReadable, formatValue, isRecord } from "../journal/internal.js";

/**
 * A `Uart16550`'s state as JSON: the chart's context without the options, its FIFOs as arrays, the oldest character first. A
 * character in `receiveFifo` carries LSR's error bits, shifted left by 8. Timers count ticks; 0 is stopped.
 */
export type Uart16550State = Omit<
  { -readonly [Field in keyof Uart16550Context]: Uart16550Context[Field] },
  "options" | "receiveFifo" | "transmitFifo"
> & { receiveFifo: number[]; transmitFifo: number[] };

/** The least and the greatest value of a number; a number with neither may be a fraction from 0. */
type NumberRange = readonly [least: number, greatest: number];

const BYTE_RANGE: NumberRange = [0, 0xff];
const BIT_RANGE: NumberRange = [0, 1];
const TICKS_RANGE: NumberRange = [0, Number.MAX_SAFE_INTEGER];
const CHARACTER_RANGE: NumberRange = [0, 0x1fff];
const FRAME_RANGE: NumberRange = [0, 0xfff];

/** Every field that is a whole number. */
const INTEGER_FIELDS: Readonly<Partial<Record<keyof Uart16550State, NumberRange>>> = {
  DLL: BYTE_RANGE,
  DLM: BYTE_RANGE,
  IER: BYTE_RANGE,
  FCR: BYTE_RANGE,
  iirFifoBits: BYTE_RANGE,
  LCR: BYTE_RANGE,
  MCR: BYTE_RANGE,
  LSR: BYTE_RANGE,
  MSR: BYTE_RANGE,
  SCR: BYTE_RANGE,
  RBR: BYTE_RANGE,
  lastRead: BYTE_RANGE,
  breaksQueued: [0, BREAK_QUEUE_SIZE],
  SIN: BIT_RANGE,
  receiveSample: [-1, 10],
  receiveLength: [0, 9],
  receiveFormat: BYTE_RANGE,
  receiveShift: FRAME_RANGE,
  receiveTicks: TICKS_RANGE,
  received: CHARACTER_RANGE,
  timeoutTicks: TICKS_RANGE,
  transmitCharacter: BYTE_RANGE,
  transmitFrame: FRAME_RANGE,
  transmitBit: [0, 11],
  transmitTicks: TICKS_RANGE,
  threDelayTicks: TICKS_RANGE,
  characterTicks: TICKS_RANGE,
  timeoutLength: TICKS_RANGE,
  receiveDivisor: [0, 0xffff],
  transmitDivisor: [0, 0xffff],
  modemInputs: BYTE_RANGE,
  linesBeforeLoopback: BYTE_RANGE,
  modemTicks: TICKS_RANGE,
};

/** The size of the largest FIFO of any part. */
const GREATEST_FIFO_SIZE = 64;

/** Returns the state in a context of the chart, as a copy. */
export function stateOfUart16550(context: Uart16550Context): Uart16550State {
  // Field by field: to leave some out of a copy takes V8 a hundred times as long.
  return {
    IER: context.IER,
    iirFifoBits: context.iirFifoBits,
    LCR: context.LCR,
    LSR: context.LSR,
    breaksQueued: context.breaksQueued,
    awaitingMark: context.awaitingMark,
    receiveSample: context.receiveSample,
    receiveTicks: context.receiveTicks,
    timeoutTicks: context.timeoutTicks,
    timeoutPending: context.timeoutPending,
    queuedTogether: context.queuedTogether,
    transmitFrame: context.transmitFrame,
    transmitTicks: context.transmitTicks,
    transmitWaits: context.transmitWaits,
    thrEmptyPending: context.thrEmptyPending,
    thrEmptyAtOnce: context.thrEmptyAtOnce,
    threDelayTicks: context.threDelayTicks,
    modemTicks: context.modemTicks,
    rtsHeldBack: context.rtsHeldBack,
    receiveReady: context.receiveReady,
    transmitReady: context.transmitReady,
    DLL: context.DLL,
    DLM: context.DLM,
    FCR: context.FCR,
    MCR: context.MCR,
    MSR: context.MSR,
    SCR: context.SCR,
    RBR: context.RBR,
    lastRead: context.lastRead,
    SIN: context.SIN,
    receiveLength: context.receiveLength,
    receiveFormat: context.receiveFormat,
    receiveDivisor: context.receiveDivisor,
    receiveShift: context.receiveShift,
    received: context.received,
    transmitCharacter: context.transmitCharacter,
    transmitBit: context.transmitBit,
    transmitLength: context.transmitLength,
    transmitDivisor: context.transmitDivisor,
    outputHeld: context.outputHeld,
    characterTicks: context.characterTicks,
    timeoutLength: context.timeoutLength,
    modemInputs: context.modemInputs,
    linesBeforeLoopback: context.linesBeforeLoopback,
    receiveFifo: context.receiveFifo.toArray(),
    transmitFifo: context.transmitFifo.toArray(),
  };
}

/**
 * Returns the context of a state, for a part with these options.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if its value is out of range; both name it.
 */
export function contextOfUart16550(options: Uart16550Options, state: unknown): Uart16550Context {
  return checkReadable(state, "state", "an object that can be read", () => readContext(options, state));
}

function readContext(options: Uart16550Options, state: unknown): Uart16550Context {
  if (!isRecord(state)) {
    throw new TypeError(
      `state: expected an object with the fields of a 16550's state, got ${formatValue(state)}`,
    );
  }
  const stateFields = state as Readonly<Record<string, unknown>>;
  const fifos: Partial<Record<string, Fifo>> = {};
  for (const [fieldName, initialValue] of initialFields(options)) {
    const field = stateFields[fieldName];
    // States of earlier versions lack it: it begins as in a part that has just been made.
    if (field === undefined && fieldName === "breaksQueued") continue;
    if (initialValue instanceof Fifo) fifos[fieldName] = Fifo.of(checkedCharacters(fieldName, field));
    else checkField(fieldName, initialValue, field);
  }
  const context = contextOf(
    options,
    state as Uart16550State,
    fifos["receiveFifo"] as Fifo,
    fifos["transmitFifo"] as Fifo,
  );
  checkMasks(context);
  checkRoom(context);
  checkTimers(context);
  return context;
}

/** Checks the bits of registers. @throws RangeError if this part lacks one, or if they contradict other fields. */
function checkMasks(context: Uart16550Context): void {
  const { options, transmitFifo, threDelayTicks, thrEmptyPending, rtsHeldBack } = context;
  const fifoBits = options.fifoSize === 1 ? 0 : options.iirFifoBits;
  const sixtyFourBit = options.fifoSize === 64 ? FCR.SIXTY_FOUR : 0;
  const masks = {
    IER: options.sleepModes ? 0x3f : IER.MASK,
    FCR: options.fifoSize === 1 ? 0 : FCR.FIFO_ENABLE | FCR.DMA_MODE | FCR.TRIGGER | sixtyFourBit,
    iirFifoBits: fifoBits | sixtyFourBit,
    MCR: options.autoFlow ? 0x3f : 0x1f,
    LSR: 0xff & ~(LSR.DR | LSR.TEMT),
    breaksQueued: context.FCR & FCR.FIFO_ENABLE ? 0 : 0x1f,
  };
  for (const [fieldName, mask] of Object.entries(masks)) {
    const candidate = context[fieldName as keyof typeof masks];
    if (candidate & ~mask)
      throw new RangeError(`${fieldName}: expected no bits but those of ${mask}, got ${candidate}`);
  }
  const threIsSet = (context.LSR & LSR.THRE) !== 0;
  const fifoIsEmpty = transmitFifo.length === 0;
  if (threIsSet !== fifoIsEmpty && threDelayTicks === 0) {
    throw new RangeError(
      `LSR: expected THRE ${fifoIsEmpty ? "set" : "clear"} by transmitFifo, got ${context.LSR}`,
    );
  }
  if (thrEmptyPending && !fifoIsEmpty) {
    throw new RangeError("thrEmptyPending: expected false by transmitFifo, got true");
  }
  const autoRtsBits = MCR.AFE | MCR.RTS;
  if (rtsHeldBack && (context.MCR & (autoRtsBits | MCR.LOOP)) !== autoRtsBits) {
    throw new RangeError("rtsHeldBack: expected false by MCR, got true");
  }
}

/** Checks the FIFOs. @throws RangeError if one holds more characters than FCR allows on this part. */
function checkRoom(context: Uart16550Context): void {
  const capacity = fifoSizeOf(context);
  for (const fieldName of ["receiveFifo", "transmitFifo"] as const) {
    const { length } = context[fieldName];
    if (length > capacity)
      throw new RangeError(`${fieldName}: expected at most ${capacity} by FCR, got ${length}`);
  }
}

/** Checks the timers. @throws RangeError if one runs without need, or stands still where it has to run. */
function checkTimers(context: Uart16550Context): void {
  const { transmitter, receiver, transmitFifo, characterTimeout } = uart16550StateValue(context);
  const awaited = {
    transmitTicks: typeof transmitter === "object",
    receiveTicks: receiver === "startBit" || receiver === "dataBits" || receiver === "stopBit",
    threDelayTicks: typeof transmitFifo === "object" && transmitFifo.empty === "delayed",
    timeoutTicks: characterTimeout === "waiting",
  };
  for (const [fieldName, isAwaited] of Object.entries(awaited)) {
    const ticks = context[fieldName as keyof typeof awaited];
    if (ticks > 0 === isAwaited) continue;
    throw new RangeError(
      `${fieldName}: expected ${isAwaited ? "at least 1" : "0"} by the other fields, got ${ticks}`,
    );
  }
}

type InitialFields = readonly (readonly [fieldName: string, initialValue: unknown])[];
const initialFieldsByOptions = new WeakMap<Uart16550Options, InitialFields>();

/** Returns the fields of a part's first state, in the order of its context. */
function initialFields(options: Uart16550Options): InitialFields {
  const knownFields = initialFieldsByOptions.get(options);
  if (knownFields) return knownFields;
  const fields = Object.entries(initialContext(options)).filter(([fieldName]) => fieldName !== "options");
  initialFieldsByOptions.set(options, fields);
  return fields;
}

/** Returns a context of fields that have been checked, with its keys in the chart's order: code that copies contexts knows that one. */
function contextOf(
  options: Uart16550Options,
  state: Omit<Uart16550State, "receiveFifo" | "transmitFifo">,
  receiveFifo: Fifo,
  transmitFifo: Fifo,
): Uart16550Context {
  // Field by field: an object that is given so many keys one by one is a slow one in V8.
  return {
    IER: state.IER,
    iirFifoBits: state.iirFifoBits,
    LCR: state.LCR,
    LSR: state.LSR,
    receiveFifo,
    breaksQueued: state.breaksQueued ?? 0,
    awaitingMark: state.awaitingMark,
    receiveSample: state.receiveSample,
    receiveTicks: state.receiveTicks,
    timeoutTicks: state.timeoutTicks,
    timeoutPending: state.timeoutPending,
    transmitFifo,
    queuedTogether: state.queuedTogether,
    transmitFrame: state.transmitFrame,
    transmitTicks: state.transmitTicks,
    transmitWaits: state.transmitWaits,
    thrEmptyPending: state.thrEmptyPending,
    thrEmptyAtOnce: state.thrEmptyAtOnce,
    threDelayTicks: state.threDelayTicks,
    modemTicks: state.modemTicks,
    rtsHeldBack: state.rtsHeldBack,
    receiveReady: state.receiveReady,
    transmitReady: state.transmitReady,
    options,
    DLL: state.DLL,
    DLM: state.DLM,
    FCR: state.FCR,
    MCR: state.MCR,
    MSR: state.MSR,
    SCR: state.SCR,
    RBR: state.RBR,
    lastRead: state.lastRead,
    SIN: state.SIN,
    receiveLength: state.receiveLength,
    receiveFormat: state.receiveFormat,
    receiveDivisor: state.receiveDivisor,
    receiveShift: state.receiveShift,
    received: state.received,
    transmitCharacter: state.transmitCharacter,
    transmitBit: state.transmitBit,
    transmitLength: state.transmitLength,
    transmitDivisor: state.transmitDivisor,
    outputHeld: state.outputHeld,
    characterTicks: state.characterTicks,
    timeoutLength: state.timeoutLength,
    modemInputs: state.modemInputs,
    linesBeforeLoopback: state.linesBeforeLoopback,
  };
}

/** Checks a field, which has to have the type of its initial value. */
function checkField(fieldName: string, initialValue: unknown, candidate: unknown): void {
  if (typeof initialValue !== "boolean") checkNumber(fieldName, candidate);
  else if (typeof candidate !== "boolean")
    throw new TypeError(`${fieldName}: expected true or false, got ${formatValue(candidate)}`);
}

function checkNumber(
  fieldName: string,
  candidate: unknown,
  numberRange = INTEGER_FIELDS[fieldName as keyof Uart16550State],
): void {
  if (typeof candidate !== "number")
    throw new TypeError(`${fieldName}: expected a number, got ${formatValue(candidate)}`);
  const [least, greatest] = numberRange ?? TICKS_RANGE;
  const isKind = numberRange ? Number.isInteger : Number.isFinite;
  if (isKind(candidate) && candidate >= least && candidate <= greatest) return;
  throw new RangeError(
    `${fieldName}: expected a ${numberRange ? "whole " : ""}number from ${least} to ${greatest}, got ${candidate}`,
  );
}

function checkedCharacters(fieldName: string, candidate: unknown): number[] {
  if (!Array.isArray(candidate))
    throw new TypeError(`${fieldName}: expected an array, got ${formatValue(candidate)}`);
  if (candidate.length > GREATEST_FIFO_SIZE) {
    throw new RangeError(
      `${fieldName}: expected at most ${GREATEST_FIFO_SIZE} characters, got ${candidate.length}`,
    );
  }
  for (const [i, item] of candidate.entries()) checkNumber(`${fieldName}[${i}]`, item, CHARACTER_RANGE);
  return candidate;
}
