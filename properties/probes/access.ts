import type { RegisterName } from "../../machines/index.js";

/** One thing that a guest, or its surroundings, does to a UART. */
export type Access =
  /** A byte is written to a register. */
  | { readonly do: "write"; readonly register: RegisterName; readonly value: number }
  /** A register is read, and what it gave counts. */
  | { readonly do: "read"; readonly register: RegisterName }
  /** A register is read for what the read does. */
  | { readonly do: "skip"; readonly register: RegisterName }
  /** RBR is read as long as LSR says that there is something. */
  | { readonly do: "drain" }
  /** Bytes arrive: as many as the device's surroundings can give it. */
  | { readonly do: "receive"; readonly bytes: readonly number[] }
  /** RI changes its level. */
  | { readonly do: "ring"; readonly on: boolean }
  /** The state is saved as JSON, and goes on in another device. */
  | { readonly do: "restore" }
  /** Interrupts are counted from here on. */
  | { readonly do: "listen" };

/** The observations of a probe. */
export interface ProbeResult {
  /** The values of the reads that count, in order. */
  readonly read: readonly number[];
  /** The bytes drained. */
  readonly drained: readonly number[];
  /** The number of rises or triggers of the interrupt line since the last "listen". */
  readonly interrupts: number;
}

export const write = (register: RegisterName, value: number): Access => ({ do: "write", register, value });
export const read = (register: RegisterName): Access => ({ do: "read", register });
export const skip = (register: RegisterName): Access => ({ do: "skip", register });
export const receive = (...bytes: number[]): Access => ({ do: "receive", bytes });
export const ring = (on: boolean): Access => ({ do: "ring", on });
export const drain: Access = { do: "drain" };
export const restore: Access = { do: "restore" };
export const listen: Access = { do: "listen" };

/** Two hex digits. */
export const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, "0");

/** An access in a word or two: `IER=03`, `IIR?`. */
function inWords(probeAccess: Access): string {
  switch (probeAccess.do) {
    case "write":
      return `${probeAccess.register}=${hex(probeAccess.value)}`;
    case "read":
      return `${probeAccess.register}?`;
    case "skip":
      return probeAccess.register;
    case "drain":
      return "RBR… while DR";
    case "receive":
      return probeAccess.bytes.length === 1 ? "1 byte" : `${probeAccess.bytes.length} bytes`;
    case "ring":
      return probeAccess.on ? "RI↑" : "RI↓";
    case "restore":
      return "restore(save)";
    case "listen":
      return "INTR…";
  }
}

/** Accesses in words; the same one over and over is one with a count. */
export function listInWords(accesses: readonly Access[]): string {
  const groups: { words: string; times: number }[] = [];
  for (const words of accesses.map(inWords)) {
    const last = groups.at(-1);
    if (last?.words === words) last.times++;
    else groups.push({ words, times: 1 });
  }
  return groups.map(({ words, times }) => (times === 1 ? words : `${times}×(${words})`)).join(", ");
}
