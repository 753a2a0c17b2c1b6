import { FCR, IER, type IIR_CODES, LSR, MCR, MSR } from "../../machines/index.js";
import type { Uart16550State } from "../device/index.js";
import type { Moment, Situation } from "./graph.js";

/** What the claims about `uart16550` ask of a moment. They look at registers and queues, not at how the chart has put them into states. */
export type At = Moment<Uart16550State>;
type Stands = Situation<Uart16550State>;

export const ERRORS = LSR.OE | LSR.PE | LSR.FE | LSR.BI;
const TRIGGERS_16 = [1, 4, 8, 14];
const TRIGGERS_64 = [1, 16, 32, 56];

export const fifosOn = ({ state }: Stands): boolean => (state.FCR & FCR.FIFO_ENABLE) !== 0;
export const queued = ({ state }: Stands): number => state.receiveFifo.length;
export const toSend = ({ state }: Stands): number => state.transmitFifo.length;
export const loops = ({ state }: Stands): boolean => (state.MCR & MCR.LOOP) !== 0;
export const shows = ({ state }: Stands, bits: number): boolean => (state.LSR & bits) !== 0;
/** Whether a character is in the shift register, also one that waits for the host. */
export const isSending = ({ state }: Stands): boolean => state.transmitFrame !== 0 || state.transmitWaits;

/** How many characters there is room for, each way. */
export const roomOf = (at: Stands): number => (fifosOn(at) ? (at.state.FCR & FCR.SIXTY_FOUR ? 64 : 16) : 1);

/** How many characters make received data available. */
export const triggerOf = (at: Stands): number => {
  const levels = at.state.FCR & FCR.SIXTY_FOUR ? TRIGGERS_64 : TRIGGERS_16;
  return fifosOn(at) ? (levels[(at.state.FCR & FCR.TRIGGER) >> 6] ?? 1) : 1;
};

/** A state of the chart: of a region, or within one. */
export const stateIn = ({ value }: Stands, region: string): unknown =>
  (value as Readonly<Record<string, unknown>>)[region];

/** The sources that are pending and enabled, the highest first; with `rdaOverCti` received data comes before the timeout. */
export function sourcesOf(at: Stands, rdaOverCti: boolean): (keyof typeof IIR_CODES)[] {
  const { IER: ier, LSR: lsr, MSR: msr, MCR: mcr, timeoutPending, thrEmptyPending } = at.state;
  const data = { RDA: queued(at) >= triggerOf(at), CTI: timeoutPending };
  const heeded = mcr & MCR.AFE ? MSR.DELTAS & ~MSR.DCTS : MSR.DELTAS;
  const sources = [
    ["RLS", (ier & IER.ELSI) !== 0 && (lsr & ERRORS) !== 0],
    ...(rdaOverCti ? (["RDA", "CTI"] as const) : (["CTI", "RDA"] as const)).map(
      (source) => [source, (ier & IER.ERBFI) !== 0 && data[source]] as const,
    ),
    ["THRE", (ier & IER.ETBEI) !== 0 && thrEmptyPending],
    ["MS", (ier & IER.EDSSI) !== 0 && (msr & heeded) !== 0],
  ] as const;
  return sources.filter(([, is]) => is).map(([source]) => source);
}

/** The cause that a region's name stands for. */
export const CAUSES: Readonly<Record<string, keyof typeof IIR_CODES>> = {
  none: "none",
  receiverLineStatus: "RLS",
  receivedData: "RDA",
  characterTimeout: "CTI",
  thrEmpty: "THRE",
  modemStatus: "MS",
};

/** A state without these fields. */
export const without = (
  { state }: Stands,
  ...fields: readonly (keyof Uart16550State)[]
): Partial<Uart16550State> => {
  const rest: Partial<Uart16550State> = { ...state };
  for (const field of fields) delete rest[field];
  return rest;
};
