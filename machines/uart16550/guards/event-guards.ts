import { FCR, IER, LCR, MCR } from "../../registers.js";
import type { BreakEvent, LineEvent, Uart16550Event } from "../events.js";
import { written } from "../events.js";

type Question = ({ event }: { readonly event: Uart16550Event }) => boolean;

const writes =
  (mask: number, value = mask): Question =>
  ({ event }) =>
    (written(event) & mask) === value;

/** What a transition asks of the event: mostly of a bit that it writes, as a state is that of before the write. */
export const eventGuards = {
  writeSetsDLAB: writes(LCR.DLAB),
  writeSetsBreak: writes(LCR.BREAK),

  writeSetsERBFI: writes(IER.ERBFI),
  writeSetsETBEI: writes(IER.ETBEI),
  writeSetsELSI: writes(IER.ELSI),
  writeSetsEDSSI: writes(IER.EDSSI),

  writeSetsLOOP: writes(MCR.LOOP),
  writeSetsRTS: writes(MCR.RTS),
  writeSetsAFE: writes(MCR.AFE),
  writeAssertsDTR: writes(MCR.DTR | MCR.LOOP, MCR.DTR),
  writeAssertsRTS: writes(MCR.RTS | MCR.LOOP, MCR.RTS),
  writeAssertsOUT1: writes(MCR.OUT1 | MCR.LOOP, MCR.OUT1),
  writeAssertsOUT2: writes(MCR.OUT2 | MCR.LOOP, MCR.OUT2),

  writeEnablesFifos: writes(FCR.FIFO_ENABLE),
  writeResetsReceive: writes(FCR.RX_RESET),
  writeResetsTransmit: writes(FCR.TX_RESET),
  writeSetsDmaMode: writes(FCR.DMA_MODE),
  writeSets64Bytes: writes(FCR.SIXTY_FOUR),
  writeSelectsLevel0: writes(FCR.TRIGGER, 0x00),
  writeSelectsLevel1: writes(FCR.TRIGGER, 0x40),
  writeSelectsLevel2: writes(FCR.TRIGGER, 0x80),

  lineMarks: ({ event }: { readonly event: Uart16550Event }) => (event as LineEvent).level === 1,
  breakBegins: ({ event }: { readonly event: Uart16550Event }) => (event as BreakEvent).on,
};
