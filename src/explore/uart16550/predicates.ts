import { FCR, IER, type IIR_CODES, LSR, MCR, MSR } from "../../../machines/index.js";
import type { Uart16550State } from "../../device/index.js";
import type { DeviceState, ReachedState } from "../space/types.js";

/** A reached state of `uart16550`. The predicates below read registers and queues, and not the chart's states, wherever they can. */
export type ReachedUart = ReachedState<Uart16550State>;
type UartState = DeviceState<Uart16550State>;

export const LINE_ERRORS = LSR.ERRORS;
const TRIGGERS_16 = [1, 4, 8, 14];
const TRIGGERS_64 = [1, 16, 32, 56];

export const hasFifosOn = ({ state }: UartState): boolean => (state.FCR & FCR.FIFO_ENABLE) !== 0;
export const receivedCount = ({ state }: UartState): number => state.receiveFifo.length;
export const transmitCount = ({ state }: UartState): number => state.transmitFifo.length;
export const isLoopedBack = ({ state }: UartState): boolean => (state.MCR & MCR.LOOP) !== 0;
export const hasLineStatus = ({ state }: UartState, bits: number): boolean => (state.LSR & bits) !== 0;
/** Returns true if a character is in the shift register, also one that waits for the host. */
export const isSending = ({ state }: UartState): boolean => state.transmitFrame !== 0 || state.transmitWaits;

/** Returns the capacity of the FIFOs, 1 if they are off. */
export const fifoCapacity = (current: UartState): number =>
  hasFifosOn(current) ? (current.state.FCR & FCR.SIXTY_FOUR ? 64 : 16) : 1;

/** Returns the number of characters that make received data available. */
export const triggerLevelOf = (current: UartState): number => {
  const triggerLevels = current.state.FCR & FCR.SIXTY_FOUR ? TRIGGERS_64 : TRIGGERS_16;
  return hasFifosOn(current) ? (triggerLevels[(current.state.FCR & FCR.TRIGGER) >> 6] ?? 1) : 1;
};

/** Returns the state value of a region. */
export const regionState = ({ value }: UartState, regionName: string): unknown =>
  (value as Readonly<Record<string, unknown>>)[regionName];

/** Returns the sources that are pending and enabled, the highest first; with `receivedDataBeforeTimeout` received data comes before the timeout. */
export function pendingSources(
  current: UartState,
  receivedDataBeforeTimeout: boolean,
): (keyof typeof IIR_CODES)[] {
  const { IER: ier, LSR: lsr, MSR: msr, MCR: mcr, timeoutPending, thrEmptyPending } = current.state;
  const hasData = { RDA: receivedCount(current) >= triggerLevelOf(current), CTI: timeoutPending };
  const heededDeltas = mcr & MCR.AFE ? MSR.DELTAS & ~MSR.DCTS : MSR.DELTAS;
  const sources = [
    ["RLS", (ier & IER.ELSI) !== 0 && (lsr & LINE_ERRORS) !== 0],
    ...(receivedDataBeforeTimeout ? (["RDA", "CTI"] as const) : (["CTI", "RDA"] as const)).map(
      (source) => [source, (ier & IER.ERBFI) !== 0 && hasData[source]] as const,
    ),
    ["THRE", (ier & IER.ETBEI) !== 0 && thrEmptyPending],
    ["MS", (ier & IER.EDSSI) !== 0 && (msr & heededDeltas) !== 0],
  ] as const;
  return sources.filter(([, isPending]) => isPending).map(([source]) => source);
}

/** By state of interruptIdentification: the cause. */
export const CAUSE_BY_STATE: Readonly<Record<string, keyof typeof IIR_CODES>> = {
  none: "none",
  receiverLineStatus: "RLS",
  receivedData: "RDA",
  characterTimeout: "CTI",
  thrEmpty: "THRE",
  modemStatus: "MS",
};

/** Returns a state without these fields. */
export const stateWithout = (
  { state }: UartState,
  ...omittedFields: readonly (keyof Uart16550State)[]
): Partial<Uart16550State> => {
  const remainingState: Partial<Uart16550State> = { ...state };
  for (const fieldName of omittedFields) delete remainingState[fieldName];
  return remainingState;
};
