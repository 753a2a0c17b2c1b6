/**
 * One step on a serial device and what it did: what the recorded traces, the generated sequences, the reference model and the
 * product's harness have in common.
 */

export type Revision = "0.8.1" | "0.8.2";
export const REVISIONS: readonly Revision[] = ["0.8.1", "0.8.2"];

/** The ten fields of vm-superio's SerialState. */
export interface RegisterState {
  baudDivisorLow: number;
  baudDivisorHigh: number;
  interruptEnable: number;
  interruptIdentification: number;
  lineControl: number;
  lineStatus: number;
  modemControl: number;
  modemStatus: number;
  scratch: number;
  inBuffer: number[];
}

type OutFault =
  | "write-error"
  | "write-zero"
  | "flush-error"
  | "write-interrupted"
  | "write-interrupted-then-error"
  | "flush-interrupted";

/** Armed for one step: how the writer fails, and which call of the trigger fails, counted from 0. */
export interface Fault {
  readonly out?: OutFault | undefined;
  readonly trigger?: number | undefined;
}

export type SerialStep =
  | {
      readonly op: "write";
      readonly offset: number;
      readonly value: number;
      readonly fault?: Fault | undefined;
    }
  | { readonly op: "read"; readonly offset: number; readonly fault?: Fault | undefined }
  | { readonly op: "enqueue"; readonly bytes: readonly number[]; readonly fault?: Fault | undefined }
  | { readonly op: "capacity" }
  | { readonly op: "state" }
  | { readonly op: "save"; readonly slot: number }
  /** Restores `from`; or else what was saved in `slot`, and the default state if nothing was. */
  | {
      readonly op: "restore";
      readonly from?: RegisterState | undefined;
      readonly slot?: number | undefined;
      readonly fault?: Fault | undefined;
    };

/** The `kind` is Rust's io::ErrorKind. */
export type Outcome =
  | { ok: true }
  | { value: number }
  | { count: number }
  | { error: "Trigger" | "FullFifo" }
  | { error: "IOError"; kind: string };

export interface Observation {
  outcome: Outcome;
  /** Calls of the trigger, failing ones included. */
  triggers: number;
  /** Bytes that the writer took. */
  output: number[];
  /** SerialEvents in order, by vm-superio's names. */
  events: string[];
  /** Every side effect in order, a letter each; vectors/README.md has the letters. */
  effects: string;
  state: RegisterState;
}

export interface Subject {
  step(serialStep: SerialStep): Observation;
}

export const DEFAULT_STATE: Readonly<RegisterState> = {
  baudDivisorLow: 0x0c,
  baudDivisorHigh: 0x00,
  interruptEnable: 0x00,
  interruptIdentification: 0x01,
  lineControl: 0x03,
  lineStatus: 0x60,
  modemControl: 0x08,
  modemStatus: 0xb0,
  scratch: 0x00,
  inBuffer: [],
};

export function copyState(registers: RegisterState): RegisterState {
  return { ...registers, inBuffer: [...registers.inBuffer] };
}
