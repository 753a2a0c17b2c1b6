import { loopedOutputs } from "../looped-outputs.js";
import { FCR as FIFO_CONTROL, LSR, MCR } from "../register-bits.js";
import { CHARACTER_DATA, type Uart16550Context } from "./context.js";
import type { Uart16550Cause } from "./events.js";
import { uart16550StateValue } from "./state-value.js";

/** IIR's bits 3 to 0, by cause (PC16550D, 8.6). */
export const IIR_CODES: Readonly<Record<Uart16550Cause | "none", number>> = {
  none: 0x01,
  RLS: 0x06,
  RDA: 0x04,
  CTI: 0x0c,
  THRE: 0x02,
  MS: 0x00,
};

const CAUSES = {
  none: "none",
  receiverLineStatus: "RLS",
  receivedData: "RDA",
  characterTimeout: "CTI",
  thrEmpty: "THRE",
  modemStatus: "MS",
} as const;

/** Returns the cause that IIR reports: the highest source that is pending and enabled. */
export const causeOf = (context: Uart16550Context): Uart16550Cause | "none" =>
  CAUSES[uart16550StateValue(context).interruptIdentification];

/** Returns the byte of a read of IIR, 0 to 255. */
export const readingOfIIR = (context: Uart16550Context): number =>
  IIR_CODES[causeOf(context)] | context.iirFifoBits;

/** Returns the byte of a read of LSR, 0 to 255: DR and TEMT show the state of the queues. */
export const readingOfLSR = ({
  LSR: storedLSR,
  receiveFifo,
  transmitFifo,
  transmitFrame,
  transmitWaits,
}: Uart16550Context): number =>
  storedLSR |
  (LSR.DR * Number(receiveFifo.length > 0)) |
  (LSR.TEMT * Number(transmitFifo.length === 0 && transmitFrame === 0 && !transmitWaits));

/** Returns the byte of a read of MSR, 0 to 255; of an emulation that samples the modem inputs, that of the last sample. */
export const readingOfMSR = ({ MSR, MCR: mcr, options }: Uart16550Context): number =>
  mcr & MCR.LOOP && !options.loopbackHasDeltas ? loopedOutputs(mcr) : MSR;

/** Returns the byte of a read of RBR when nothing is received (A6). */
const readingOfNothing = ({ options, FCR, RBR, lastRead }: Uart16550Context): number =>
  ({ last: lastRead, zero: FCR & FIFO_CONTROL.FIFO_ENABLE ? 0x00 : RBR, ones: 0xff })[options.emptyReadGives];

/** Returns the byte of a read of RBR, 0 to 255. */
export const readingOfRBR = (context: Uart16550Context): number =>
  context.receiveFifo.length > 0 ? context.receiveFifo.front & CHARACTER_DATA : readingOfNothing(context);
