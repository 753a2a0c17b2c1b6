import { FCR, IER, LCR, MCR, REGISTERS } from "../../machines/index.js";
import type { Chart, Uart16550State } from "../device/index.js";
import type { Character, Input } from "../journal/index.js";
import type { Scope } from "./scope.js";
import { CHARACTER, reads, writes } from "./serial-scope.js";

const LONGEST = 3;
/** Ticks of a character at 9600 baud, with a start bit, eight data bits and a stop bit. */
const characterTicks = (clock: number): number => Math.ceil((clock * 10) / 9600);

const received = (character: Character): Input => ({ type: "receive", characters: [character] });
const modem = (on: boolean): Input => ({ type: "modem", cts: on, dsr: on, ri: !on, dcd: on });

const INPUTS: readonly Input[] = [
  received(CHARACTER),
  ...[IER.ERBFI, IER.ETBEI, IER.ELSI, IER.EDSSI, IER.MASK, 0x00].map((enables) => writes("IER", enables)),
  writes("THR", CHARACTER),
  ...(["RBR", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const).map(reads),
  ...[
    FCR.FIFO_ENABLE,
    FCR.FIFO_ENABLE | FCR.TRIGGER,
    FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET,
    0x00,
  ].map((control) => writes("FCR", control)),
  writes("MCR", MCR.LOOP),
  writes("MCR", MCR.DTR | MCR.RTS | MCR.OUT2),
  writes("LCR", LCR.WLS),
  writes("LCR", LCR.WLS | LCR.DLAB),
  writes("SCR", 0x55),
  received({ value: CHARACTER, framing: true }),
  received({ value: 0, framing: true, break: true }),
  modem(false),
  modem(true),
  { type: "hold" },
  { type: "release" },
  { type: "reset" },
];

/**
 * What is tried on a `uart16550`: registers, characters with and without errors, the modem's lines, resets, and the time of one character
 * and of five, at 9600 baud. At most 3 characters are queued each way. Far too much to be exhausted: it is there for comparing.
 */
export function uart16550Scope({ clock }: Pick<Chart, "clock">): Scope<Uart16550State> {
  const times = [1, 5].map((characters) => characters * characterTicks(clock));
  return {
    name: `every register read and written at offsets 0 to ${REGISTERS.SCR.offset}, characters with and without errors, breaks, modem lines, host, reset, one and five character times, FIFOs 0 to ${LONGEST}`,
    inputs: [...INPUTS, ...times.map((ticks): Input => ({ type: "advance", ticks }))],
    within: ({ receiveFifo, transmitFifo }) =>
      receiveFifo.length <= LONGEST && transmitFifo.length <= LONGEST,
  };
}
