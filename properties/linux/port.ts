import type { RegisterName } from "../../machines/index.js";
import { REGISTERS } from "../../machines/index.js";
import { Serial, Uart16550 } from "../../src/device/index.js";

/** What a driver has of a UART: its registers, and a clock to wait by. */
export interface Port {
  read(register: RegisterName): number;
  write(register: RegisterName, value: number): void;
  /** Lets time pass. */
  wait(microseconds: number): void;
}

/** A device as a driver has it. A wait is rounded up to whole ticks. */
export const portOf = (device: Serial | Uart16550): Port => ({
  read: (register) => device.read(REGISTERS[register].offset),
  write: (register, value) => device.write(REGISTERS[register].offset, value),
  wait: (microseconds) => device.advance(Math.ceil((microseconds * device.chart.clock) / 1e6)),
});

/** A PC16550D behind a port, of which something is replaced: a part that is wrong in one point. */
export const wrongPort = (wrong: (port: Port) => Partial<Port>): Port => {
  const port = portOf(new Uart16550());
  return { ...port, ...wrong(port) };
};

/** vm-superio's console behind a port. */
export const serialPort = (revision: "0.8.1" | "0.8.2"): Port => portOf(new Serial({ revision }));
