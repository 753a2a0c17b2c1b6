import type { REGISTERS } from "../registers.js";

/** The driver is called. While it is at work only `interrupt` may come; what it is not ready for it ignores. */
export type LinuxDriverCall =
  /** It sets the part up. */
  | { readonly type: "start" }
  /** It sends a byte, 0 to 255, now or by and by. */
  | { readonly type: "send"; readonly value: number }
  /** It prints a byte, 0 to 255, before it returns. */
  | { readonly type: "print"; readonly value: number }
  /** A timer goes off, as it does now and then. */
  | { readonly type: "timer" }
  /** The processor takes its interrupt. */
  | { readonly type: "interrupt" };

/** The result of an access: of a read the byte, of a write 0. The handler's have a type of their own. */
export interface LinuxDriverResult {
  readonly type: "thread.result" | "handler.result";
  readonly value: number;
}

/** Everything that happens to the driver. */
export type LinuxDriverEvent = LinuxDriverCall | LinuxDriverResult;

/** An access that it makes: its result has to come before anything else but an interrupt. */
export type LinuxDriverAccess =
  | { readonly type: "read"; readonly register: keyof typeof REGISTERS; readonly offset: number }
  | {
      readonly type: "write";
      readonly register: keyof typeof REGISTERS;
      readonly offset: number;
      readonly value: number;
    };

/** Everything that leaves the driver. */
export type LinuxDriverEmission =
  | LinuxDriverAccess
  /** The processor takes no interrupts, or takes them again. */
  | { readonly type: "interrupts"; readonly on: boolean }
  /** The user gets a byte. */
  | { readonly type: "deliver"; readonly value: number }
  /** A call has ended. */
  | { readonly type: "return" };

/** Returns the byte of an event: one that was read, or is to be sent or printed. */
export const byteOf = (event: LinuxDriverEvent): number => (event as { value: number }).value;
