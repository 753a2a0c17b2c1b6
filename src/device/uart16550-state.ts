import {
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
import { shown } from "../journal/index.js";

/**
 * A `Uart16550`'s state as JSON: the chart's context without the options, its FIFOs as arrays, the oldest character first. A
 * character in `receiveFifo` carries LSR's error bits, shifted left by 8. Timers count ticks; 0 is stopped.
 */
export type Uart16550State = Omit<
  { -readonly [Field in keyof Uart16550Context]: Uart16550Context[Field] },
  "options" | "receiveFifo" | "transmitFifo"
> & { receiveFifo: number[]; transmitFifo: number[] };

/** The least and the greatest value of a number; a number with neither may be a fraction from 0. */
type Range = readonly [least: number, greatest: number];

const BYTE: Range = [0, 0xff];
const BIT: Range = [0, 1];
const TICKS: Range = [0, Number.MAX_SAFE_INTEGER];
const CHARACTER: Range = [0, 0x1fff];
const FRAME: Range = [0, 0xfff];

/** Every field that is a whole number. */
const WHOLE: Readonly<Partial<Record<keyof Uart16550State, Range>>> = {
  DLL: BYTE,
  DLM: BYTE,
  IER: BYTE,
  FCR: BYTE,
  iirFifoBits: BYTE,
  LCR: BYTE,
  MCR: BYTE,
  LSR: BYTE,
  MSR: BYTE,
  SCR: BYTE,
  RBR: BYTE,
  lastRead: BYTE,
  SIN: BIT,
  receiveSample: [-1, 10],
  receiveLength: [0, 9],
  receiveFormat: BYTE,
  receiveShift: FRAME,
  receiveTicks: TICKS,
  received: CHARACTER,
  timeoutTicks: TICKS,
  transmitCharacter: BYTE,
  transmitFrame: FRAME,
  transmitBit: [0, 11],
  transmitTicks: TICKS,
  threDelayTicks: TICKS,
  characterTicks: TICKS,
  timeoutLength: TICKS,
  receiveDivisor: [0, 0xffff],
  transmitDivisor: [0, 0xffff],
  modemInputs: BYTE,
  linesBeforeLoopback: BYTE,
  modemTicks: TICKS,
};

/** How many characters a FIFO of any part holds. */
const GREATEST_FIFO = 64;

/** The state that a context of the chart stands for. A copy: neither changes with the other. */
export function stateOfUart16550(context: Uart16550Context): Uart16550State {
  // Field by field: to leave some out of a copy takes V8 a hundred times as long.
  return {
    IER: context.IER,
    iirFifoBits: context.iirFifoBits,
    LCR: context.LCR,
    LSR: context.LSR,
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
 * The context that a state stands for, of a part with these options.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if its value is out of range; both name it.
 */
export function contextOfUart16550(options: Uart16550Options, state: unknown): Uart16550Context {
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    throw new TypeError(`state: expected an object with the fields of a 16550's state, got ${shown(state)}`);
  }
  const given = state as Readonly<Record<string, unknown>>;
  // Overwritten rather than made from entries: an object that is given so many keys one by one is a slow one in V8.
  const fields: Record<string, unknown> = { ...initialContext(options) };
  for (const [name, like] of Object.entries(fields)) {
    if (name !== "options") fields[name] = field(name, like, given[name]);
  }
  const context = fields as unknown as Uart16550Context;
  checkMasks(context);
  checkRoom(context);
  checkTimers(context);
  return context;
}

/** @throws RangeError if a register has a bit that this part has not, or bits that contradict the rest. */
function checkMasks(context: Uart16550Context): void {
  const { options, transmitFifo, threDelayTicks, thrEmptyPending, rtsHeldBack } = context;
  const fifoBits = options.fifoSize === 1 ? 0 : options.iirFifoBits;
  const wide = options.fifoSize === 64 ? FCR.SIXTY_FOUR : 0;
  const masks = {
    IER: options.sleepModes ? 0x3f : IER.MASK,
    FCR: options.fifoSize === 1 ? 0 : FCR.FIFO_ENABLE | FCR.DMA_MODE | FCR.TRIGGER | wide,
    iirFifoBits: fifoBits | wide,
    MCR: options.autoFlow ? 0x3f : 0x1f,
    LSR: LSR.ERROR_IN_FIFO | LSR.THRE | LSR.BI | LSR.FE | LSR.PE | LSR.OE,
  };
  for (const [name, mask] of Object.entries(masks)) {
    const value = context[name as keyof typeof masks];
    if (value & ~mask) throw new RangeError(`${name}: expected no bits but those of ${mask}, got ${value}`);
  }
  const thre = (context.LSR & LSR.THRE) !== 0;
  const free = transmitFifo.length === 0;
  if (thre !== free && threDelayTicks === 0) {
    throw new RangeError(`LSR: expected THRE ${free ? "set" : "clear"} by transmitFifo, got ${context.LSR}`);
  }
  if (thrEmptyPending && !free) {
    throw new RangeError("thrEmptyPending: expected false by transmitFifo, got true");
  }
  const auto = MCR.AFE | MCR.RTS;
  if (rtsHeldBack && (context.MCR & (auto | MCR.LOOP)) !== auto) {
    throw new RangeError("rtsHeldBack: expected false by MCR, got true");
  }
}

/** @throws RangeError if a FIFO holds more than this part has room for, by what FCR says. */
function checkRoom(context: Uart16550Context): void {
  const room = fifoSizeOf(context);
  for (const name of ["receiveFifo", "transmitFifo"] as const) {
    const { length } = context[name];
    if (length > room) throw new RangeError(`${name}: expected at most ${room} by FCR, got ${length}`);
  }
}

/** @throws RangeError if a timer runs that nothing waits for, or one stands still that something waits for. */
function checkTimers(context: Uart16550Context): void {
  const { transmitter, receiver, transmitFifo, characterTimeout } = uart16550StateValue(context);
  const awaited = {
    transmitTicks: typeof transmitter === "object",
    receiveTicks: receiver === "startBit" || receiver === "dataBits" || receiver === "stopBit",
    threDelayTicks: typeof transmitFifo === "object" && transmitFifo.empty === "delayed",
    timeoutTicks: characterTimeout === "waiting",
  };
  for (const [name, isAwaited] of Object.entries(awaited)) {
    const ticks = context[name as keyof typeof awaited];
    if (ticks > 0 === isAwaited) continue;
    throw new RangeError(
      `${name}: expected ${isAwaited ? "at least 1" : "0"} by the other fields, got ${ticks}`,
    );
  }
}

/** A field's value, which has the type of `like`. */
function field(name: string, like: unknown, value: unknown): unknown {
  if (like instanceof Fifo) return Fifo.of(characters(name, value));
  if (typeof like === "boolean") {
    if (typeof value !== "boolean")
      throw new TypeError(`${name}: expected true or false, got ${shown(value)}`);
    return value;
  }
  return number(name, value);
}

function number(name: string, value: unknown, range = WHOLE[name as keyof Uart16550State]): number {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${shown(value)}`);
  const [least, greatest] = range ?? TICKS;
  const fits = range === undefined ? Number.isFinite(value) : Number.isInteger(value);
  if (fits && value >= least && value <= greatest) return value;
  const kind = range === undefined ? "a number" : "a whole number";
  throw new RangeError(`${name}: expected ${kind} from ${least} to ${greatest}, got ${value}`);
}

function characters(name: string, value: unknown): number[] {
  if (!Array.isArray(value)) throw new TypeError(`${name}: expected an array, got ${shown(value)}`);
  if (value.length > GREATEST_FIFO) {
    throw new RangeError(`${name}: expected at most ${GREATEST_FIFO} characters, got ${value.length}`);
  }
  return Array.from(value, (item, i) => number(`${name}[${i}]`, item, CHARACTER));
}
