import { uart16550Setup } from "./actions/index.js";
import { initialContext } from "./context.js";
import { pc16550d } from "./presets.js";
import { baudClock } from "./regions/baud-clock.js";
import { characterTimeout } from "./regions/character-timeout.js";
import { divisorLatch } from "./regions/divisor-latch.js";
import { dmaMode, fifoMode, triggerLevel } from "./regions/fifo-control.js";
import {
  lineStatusInterrupt,
  modemStatusInterrupt,
  receivedDataInterrupt,
  thrEmptyInterrupt,
} from "./regions/interrupt-enables.js";
import { interruptIdentification, interruptLine } from "./regions/interrupts.js";
import { errorInFifo, lineStatus } from "./regions/line-status.js";
import { autoFlow, breakControl, hostOutput, loopback } from "./regions/mode-bits.js";
import { modemSampling, modemStatus } from "./regions/modem-status.js";
import { DTR, OUT1, OUT2, RTS } from "./regions/outputs.js";
import { receiveReady, serialOutput, transmitReady } from "./regions/pins.js";
import { receiveFifo } from "./regions/receive-fifo.js";
import { receiver, serialInput } from "./regions/receiver.js";
import { transmitFifo } from "./regions/transmit-fifo.js";
import { transmitter } from "./regions/transmitter.js";

/**
 * The whole 16550 as a statechart: the PC16550D, and by its options the parts before and after it.
 *
 * Its regions stand in the order of their side effects. An event moves those that it concerns; then characters move on, from the
 * transmit FIFO to the shift register and from the receiver to its FIFO; then the pins and IIR follow.
 */
export const uart16550Machine = uart16550Setup.createMachine({
  id: "uart16550",
  version: "1",
  description: "PC16550D",
  meta: { rules: ["D1", "I17"] },
  context: ({ input }) => initialContext(input ?? pc16550d),
  type: "parallel",
  states: {
    divisorLatch,
    fifoMode,
    baudClock,
    triggerLevel,
    dmaMode,
    loopback,
    breakControl,
    autoFlow,
    lineStatusInterrupt,
    receivedDataInterrupt,
    thrEmptyInterrupt,
    modemStatusInterrupt,
    hostOutput,
    serialInput,
    receiver,
    transmitter,
    transmitFifo,
    receiveFifo,
    lineStatus,
    errorInFifo,
    characterTimeout,
    modemStatus,
    modemSampling,
    DTR,
    RTS,
    OUT1,
    OUT2,
    serialOutput,
    receiveReady,
    transmitReady,
    interruptIdentification,
    interruptLine,
  },
});

/** An XState machine that behaves as a 16550. */
export type Uart16550Machine = typeof uart16550Machine;
