/**
 * Every transition of the serial chart: where it starts, its event, its guard, where it leads if it moves.
 * Written down so that none comes or goes unnoticed.
 */
import type { Revision } from "./steps.js";

const ALWAYS = `
divisorLatch read.LCR
divisorLatch read.SCR
divisorLatch write.SCR
divisorLatch write.FCR
divisorLatch write.LSR
divisorLatch write.MSR
divisorLatch read.unmapped
divisorLatch write.unmapped
divisorLatch.closed write.LCR [writeSetsDLAB] -> divisorLatch.open
divisorLatch.closed write.LCR
divisorLatch.closed read.IER_DLM
divisorLatch.closed write.IER_DLM
divisorLatch.open write.LCR [writeClearsDLAB] -> divisorLatch.closed
divisorLatch.open write.LCR
divisorLatch.open read.RBR_DLL
divisorLatch.open write.THR_DLL
divisorLatch.open read.IER_DLM
divisorLatch.open write.IER_DLM
loopback read.MCR
loopback.off write.MCR [writeSetsLOOP] -> loopback.on
loopback.off write.MCR
loopback.off write.THR_DLL [divisorLatchClosed]
loopback.off read.MSR
loopback.on write.MCR [writeClearsLOOP] -> loopback.off
loopback.on write.MCR
loopback.on read.MSR
loopback.on receive
thrEmptyInterrupt.disabled write.IER_DLM [writeEnablesThrEmpty] -> thrEmptyInterrupt.enabled
thrEmptyInterrupt.enabled write.IER_DLM [writeDisablesThrEmpty] -> thrEmptyInterrupt.disabled
receivedDataInterrupt.disabled write.IER_DLM [writeEnablesReceivedData] -> receivedDataInterrupt.enabled
receivedDataInterrupt.enabled write.IER_DLM [writeDisablesReceivedData] -> receivedDataInterrupt.disabled
receiveFifo read.LSR
receiveFifo.empty receive [externalCharactersFillFifo] -> receiveFifo.full
receiveFifo.empty receive [externalCharactersArrive] -> receiveFifo.holding
receiveFifo.empty write.THR_DLL [loopbackCharacterArrives] -> receiveFifo.holding
receiveFifo.empty read.RBR_DLL [divisorLatchClosed]
receiveFifo.holding receive [externalCharactersFillFifo] -> receiveFifo.full
receiveFifo.holding receive [externalCharactersArrive] -> receiveFifo.holding
receiveFifo.holding write.THR_DLL [loopbackCharacterFillsFifo] -> receiveFifo.full
receiveFifo.holding write.THR_DLL [loopbackCharacterArrives]
receiveFifo.holding read.RBR_DLL [readTakesLastCharacter] -> receiveFifo.empty
receiveFifo.holding read.RBR_DLL [divisorLatchClosed]
receiveFifo.full receive [externalCharactersArrive]
receiveFifo.full write.THR_DLL [loopbackCharacterArrives]
receiveFifo.full read.RBR_DLL [divisorLatchClosed] -> receiveFifo.holding
interruptIdentification read.IIR -> interruptIdentification.none
interruptIdentification.none write.THR_DLL [transmitRaisesThrEmpty] -> interruptIdentification.thrEmpty
interruptIdentification.none write.THR_DLL [loopbackRaisesReceivedData] -> interruptIdentification.receivedData
interruptIdentification.none receive [arrivalRaisesReceivedData] -> interruptIdentification.receivedData
interruptIdentification.none read.RBR_DLL [divisorLatchClosed]
interruptIdentification.thrEmpty write.THR_DLL [loopbackRaisesReceivedData] -> interruptIdentification.both
interruptIdentification.thrEmpty receive [arrivalRaisesReceivedData] -> interruptIdentification.both
interruptIdentification.thrEmpty restored [thrEmptyInterruptEnabled]
interruptIdentification.receivedData write.THR_DLL [transmitRaisesThrEmpty] -> interruptIdentification.both
interruptIdentification.receivedData read.RBR_DLL [divisorLatchClosed] -> interruptIdentification.none
interruptIdentification.receivedData restored [receivedDataInterruptEnabled]
interruptIdentification.both read.RBR_DLL [divisorLatchClosed] -> interruptIdentification.thrEmpty
interruptIdentification.both restored [bothInterruptsEnabled]
interruptIdentification.both restored [thrEmptyInterruptEnabled]
interruptIdentification.both restored [receivedDataInterruptEnabled]
`;

/** The transitions that only 0.8.2 has. */
const ON_IER_WRITE = `
interruptIdentification.none write.IER_DLM [writeRaisesBoth] -> interruptIdentification.both
interruptIdentification.none write.IER_DLM [writeEnablesThrEmpty] -> interruptIdentification.thrEmpty
interruptIdentification.none write.IER_DLM [writeRaisesReceivedData] -> interruptIdentification.receivedData
interruptIdentification.thrEmpty write.IER_DLM [writeRaisesReceivedData] -> interruptIdentification.both
interruptIdentification.receivedData write.IER_DLM [writeEnablesThrEmpty] -> interruptIdentification.both
`;

const lines = (text: string): string[] => text.trim().split("\n");

export const TRANSITIONS: Readonly<Record<Revision, readonly string[]>> = {
  "0.8.1": lines(ALWAYS),
  "0.8.2": [...lines(ALWAYS), ...lines(ON_IER_WRITE)],
};
