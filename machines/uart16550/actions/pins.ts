import type { Uart16550Emission } from "../events.js";
import { uart16550Guards } from "../guards/index.js";
import { IIR_CODES } from "../readings.js";
import { data } from "./registers.js";

const { assign, emit } = uart16550Guards;

const give = (code: number) => emit(({ context }) => data(code | context.iirFifoBits));

/** One object for each thing that is told, so that telling it makes none. */
const tell = (emission: Uart16550Emission) => emit(Object.freeze(emission));

/** What the pins and IIR tell. */
export const pinActions = {
  giveIIRNone: give(IIR_CODES.none),
  giveIIRLineStatus: give(IIR_CODES.RLS),
  giveIIRReceivedData: give(IIR_CODES.RDA),
  giveIIRTimeout: give(IIR_CODES.CTI),
  giveIIRThrEmpty: give(IIR_CODES.THRE),
  giveIIRModemStatus: give(IIR_CODES.MS),
  identifyNone: tell({ type: "identified", cause: "none" }),
  identifyLineStatus: tell({ type: "identified", cause: "RLS" }),
  identifyReceivedData: tell({ type: "identified", cause: "RDA" }),
  identifyTimeout: tell({ type: "identified", cause: "CTI" }),
  identifyThrEmpty: tell({ type: "identified", cause: "THRE" }),
  identifyModemStatus: tell({ type: "identified", cause: "MS" }),
  lowerInterruptLine: tell({ type: "interruptLine", level: 0 }),
  raiseInterruptLine: tell({ type: "interruptLine", level: 1 }),

  assertDTR: tell({ type: "modemOutput", pin: "DTR", level: 1 }),
  releaseDTR: tell({ type: "modemOutput", pin: "DTR", level: 0 }),
  assertRTS: tell({ type: "modemOutput", pin: "RTS", level: 1 }),
  releaseRTS: tell({ type: "modemOutput", pin: "RTS", level: 0 }),
  assertOUT1: tell({ type: "modemOutput", pin: "OUT1", level: 1 }),
  releaseOUT1: tell({ type: "modemOutput", pin: "OUT1", level: 0 }),
  assertOUT2: tell({ type: "modemOutput", pin: "OUT2", level: 1 }),
  releaseOUT2: tell({ type: "modemOutput", pin: "OUT2", level: 0 }),

  markSOUT: tell({ type: "serialOutput", level: 1 }),
  spaceSOUT: tell({ type: "serialOutput", level: 0 }),
  assertRXRDY: tell({ type: "dmaReady", pin: "RXRDY", level: 1 }),
  releaseRXRDY: tell({ type: "dmaReady", pin: "RXRDY", level: 0 }),
  assertTXRDY: tell({ type: "dmaReady", pin: "TXRDY", level: 1 }),
  releaseTXRDY: tell({ type: "dmaReady", pin: "TXRDY", level: 0 }),
  keepRXRDYActive: assign({ receiveReady: true }),
  keepRXRDYInactive: assign({ receiveReady: false }),
  keepTXRDYActive: assign({ transmitReady: true }),
  keepTXRDYInactive: assign({ transmitReady: false }),
};
