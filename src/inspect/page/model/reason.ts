/** The kinds of reasons for which an interrupt does not come, or a register does not show what was expected. */
export type ReasonKind =
  | "pending"
  | "masked"
  | "lost"
  | "not kept"
  | "OUT2"
  | "loopback"
  | "DLAB"
  | "trigger level"
  | "timeout not yet"
  | "identified already"
  | "host holds"
  | "no source";

/** The kinds by the region whose state is missing. */
export const KINDS_BY_REGION: Readonly<Record<string, ReasonKind>> = {
  ...{ lineStatusInterrupt: "masked", receivedDataInterrupt: "masked" },
  ...{ thrEmptyInterrupt: "masked", modemStatusInterrupt: "masked" },
  ...{ OUT2: "OUT2", loopback: "loopback", divisorLatch: "DLAB", characterTimeout: "timeout not yet" },
  ...{ interruptIdentification: "identified already", hostOutput: "host holds" },
};

/** A reason for which an interrupt does not come, or a register does not show what was expected. */
export interface Reason {
  readonly kind: ReasonKind;
  /** The reason as a sentence, in the words of the chart. */
  readonly sentence: string;
  /** The row of the entry that decides it, if there is one. */
  readonly rowIndex?: number;
  /** The rules of the transition or state. */
  readonly rules: readonly string[];
}
