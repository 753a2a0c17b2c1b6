import { FCR, IER, LCR, MCR } from "../../register-bits.js";
import type { BreakEvent, LineEvent } from "../events.js";
import { written } from "../events.js";
import { triggerField } from "../trigger-levels.js";
import { asksEvent } from "./asks.js";

const writesBits = (bitMask: number, value = bitMask) =>
  asksEvent(["value"], ({ event }) => (written(event) & bitMask) === value);

/** Guards that ask the event alone: mostly a bit that it writes, as states are those of before the write. */
export const eventGuards = {
  writeSetsDLAB: writesBits(LCR.DLAB),
  writeSetsBreak: writesBits(LCR.BREAK),

  writeSetsERBFI: writesBits(IER.ERBFI),
  writeSetsETBEI: writesBits(IER.ETBEI),
  writeSetsELSI: writesBits(IER.ELSI),
  writeSetsEDSSI: writesBits(IER.EDSSI),

  writeSetsLOOP: writesBits(MCR.LOOP),
  writeSetsRTS: writesBits(MCR.RTS),
  writeSetsAFE: writesBits(MCR.AFE),
  writeAssertsDTR: writesBits(MCR.DTR | MCR.LOOP, MCR.DTR),
  writeAssertsRTS: writesBits(MCR.RTS | MCR.LOOP, MCR.RTS),
  writeAssertsOUT1: writesBits(MCR.OUT1 | MCR.LOOP, MCR.OUT1),
  writeAssertsOUT2: writesBits(MCR.OUT2 | MCR.LOOP, MCR.OUT2),

  writeEnablesFifos: writesBits(FCR.FIFO_ENABLE),
  writeResetsReceive: writesBits(FCR.RX_RESET),
  writeResetsTransmit: writesBits(FCR.TX_RESET),
  writeSetsDmaMode: writesBits(FCR.DMA_MODE),
  writeSets64Bytes: writesBits(FCR.SIXTY_FOUR),
  writeSelectsLevel0: writesBits(FCR.TRIGGER, triggerField(0)),
  writeSelectsLevel1: writesBits(FCR.TRIGGER, triggerField(1)),
  writeSelectsLevel2: writesBits(FCR.TRIGGER, triggerField(2)),

  lineMarks: asksEvent(["level"], ({ event }) => (event as LineEvent).level === 1),
  breakBegins: asksEvent(["on"], ({ event }) => (event as BreakEvent).on),
};
