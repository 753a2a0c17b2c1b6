import { Serial, Uart16550 } from "../../src/device/index.js";
import type { Uart } from "../../src/guests/host/index.js";

/** The devices that a real guest is tried on. */
export const DEVICES = {
  "serial 0.8.2": () => new Serial({ journal: "all" }),
  "uart16550, instant transmit": () => new Uart16550({ preset: "qemu", journal: "all" }),
  "uart16550, timed transmit": () => new Uart16550({ preset: "pc16550d", journal: "all" }),
} satisfies Record<string, () => Uart>;

/** The device whose bug this is about. */
export const serial081 = (): Serial => new Serial({ revision: "0.8.1", journal: "all" });
