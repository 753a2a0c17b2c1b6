import type { Uart16550Emission } from "../events.js";
import { IIR_CODES } from "../readings.js";
import { uart16550Types } from "../types.js";
import { data } from "./registers.js";

const { assign, emit } = uart16550Types;

const giveIIR = (code: number) => emit(data(({ context }) => code | context.iirFifoBits));

/** Emits always the same object, so that none is made. */
const emitAlways = (emission: Uart16550Emission) => emit(Object.freeze(emission));

/** The emissions of the pins and IIR. */
export const pinActions = {
  giveIIRNone: giveIIR(IIR_CODES.none),
  giveIIRLineStatus: giveIIR(IIR_CODES.RLS),
  giveIIRReceivedData: giveIIR(IIR_CODES.RDA),
  giveIIRTimeout: giveIIR(IIR_CODES.CTI),
  giveIIRThrEmpty: giveIIR(IIR_CODES.THRE),
  giveIIRModemStatus: giveIIR(IIR_CODES.MS),
  identifyNone: emitAlways({ type: "identified", cause: "none" }),
  identifyLineStatus: emitAlways({ type: "identified", cause: "RLS" }),
  identifyReceivedData: emitAlways({ type: "identified", cause: "RDA" }),
  identifyTimeout: emitAlways({ type: "identified", cause: "CTI" }),
  identifyThrEmpty: emitAlways({ type: "identified", cause: "THRE" }),
  identifyModemStatus: emitAlways({ type: "identified", cause: "MS" }),
  lowerInterruptLine: emitAlways({ type: "interruptLine", level: 0 }),
  raiseInterruptLine: emitAlways({ type: "interruptLine", level: 1 }),

  assertDTR: emitAlways({ type: "modemOutput", pin: "DTR", level: 1 }),
  releaseDTR: emitAlways({ type: "modemOutput", pin: "DTR", level: 0 }),
  assertRTS: emitAlways({ type: "modemOutput", pin: "RTS", level: 1 }),
  releaseRTS: emitAlways({ type: "modemOutput", pin: "RTS", level: 0 }),
  assertOUT1: emitAlways({ type: "modemOutput", pin: "OUT1", level: 1 }),
  releaseOUT1: emitAlways({ type: "modemOutput", pin: "OUT1", level: 0 }),
  assertOUT2: emitAlways({ type: "modemOutput", pin: "OUT2", level: 1 }),
  releaseOUT2: emitAlways({ type: "modemOutput", pin: "OUT2", level: 0 }),

  markSOUT: emitAlways({ type: "serialOutput", level: 1 }),
  spaceSOUT: emitAlways({ type: "serialOutput", level: 0 }),
  assertRXRDY: emitAlways({ type: "dmaReady", pin: "RXRDY", level: 1 }),
  releaseRXRDY: emitAlways({ type: "dmaReady", pin: "RXRDY", level: 0 }),
  assertTXRDY: emitAlways({ type: "dmaReady", pin: "TXRDY", level: 1 }),
  releaseTXRDY: emitAlways({ type: "dmaReady", pin: "TXRDY", level: 0 }),
  keepRXRDYActive: assign({ receiveReady: true }),
  keepRXRDYInactive: assign({ receiveReady: false }),
  keepTXRDYActive: assign({ transmitReady: true }),
  keepTXRDYInactive: assign({ transmitReady: false }),
};
