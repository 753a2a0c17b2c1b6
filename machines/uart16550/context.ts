import { Fifo } from "../fifo.js";
import { LSR, MCR, MSR } from "../register-bits.js";
import type { Uart16550Options } from "./options.js";
import { timesAtReset } from "./time.js";

/**
 * The registers of `uart16550`, what its FIFOs and shift registers hold, and how many ticks each of its timers has to run; a timer
 * at 0 is stopped. A character in the receive FIFO carries the LSR bits of its errors, shifted left by 8.
 */
export interface Uart16550Context {
  /** The options of the part. */
  readonly options: Uart16550Options;

  /** Divisor Latch, least significant byte. */
  readonly DLL: number;
  /** Divisor Latch, most significant byte. */
  readonly DLM: number;
  /** Interrupt Enable Register. */
  readonly IER: number;
  /** FIFO Control Register: FIFO enable, DMA mode, 64-byte mode and trigger, as they are in effect. */
  readonly FCR: number;
  /** The bits 7 to 5 of a read of IIR. */
  readonly iirFifoBits: number;
  /** Line Control Register. */
  readonly LCR: number;
  /** Modem Control Register. */
  readonly MCR: number;
  /** Line Status Register, without DR and TEMT: those say whether the queues are empty. */
  readonly LSR: number;
  /** Modem Status Register. */
  readonly MSR: number;
  /** Scratch Register. */
  readonly SCR: number;
  /** The Receiver Buffer Register: the character last received while the FIFOs were off. */
  readonly RBR: number;
  /** The byte of an RBR read of nothing, where it is the last one: the character last taken out of the FIFO since it was enabled, or else RBR as it was then. */
  readonly lastRead: number;

  /** The characters received and not yet read, with their errors. */
  readonly receiveFifo: Fifo;
  /** The breaks that the receive FIFO holds while it is off, 0 to 16 (A23). */
  readonly breaksQueued: number;
  /** The level at SIN: 1 is marking. */
  readonly SIN: number;
  /** True if the receiver waits for the line to mark: a break lasts. */
  readonly awaitingMark: boolean;
  /** The frame being received: which of its bits is sampled next, the start bit being 0; -1 between frames. */
  readonly receiveSample: number;
  /** The number of data and parity bits of that frame. */
  readonly receiveLength: number;
  /** LCR as that frame began. */
  readonly receiveFormat: number;
  /** The divisor as that frame began. */
  readonly receiveDivisor: number;
  /** The bits of that frame so far. */
  readonly receiveShift: number;
  /** Ticks until its next bit is sampled. */
  readonly receiveTicks: number;
  /** The character that was received last, with its errors. */
  readonly received: number;
  /** Ticks until the character timeout. */
  readonly timeoutTicks: number;
  /** True if the character timeout is pending. */
  readonly timeoutPending: boolean;

  /** The characters that wait to be sent. */
  readonly transmitFifo: Fifo;
  /** True if two characters were in it at once since THRE was last 1. */
  readonly queuedTogether: boolean;
  /** The character in the transmitter shift register. */
  readonly transmitCharacter: number;
  /** The bits of its frame that are not over, the one on the line being the lowest; 1 is the stop bit, 0 is none. */
  readonly transmitFrame: number;
  /** The number of bits of its frame that are over. */
  readonly transmitBit: number;
  /** The number of bits of its frame; stop bits may be one and a half. */
  readonly transmitLength: number;
  /** The divisor as its frame began. */
  readonly transmitDivisor: number;
  /** Ticks until the bit on the line is over. */
  readonly transmitTicks: number;
  /** True if the character in the shift register is sent and waits for the host to take it. */
  readonly transmitWaits: boolean;
  /** True if the host takes no output. */
  readonly outputHeld: boolean;
  /** True if THR empty has not been acknowledged. */
  readonly thrEmptyPending: boolean;
  /** True if the next THR empty is indicated without delay, as FCR bit 0 has changed. */
  readonly thrEmptyAtOnce: boolean;
  /** Ticks until THR empty is indicated. */
  readonly threDelayTicks: number;

  /** Ticks that a character takes, as LCR and the divisor latch say; 0 without a baud clock. */
  readonly characterTicks: number;
  /** Ticks of a character timeout that starts now; 0 without a baud clock. */
  readonly timeoutLength: number;

  /** The modem inputs as MSR's high half would show them. */
  readonly modemInputs: number;
  /** MSR's high half as loopback began. */
  readonly linesBeforeLoopback: number;
  /** Ticks until the modem inputs are sampled. */
  readonly modemTicks: number;
  /** True if auto-RTS holds the other end back. */
  readonly rtsHeldBack: boolean;
  /** True if RXRDY is asserted. */
  readonly receiveReady: boolean;
  /** True if TXRDY is asserted. */
  readonly transmitReady: boolean;
}

/** Returns MCR after a reset: nothing, or OUT2 as a PC's firmware leaves it. */
export const mcrAtReset = (options: Uart16550Options): number => (options.resetClearsOUT2 ? 0x00 : MCR.OUT2);

/** The divisor of a device that has just been made: 9600 baud with a PC's clock. The datasheet leaves it open. */
export const INITIAL_DIVISOR = 12;

/** A modem that is there and ready: CTS, DSR and DCD asserted. */
const INITIAL_MODEM_INPUTS = MSR.CTS | MSR.DSR | MSR.DCD;

/** The registers and queues of every part after a master reset (PC16550D, Table I). */
const RESET = {
  IER: 0x00,
  iirFifoBits: 0x00,
  LCR: 0x00,
  LSR: LSR.THRE,
  receiveFifo: Fifo.EMPTY,
  breaksQueued: 0,
  awaitingMark: false,
  receiveSample: -1,
  receiveTicks: 0,
  timeoutTicks: 0,
  timeoutPending: false,
  transmitFifo: Fifo.EMPTY,
  queuedTogether: false,
  transmitFrame: 0,
  transmitTicks: 0,
  transmitWaits: false,
  thrEmptyPending: false,
  thrEmptyAtOnce: false,
  threDelayTicks: 0,
  modemTicks: 0,
  rtsHeldBack: false,
  receiveReady: false,
  transmitReady: true,
} as const;

/** Returns the registers of a part that has just been made. */
export const initialContext = (options: Uart16550Options): Uart16550Context => ({
  ...RESET,
  options,
  DLL: INITIAL_DIVISOR,
  DLM: 0x00,
  FCR: 0x00,
  MCR: mcrAtReset(options),
  MSR: INITIAL_MODEM_INPUTS | options.msrDeltasAtReset,
  SCR: 0x00,
  RBR: 0x00,
  lastRead: 0x00,
  SIN: 1,
  receiveLength: 0,
  receiveFormat: 0,
  receiveDivisor: 0,
  receiveShift: 0,
  received: 0,
  transmitCharacter: 0,
  transmitBit: 0,
  transmitLength: 0,
  transmitDivisor: 0,
  outputHeld: false,
  ...timesAtReset(options, INITIAL_DIVISOR),
  modemInputs: INITIAL_MODEM_INPUTS,
  linesBeforeLoopback: INITIAL_MODEM_INPUTS,
});

/** The breaks that the receive FIFO takes while it is off (A23): as many as QEMU's has room for. */
export const BREAK_QUEUE_SIZE = 16;

/** The bits of a character in the receive FIFO that are its data: those above are its errors. */
export const CHARACTER_DATA = 0xff;

/** Moves LSR's error bits to where a character in the receive FIFO carries them. */
export const carried = (errors: number): number => errors << 8;

/** Returns the errors that a character in the receive FIFO carries, as LSR's bits. */
export const carriedErrors = (character: number): number => character >> 8;

/** Returns the receive FIFO, also where the context comes from JSON. */
export const receiveFifoOf = (context: Pick<Uart16550Context, "receiveFifo">): Fifo =>
  Fifo.of(context.receiveFifo);

/** Returns the transmit FIFO, also where the context comes from JSON. */
export const transmitFifoOf = (context: Pick<Uart16550Context, "transmitFifo">): Fifo =>
  Fifo.of(context.transmitFifo);

/** Returns the divisor latch as one number, 0 to 65,535. */
export const divisorOf = ({ DLL, DLM }: Uart16550Context): number => DLL | (DLM << 8);
