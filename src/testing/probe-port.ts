import { REGISTERS, type RegisterName } from "../../machines/index.js";
import type { Device } from "../device/index.js";

/** The access of Linux's probe to a UART: its registers, and a clock for delays. */
export interface ProbePort {
  read(register: RegisterName): number;
  write(register: RegisterName, value: number): void;
  /** Lets time pass. */
  wait(microseconds: number): void;
}

/** Creates the probe's access to a device. A wait is rounded up to whole ticks. */
export const probePort = (device: Device): ProbePort => ({
  read: (register) => device.read(REGISTERS[register].offset),
  write: (register, value) => device.write(REGISTERS[register].offset, value),
  wait: (microseconds) => device.advance(Math.ceil((microseconds * device.chart.clock) / 1e6)),
});
