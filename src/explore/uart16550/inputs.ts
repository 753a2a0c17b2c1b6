import { FCR, type REGISTERS } from "../../../machines/index.js";
import type { Uart16550State } from "../../device/index.js";
import type { Character, Input } from "../../journal/index.js";
import { CHARACTER, registerWrite } from "../serial/scope.js";
import type { Abstraction, Scope } from "../space/scope.js";

/** A part with its initial state, of which scopes use the durations. */
export type PartWithInitial = { readonly initial?: Uart16550State };

/** Returns a scope of `uart16550` for a part. */
export type ScopeFactory = (uartPart: PartWithInitial) => Scope<Uart16550State>;

export const receiveInput = (character: Character): Input => ({ type: "receive", characters: [character] });
export const modemInput = (cts: boolean, dsr: boolean, ri: boolean, dcd: boolean): Input => ({
  type: "modem",
  ...{ cts, dsr, ri, dcd },
});
export const breakInput = (on: boolean): Input => ({ type: "break", on });
export const registerWrites = (register: keyof typeof REGISTERS, byteValues: readonly number[]): Input[] =>
  byteValues.map((value) => registerWrite(register, value));
export const integersBelow = (count: number): number[] => Array.from({ length: count }, (_, value) => value);

export const GOOD_CHARACTER = receiveInput(CHARACTER);
export const MISFRAMED_CHARACTER = receiveInput({ value: CHARACTER, framing: true });
export const WRONG_PARITY_CHARACTER = receiveInput({ value: CHARACTER, parity: true });
/** The value of FCR that turns the FIFOs on, with trigger level 1. */
export const FIFOS_ON = FCR.FIFO_ENABLE;
/** The values of FCR with each trigger level: 1, 4, 8 and 14. */
export const TRIGGER_LEVELS: readonly number[] = [0x00, 0x40, 0x80, 0xc0].map((level) => FIFOS_ON | level);

/**
 * The value of a stored byte does not matter, nor that of the last character in the receiver. Characters need no abstraction: the alphabet has
 * only one byte.
 */
export const DATA_ABSTRACTION: Abstraction = {
  SCR: () => 0,
  RBR: () => 0,
  lastRead: () => 0,
  received: () => 0,
};

/** Returns the number of queued characters with an error. */
export const queuedErrorCount = ({ receiveFifo }: Pick<Uart16550State, "receiveFifo">): number =>
  receiveFifo.filter((character) => character > 0xff).length;

/** The most characters each way in the scopes of the whole chart. */
export const LONGEST_FIFO = 3;

/** Returns the durations of a character with LCR as after a reset, with 5 data bits; of half a character, rounded up; and of the timeout. */
export const characterTimes = ({
  initial,
}: PartWithInitial): Readonly<Record<"whole" | "half" | "timeout", Input>> => {
  const characterTicks = initial?.characterTicks ?? 0;
  return {
    timeout: { type: "advance", ticks: initial?.timeoutLength ?? 0 },
    whole: { type: "advance", ticks: characterTicks },
    half: { type: "advance", ticks: Math.ceil(characterTicks / 2) },
  };
};
