import { FCR, IER, LCR, MCR, MSR } from "../../machines/index.js";
import type { ProbePort } from "./probe-port.js";
import { sizeFifo } from "./size-fifo.js";

/** Linux's name of a part; "unknown" is no UART. */
export type Part =
  | "unknown"
  | "8250"
  | "16450"
  | "16550"
  | "16550A"
  | "16650"
  | "16650V2"
  | "16654"
  | "Motorola DUART"
  | "NS16550A"
  | "16750"
  | "XScale";

/** LCR values behind which some parts keep more registers, at the offset of IIR. */
const CONF_MODE_A = LCR.DLAB;
const CONF_MODE_B = 0xbf;
const NATSEMI_BANK = 0xe0;

/** IIR bits 7 to 5. */
const ID = 0xe0;
const ID_16550A = 0xc0;
const ID_64_BYTE = 0xe0;

/** IER bit 6, which XScale's UART has. */
const UUE = 0x40;

/** Detects the part as Linux's `autoconfig` does. */
export function autoconfig(port: ProbePort): Part {
  if (!hasInterruptEnable(port)) return "unknown";
  const mcr = port.read("MCR");
  const lcr = port.read("LCR");
  port.write("MCR", MCR.LOOP | MCR.OUT2 | MCR.RTS);
  const lines = port.read("MSR") & ~MSR.DELTAS;
  port.write("MCR", mcr);
  if (lines !== (MSR.DCD | MSR.CTS)) return "unknown";
  const part = detectClass(port);
  port.write("LCR", lcr);
  if (part === "unknown") return part;
  port.write("MCR", mcr);
  clearFifos(port);
  port.read("RBR");
  port.write("IER", 0);
  return part;
}

/** Clears the FIFOs and turns them off, as Linux's `serial8250_clear_fifos` does. */
export function clearFifos(port: ProbePort): void {
  port.write("FCR", FCR.FIFO_ENABLE);
  port.write("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET);
  port.write("FCR", 0);
}

/** True if there is an IER, a register that stores four bits. */
function hasInterruptEnable(port: ProbePort): boolean {
  const saved = port.read("IER");
  port.write("IER", 0);
  const none = port.read("IER") & IER.MASK;
  port.write("IER", IER.MASK);
  const all = port.read("IER") & IER.MASK;
  port.write("IER", saved);
  return none === 0 && all === IER.MASK;
}

function detectClass(port: ProbePort): Part {
  port.write("LCR", CONF_MODE_B);
  port.write("FCR", 0); // EFR, where there is one
  port.write("LCR", 0);
  port.write("FCR", FCR.FIFO_ENABLE);
  switch (port.read("IIR") >> 6) {
    case 0:
      return hasScratch(port) ? "16450" : "8250";
    case 2:
      return "16550";
    case 3:
      return kindOf16550A(port);
    default:
      return "unknown";
  }
}

function hasScratch(port: ProbePort): boolean {
  const saved = port.read("SCR");
  const isStored = [0xa5, 0x5a].every((value) => {
    port.write("SCR", value);
    return port.read("SCR") === value;
  });
  port.write("SCR", saved);
  return isStored;
}

function kindOf16550A(port: ProbePort): Part {
  port.write("LCR", CONF_MODE_A);
  if (port.read("IIR") === 0) return efrBehindDlab(port);
  port.write("LCR", CONF_MODE_B);
  // Linux distinguishes more parts with an EFR; none of ours has one.
  if (port.read("IIR") === 0) return sizeFifo(port) === 64 ? "16654" : "16650V2";
  if (isNatSemi(port)) return "NS16550A";
  if (is16750(port)) return "16750";
  return hasUartUnitEnable(port) ? "XScale" : "16550A";
}

function efrBehindDlab(port: ProbePort): Part {
  port.write("FCR", 0xa8); // EFR
  return port.read("IIR") === 0 ? "Motorola DUART" : "16650";
}

/** True if the register at offset 2 behind LCR=E0 follows MCR's LOOP bit, as EXCR1 of National's SuperIO does. */
function isNatSemi(port: ProbePort): boolean {
  port.write("LCR", 0);
  const mcr = port.read("MCR");
  port.write("LCR", NATSEMI_BANK);
  if ((port.read("IIR") ^ mcr) & MCR.LOOP) return false;
  port.write("LCR", 0);
  port.write("MCR", mcr ^ MCR.LOOP);
  port.write("LCR", NATSEMI_BANK);
  const bank = port.read("IIR");
  port.write("LCR", 0);
  port.write("MCR", mcr);
  return ((bank ^ mcr) & MCR.LOOP) !== 0;
}

/** True if the 64-byte mode can be enabled with DLAB set, and only then: cheap clones always enable it. */
function is16750(port: ProbePort): boolean {
  const idIn64ByteMode = (lcr: number): number => {
    port.write("LCR", lcr);
    port.write("FCR", FCR.FIFO_ENABLE | FCR.SIXTY_FOUR);
    const id = port.read("IIR") & ID;
    port.write("FCR", FCR.FIFO_ENABLE);
    return id;
  };
  const closed = idIn64ByteMode(0);
  const open = idIn64ByteMode(LCR.DLAB);
  port.write("LCR", 0);
  return closed === ID_16550A && open === ID_64_BYTE;
}

function hasUartUnitEnable(port: ProbePort): boolean {
  const saved = port.read("IER");
  port.write("IER", saved & ~UUE);
  const cleared = (port.read("IER") & UUE) === 0;
  port.write("IER", saved | UUE);
  const set = (port.read("IER") & UUE) !== 0;
  port.write("IER", saved);
  return cleared && set;
}
