import type { RegisterState } from "./steps.js";

/** The chart's regions in document order, each with its states. */
export const REGIONS = {
  divisorLatch: ["closed", "open"],
  loopback: ["off", "on"],
  thrEmptyInterrupt: ["disabled", "enabled"],
  receivedDataInterrupt: ["disabled", "enabled"],
  receiveFifo: ["empty", "holding", "full"],
  interruptIdentification: ["none", "thrEmpty", "receivedData", "both"],
} as const;

/**
 * The state of every region as the design has it, from the registers alone: LCR.7, MCR.4, IER.1, IER.0, the number of queued
 * bytes (0, 1 to 63, 64), IIR bits 2 and 1. Its keys stand in document order, for emissions follow that order.
 */
export function regionsOf(registers: RegisterState): Record<keyof typeof REGIONS, string> {
  const bit = (register: number, index: number): boolean => Math.floor(register / 2 ** index) % 2 === 1;
  const queued = registers.inBuffer.length;
  const thrEmpty = bit(registers.interruptIdentification, 1);
  const receivedData = bit(registers.interruptIdentification, 2);
  return {
    divisorLatch: bit(registers.lineControl, 7) ? "open" : "closed",
    loopback: bit(registers.modemControl, 4) ? "on" : "off",
    thrEmptyInterrupt: bit(registers.interruptEnable, 1) ? "enabled" : "disabled",
    receivedDataInterrupt: bit(registers.interruptEnable, 0) ? "enabled" : "disabled",
    receiveFifo: queued === 0 ? "empty" : queued === 64 ? "full" : "holding",
    interruptIdentification:
      thrEmpty && receivedData ? "both" : thrEmpty ? "thrEmpty" : receivedData ? "receivedData" : "none",
  };
}
