/** v86's own UART as a target, without a processor that runs. */
import { createRequire } from "node:module";
import { V86 } from "v86";
import type { ConformTarget } from "../../src/conform/index.js";

const PORT = 0x3f8;
const IRQ = 4;
/** MSR's bits of the modem's lines. */
const LINE_BITS = { cts: 4, dsr: 5, ri: 6, dcd: 7 } as const;

interface OwnUart {
  data_received(byte: number): void;
  set_modem_status_bit(bit: number, set: boolean): void;
  get_state(): unknown[];
  set_state(state: unknown[]): void;
}

interface OwnProcessor {
  readonly devices: { uart0: OwnUart };
  readonly io: {
    port_read8(port: number): number;
    port_write8(port: number, value: number): void;
  };
  device_raise_irq(irq: number): void;
  device_lower_irq(irq: number): void;
}

/** Starts an emulator. Each reset makes a new UART, as v86 does when it starts. */
export async function createV86Target(): Promise<ConformTarget> {
  const wasmPath = createRequire(import.meta.url)
    .resolve("v86")
    .replace(/[^/]*$/, "v86.wasm");
  const emulator = new V86({
    ...{ wasm_path: wasmPath, memory_size: 1 << 24, vga_memory_size: 1 << 20, log_level: 0 },
    disable_speaker: true,
  });
  await new Promise<void>((resolve) => emulator.add_listener("emulator-loaded", resolve));
  const { cpu, bus } = (emulator as unknown as { v86: { cpu: OwnProcessor; bus: unknown } }).v86;
  let level: 0 | 1 = 0;
  let rises = 0;
  let output: number[] = [];
  cpu.device_raise_irq = (irq) => {
    if (irq !== IRQ) return;
    if (level === 0) rises++;
    level = 1;
  };
  cpu.device_lower_irq = (irq) => {
    if (irq === IRQ) level = 0;
  };
  emulator.add_listener("serial0-output-byte", (byte: number) => void output.push(byte));
  const create = (): OwnUart => {
    const Uart = cpu.devices.uart0.constructor as new (...args: unknown[]) => OwnUart;
    level = 0;
    rises = 0;
    output = [];
    return new Uart(cpu, PORT, bus);
  };
  return {
    name: "v86",
    reset: () => {
      cpu.devices.uart0 = create();
    },
    read: (offset) => cpu.io.port_read8(PORT + offset),
    write: (offset, value) => cpu.io.port_write8(PORT + offset, value),
    receive: (bytes) => {
      for (const byte of bytes) cpu.devices.uart0.data_received(byte);
    },
    modem: (lines) => {
      for (const [line, bit] of Object.entries(LINE_BITS))
        cpu.devices.uart0.set_modem_status_bit(bit, lines[line as keyof typeof lines]);
    },
    restore: () => {
      const state = cpu.devices.uart0.get_state();
      const [oldLevel, oldRises, oldOutput] = [level, rises, output];
      cpu.devices.uart0 = create();
      cpu.devices.uart0.set_state(structuredClone(state));
      [level, rises, output] = [oldLevel, oldRises, oldOutput];
    },
    sense: () => {
      const sensed = { level, rises, output: output.splice(0) };
      rises = 0;
      return sensed;
    },
    close: () => emulator.destroy(),
  };
}
