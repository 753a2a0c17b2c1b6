import { FCR, IER, LCR, MCR, REGISTERS } from "../../../machines/index.js";
import type { Chart, Uart16550State } from "../../device/index.js";
import type { Character, Input } from "../../journal/index.js";
import { CHARACTER, registerRead, registerWrite } from "../serial/scope.js";
import type { Scope } from "../space/scope.js";

const LONGEST_FIFO = 3;
/** Returns the ticks of a character at 9600 baud, with a start bit, eight data bits and a stop bit. */
const characterTicks = (clock: number): number => Math.ceil((clock * 10) / 9600);

const receiveInput = (character: Character): Input => ({ type: "receive", characters: [character] });
const modemInput = (on: boolean): Input => ({ type: "modem", cts: on, dsr: on, ri: !on, dcd: on });

const TIMELESS_INPUTS: readonly Input[] = [
  receiveInput(CHARACTER),
  ...[IER.ERBFI, IER.ETBEI, IER.ELSI, IER.EDSSI, IER.MASK, 0x00].map((enables) =>
    registerWrite("IER", enables),
  ),
  registerWrite("THR", CHARACTER),
  ...(["RBR", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const).map(registerRead),
  ...[
    FCR.FIFO_ENABLE,
    FCR.FIFO_ENABLE | FCR.TRIGGER,
    FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET,
    0x00,
  ].map((control) => registerWrite("FCR", control)),
  registerWrite("MCR", MCR.LOOP),
  registerWrite("MCR", MCR.DTR | MCR.RTS | MCR.OUT2),
  registerWrite("LCR", LCR.WLS),
  registerWrite("LCR", LCR.WLS | LCR.DLAB),
  registerWrite("SCR", 0x55),
  receiveInput({ value: CHARACTER, framing: true }),
  receiveInput({ value: 0, framing: true, break: true }),
  modemInput(false),
  modemInput(true),
  { type: "hold" },
  { type: "release" },
  { type: "reset" },
];

/**
 * Returns a scope for comparing parts: registers, characters with and without errors, the modem's lines, resets, and the time of one character
 * and of five, at 9600 baud. At most 3 characters are queued each way. It has far too many states to be explored completely.
 */
export function uart16550Scope({ clock }: Pick<Chart, "clock">): Scope<Uart16550State> {
  const tickCounts = [1, 5].map((characters) => characters * characterTicks(clock));
  return {
    name: `every register read and written at offsets 0 to ${REGISTERS.SCR.offset}, characters with and without errors, breaks, modem lines, host, reset, one and five character times, FIFOs 0 to ${LONGEST_FIFO}`,
    inputs: [...TIMELESS_INPUTS, ...tickCounts.map((ticks): Input => ({ type: "advance", ticks }))],
    within: ({ receiveFifo, transmitFifo }) =>
      receiveFifo.length <= LONGEST_FIFO && transmitFifo.length <= LONGEST_FIFO,
  };
}
