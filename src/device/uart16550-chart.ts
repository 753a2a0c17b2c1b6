import {
  causeOf,
  FCR,
  fifoSizeOf,
  IIR,
  IIR_CODES,
  initialContext,
  LCR,
  MCR,
  readingOfIIR,
  readingOfLSR,
  readingOfMSR,
  readingOfRBR,
  ticksAtOnce,
  ticksUntilDue,
  UART16550_RULES,
  type Uart16550Context,
  type Uart16550Machine,
  type Uart16550Options,
  type Uart16550Preset,
  uart16550Machine,
  uart16550StateValue,
} from "../../machines/index.js";
import { checkMachine } from "./check-machine.js";
import type { Chart, RegisterView } from "./device.js";
import { UART16550_EMISSION_KINDS } from "./effects.js";
import { INPUT_TYPES } from "./input.js";
import { uart16550Options } from "./uart16550-options.js";
import { uart16550Source } from "./uart16550-source.js";
import { contextOfUart16550, stateOfUart16550, type Uart16550State } from "./uart16550-state.js";

type ChartContext = Uart16550Context;

const STORED_REGISTERS = ["DLL", "DLM", "IER", "FCR", "LCR", "MCR"] as const;

const registers: readonly RegisterView<Uart16550Context>[] = [
  { name: "RBR", value: readingOfRBR },
  { name: "IIR", value: readingOfIIR, bits: iirInWords },
  { name: "LSR", value: readingOfLSR },
  { name: "MSR", value: readingOfMSR },
  { name: "SCR", value: ({ SCR, options }: ChartContext) => (options.scratchRegister ? SCR : 0xff) },
  ...STORED_REGISTERS.map((name) => ({ name, value: (context: ChartContext) => context[name] })),
];

/** The register that details each cause of the interrupt. */
const CAUSE_REGISTERS = { RLS: "LSR", RDA: "LSR", CTI: "LSR", THRE: "LSR", MS: "MSR" } as const;

/** Bits 7 and 6 in words: of the first 16550 bit 7 alone is set. */
const FIFO_WORDS: Readonly<Record<number, string>> = { [IIR.FIFOS]: "|FIFOS", 128: "|FIFOS=2" };

/** Describes IIR: its low half is a code, not bits. Bit 5 says, as in FCR, that the FIFOs hold 64 characters. */
function iirInWords(iir: number): string {
  const cause = Object.entries(IIR_CODES).find(([, code]) => code === (iir & 0x0f))?.[0] ?? "none";
  return `${cause}${FIFO_WORDS[iir & IIR.FIFOS] ?? ""}${iir & FCR.SIXTY_FOUR ? "|SIXTY_FOUR" : ""}`;
}

/** Returns true if characters from outside reach the receiver: not during a break, nor in loopback where that disconnects SIN. */
const outsideReaches = ({ awaitingMark, MCR: modemControl, options }: ChartContext): boolean =>
  !awaitingMark && ((modemControl & MCR.LOOP) === 0 || !options.loopbackDisconnectsSIN);

/**
 * Returns the chart of the whole 16550.
 *
 * @param part - a preset by its name, or options of which those left out are `pc16550d`'s.
 * @param machine - in place of `uart16550Machine`: it runs from a table, as no code has been generated for it.
 * @throws RangeError or TypeError that names the preset or option that cannot be.
 */
export function uart16550Chart(
  part: Uart16550Preset | Partial<Uart16550Options> = "pc16550d",
  machine: Uart16550Machine = uart16550Machine,
): Chart<Uart16550Machine, Uart16550State> {
  const options = uart16550Options(part);
  checkMachine(machine);
  const resolve = (state: unknown) => {
    const context = contextOfUart16550(options, state);
    return { value: uart16550StateValue(context), context };
  };
  return {
    id: "uart16550",
    machine,
    ...(machine === uart16550Machine ? { source: uart16550Source() } : {}),
    options: { ...options },
    clock: options.clock,
    interrupt: "level",
    registers,
    rules: UART16550_RULES,
    inputs: INPUT_TYPES,
    kinds: UART16550_EMISSION_KINDS,
    characters: "marked",
    initial: stateOfUart16550(initialContext(options)),
    capacityOf: (context: ChartContext) =>
      outsideReaches(context) ? fifoSizeOf(context) - context.receiveFifo.length : 0,
    divisorLatchOpen: ({ LCR: lineControl }: ChartContext) => (lineControl & LCR.DLAB) !== 0,
    ticksUntilDue,
    // Another machine may count other bits.
    ...(machine === uart16550Machine ? { ticksAtOnce } : {}),
    characterTicks: ({ characterTicks }: ChartContext) => characterTicks,
    causeOf,
    levelOf: (context: ChartContext) => (uart16550StateValue(context).interruptLine === "high" ? 1 : 0),
    causeRegisters: CAUSE_REGISTERS,
    stateOf: stateOfUart16550,
    snapshotOf: (state) => machine.resolveState(resolve(state)),
    resolve,
  };
}
