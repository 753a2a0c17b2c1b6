import type { ReadEvent, WriteEvent } from "../access-events.js";

/** A character that is complete, with what was wrong with it. */
export interface CharacterEvent {
  readonly type: "receive";
  /** The character, 0 to 255, with the LSR bits PE, FE and BI, shifted left by 8, that it carries. */
  readonly character: number;
}

/** SIN changes level. */
export interface LineEvent {
  readonly type: "line";
  /** 1 is marking. */
  readonly level: 0 | 1;
}

/** The other end holds the line in a break, or ends it. */
export interface BreakEvent {
  readonly type: "break";
  readonly on: boolean;
}

/** The modem inputs are at these levels; true is asserted. */
export interface ModemEvent {
  readonly type: "modem";
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly ri: boolean;
  readonly dcd: boolean;
}

/** Time passes, up to the next due time of the chart and no further: see `nextDue`. */
export interface AdvanceEvent {
  readonly type: "advance";
  /** A whole number of ticks, from 0. */
  readonly ticks: number;
}

/** The host stops taking output, takes it again; a master reset; the state has just been restored. */
export interface PlainEvent {
  readonly type: "hold" | "release" | "reset" | "restored";
}

/** Everything that can happen to `uart16550`. */
export type Uart16550Event =
  | ReadEvent
  | WriteEvent
  | CharacterEvent
  | LineEvent
  | BreakEvent
  | ModemEvent
  | AdvanceEvent
  | PlainEvent;

/** Why the chip interrupts, in the datasheet's abbreviations, highest priority first (RDA and CTI share one). */
export type Uart16550Cause = "RLS" | "RDA" | "CTI" | "THRE" | "MS";

/** Everything that can leave `uart16550`. Levels are 1 where the pin is asserted, whatever its voltage; SOUT's is 1 where it is marking. */
export type Uart16550Emission =
  /** The byte read, 0 to 255. */
  | { readonly type: "data"; readonly value: number }
  /** A character has left the transmitter, 0 to 255: its last stop bit is over. */
  | { readonly type: "transmit"; readonly value: number }
  /** A character that came from outside was received. */
  | { readonly type: "accepted"; readonly count: 1 }
  /** A character was received and lost, as nothing had room for it: overrun. */
  | { readonly type: "overrun" }
  /** The interrupt line changed; `cause` is what IIR shows, and absent where the line fell. */
  | { readonly type: "interruptLine"; readonly level: 0 | 1 }
  /** IIR shows another cause. */
  | { readonly type: "identified"; readonly cause: Uart16550Cause | "none" }
  /** A modem output changed. */
  | { readonly type: "modemOutput"; readonly pin: "DTR" | "RTS" | "OUT1" | "OUT2"; readonly level: 0 | 1 }
  /** SOUT changed. */
  | { readonly type: "serialOutput"; readonly level: 0 | 1 }
  /** A DMA request changed. */
  | { readonly type: "dmaReady"; readonly pin: "RXRDY" | "TXRDY"; readonly level: 0 | 1 };

/** Returns the byte that a write writes. */
export const written = (event: Uart16550Event): number => (event as WriteEvent).value;
