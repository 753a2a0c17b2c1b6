import { FCR, type REGISTERS } from "../../machines/index.js";
import type { Uart16550State } from "../device/index.js";
import type { Character, Input } from "../journal/index.js";
import type { Abstraction, Scope } from "./scope.js";
import { CHARACTER, writes } from "./serial-scope.js";

/** What a scope needs to know of a part. */
export type Part = { readonly initial?: Uart16550State };

/** A scope of `uart16550`, by the part. */
export type ScopeOf = (part: Part) => Scope<Uart16550State>;

export const received = (character: Character): Input => ({ type: "receive", characters: [character] });
export const modem = (cts: boolean, dsr: boolean, ri: boolean, dcd: boolean): Input => ({
  type: "modem",
  ...{ cts, dsr, ri, dcd },
});
export const breaks = (on: boolean): Input => ({ type: "break", on });
export const each = (register: keyof typeof REGISTERS, values: readonly number[]): Input[] =>
  values.map((value) => writes(register, value));
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, value) => value);

export const GOOD = received(CHARACTER);
export const MISFRAMED = received({ value: CHARACTER, framing: true });
export const ODD = received({ value: CHARACTER, parity: true });
/** FCR that turns the FIFOs on, with trigger level 1. */
export const ON = FCR.FIFO_ENABLE;
/** FCR with each trigger level: 1, 4, 8 and 14. */
export const LEVELS: readonly number[] = [0x00, 0x40, 0x80, 0xc0].map((level) => ON | level);

/**
 * What a byte that is only kept is like does not matter, nor what the receiver held before the character that it completes next.
 * Characters need no abstraction: one byte stands for all.
 */
export const KEPT: Abstraction = { SCR: () => 0, RBR: () => 0, lastRead: () => 0, received: () => 0 };

/** How many characters with an error are queued. */
export const errors = ({ receiveFifo }: Pick<Uart16550State, "receiveFifo">): number =>
  receiveFifo.filter((character) => character > 0xff).length;

/** Ticks of a character as LCR is after a reset, with 5 data bits; of one half, rounded up; and of the character timeout. */
export const times = ({ initial }: Part): Readonly<Record<"whole" | "half" | "timeout", Input>> => {
  const ticks = initial?.characterTicks ?? 0;
  return {
    timeout: { type: "advance", ticks: initial?.timeoutLength ?? 0 },
    whole: { type: "advance", ticks },
    half: { type: "advance", ticks: Math.ceil(ticks / 2) },
  };
};
