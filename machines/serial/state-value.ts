import { IER, IIR, LCR, MCR } from "../register-bits.js";
import { FIFO_SIZE, type SerialContext } from "./context.js";

/** The state of each region of `serial`, in the chart's order. */
export type SerialStateValue = {
  readonly divisorLatch: "closed" | "open";
  readonly loopback: "off" | "on";
  readonly thrEmptyInterrupt: "disabled" | "enabled";
  readonly receivedDataInterrupt: "disabled" | "enabled";
  readonly receiveFifo: "empty" | "holding" | "full";
  readonly interruptIdentification: "none" | "thrEmpty" | "receivedData" | "both";
};

const IDENTIFICATIONS: Readonly<Record<number, SerialStateValue["interruptIdentification"]>> = {
  [IIR.THRE]: "thrEmpty",
  [IIR.RDA]: "receivedData",
  [IIR.THRE | IIR.RDA]: "both",
};

/**
 * Returns the regions' states that these registers stand for: every region is a function of the registers.
 * A state value is made here and nowhere else.
 */
export function serialStateValue(context: SerialContext): SerialStateValue {
  const queued = context.receiveFifo.length;
  return {
    divisorLatch: context.LCR & LCR.DLAB ? "open" : "closed",
    loopback: context.MCR & MCR.LOOP ? "on" : "off",
    thrEmptyInterrupt: context.IER & IER.ETBEI ? "enabled" : "disabled",
    receivedDataInterrupt: context.IER & IER.ERBFI ? "enabled" : "disabled",
    receiveFifo: queued === 0 ? "empty" : queued < FIFO_SIZE ? "holding" : "full",
    interruptIdentification: IDENTIFICATIONS[context.IIR & (IIR.THRE | IIR.RDA)] ?? "none",
  };
}
