/** Linux's 8250 driver takes each part for what it is, and finds no bug; of a part that is wrong in one point it says so. */
import { describe, expect, it, test } from "vitest";
import { FCR, IER, LCR, MCR, type Uart16550Options, type Uart16550Preset } from "../../machines/index.js";
import { Serial, Uart16550, uart16550Options } from "../../src/device/index.js";
import { autoconfig, type Part, sizeFifo } from "../../src/testing/internal.js";
import { consoleWrite } from "./console.js";
import { type Port, portOf, serialPort, wrongPort } from "./port.js";
import { type DriverBug, startup } from "./startup.js";

/** Each preset's part, and how many characters come back from its receive FIFO. */
const PARTS: readonly [Uart16550Preset, Part, number][] = [
  ["ins8250", "8250", 1],
  ["ns16450", "16450", 1],
  ["ns16550", "16550", 16],
  ["pc16550d", "16550A", 16],
  ["tl16c550c", "16550A", 16],
  ["tl16c750", "16750", 16],
  ["qemu", "16550A", 16],
];

const partOf = (options: Partial<Uart16550Options>): Port => portOf(new Uart16550({ preset: options }));

/** Puts a TL16C750 into its 64-byte mode, in which it stays: Linux never sets DLAB with FCR but to look. */
function enable64(probePort: Port): void {
  probePort.write("LCR", LCR.DLAB);
  probePort.write("FCR", FCR.FIFO_ENABLE | FCR.SIXTY_FOUR);
  probePort.write("LCR", 0);
}

/** Returns Linux's opinion of a part. It is asked twice, as the past of a part must not matter. */
function probe(probePort: Port): { part: Part; fifo: number; bugs: DriverBug[] | undefined } {
  const detected = { part: autoconfig(probePort), bugs: startup(probePort), fifo: sizeFifo(probePort) };
  expect(autoconfig(probePort)).toBe(detected.part);
  expect(sizeFifo(probePort)).toBe(detected.fifo);
  return detected;
}

describe.each([true, false])("transmit timed: %s", (transmitterIsTimed) => {
  const device = (presetName: Uart16550Preset, board: "chip" | "pc" = "chip"): Uart16550 =>
    new Uart16550({ preset: { ...uart16550Options(presetName), transmitterIsTimed, board } });

  it.each(PARTS)("%s is a %s of %i", (presetName, partName, fifo) => {
    for (const board of ["chip", "pc"] as const) {
      const probePort = portOf(device(presetName, board));
      expect(probe(probePort)).toEqual({ part: partName, fifo, bugs: [] });
      expect(startup(probePort)).toEqual([]);
    }
  });

  it.each(PARTS)("%s is the same, a %s, after a reset in whatever state", (presetName, partName, fifo) => {
    const used = device(presetName);
    const probePort = portOf(used);
    enable64(probePort);
    for (const register of ["IER", "MCR", "LCR"] as const) probePort.write(register, 0xff);
    probePort.write("LCR", LCR.WLS);
    probePort.write("THR", 0x41);
    used.receive([1, { value: 2, parity: true }]);
    used.reset();
    // What was in the air when the reset came is over.
    probePort.wait(100_000);
    expect(probe(probePort)).toEqual({ part: partName, fifo, bugs: [] });
  });

  it("64 characters fit only once the 64-byte mode is on", () => {
    const probePort = portOf(device("tl16c750"));
    probePort.write("FCR", FCR.FIFO_ENABLE | FCR.SIXTY_FOUR);
    expect(sizeFifo(probePort)).toBe(16);
    enable64(probePort);
    expect(sizeFifo(probePort)).toBe(64);
    for (const presetName of ["pc16550d", "tl16c550c", "qemu"] as const) {
      const otherPort = portOf(device(presetName));
      enable64(otherPort);
      expect(sizeFifo(otherPort)).toBe(16);
    }
  });

  it.each(PARTS)("%s interrupts for what came while the console was written to", (presetName) => {
    const uartDevice = device(presetName, "pc");
    const probePort = portOf(uartDevice);
    probe(probePort);
    probePort.write("IER", IER.ERBFI);
    const echoed: number[] = [];
    uartDevice.output$.subscribe((byte) => {
      if (echoed.push(byte) === 2) uartDevice.receive([0x0d]);
    });
    consoleWrite(probePort, [0x48, 0x69, 0x0a]);
    expect(echoed).toEqual([0x48, 0x69, 0x0a]);
    expect(uartDevice.interruptLine).toEqual({ level: 1, cause: "RDA" });
  });
});

describe("a part that is wrong in one point is found out", () => {
  const whole = { part: "16550A", fifo: 16, bugs: [] };

  it.each<[string, Partial<Uart16550Options>, object]>([
    ["no THR empty interrupt on enabling", { etbeiRearms: "never" }, { bugs: ["UART_BUG_TXEN"] }],
    [
      "one from the FIFO reset, and none on enabling",
      { etbeiRearms: "never", transmitResetIsSilent: false },
      { bugs: ["UART_BUG_THRE", "UART_BUG_TXEN"] },
    ],
    ["IIR of the first 16550", { iirFifoBits: 0x80 }, { part: "16550" }],
    ["no FIFOs", { fifoSize: 1 }, { part: "16450", fifo: 1 }],
    ["no FIFOs and no scratch register", { fifoSize: 1, scratchRegister: false }, { part: "8250", fifo: 1 }],
    ["FIFOs of 64", { fifoSize: 64 }, { part: "16750" }],
    ["a clock with which 20 ms are too short", { inputClock: 1 }, { fifo: 0 }],
  ])("%s", (_, options, detected) => {
    expect(probe(partOf(options))).toEqual({ ...whole, ...detected });
  });

  /** A port on which a read of one register gives something else. */
  const reading =
    (register: string, otherPort: (registerValue: number, probePort: Port) => number) =>
    (probePort: Port): Partial<Port> => ({
      read: (name) => (name === register ? otherPort(probePort.read(name), probePort) : probePort.read(name)),
    });

  test.each<[string, (probePort: Port) => Partial<Port>, Part]>([
    ["IER without EDSSI", reading("IER", (value) => value & ~IER.EDSSI), "unknown"],
    ["kvmtool's loopback", reading("MSR", (value) => value | 0x20), "unknown"],
    ["IIR 7:6 of none", reading("IIR", (value) => value & ~0x80), "unknown"],
    ["IER bit 6", storingIerBit6, "XScale"],
    [
      "a register at offset 2 behind DLAB",
      reading("IIR", (value, port) => (port.read("LCR") === 0x80 ? 0 : value)),
      "Motorola DUART",
    ],
    [
      "a register at offset 2 behind LCR=BF",
      reading("IIR", (value, port) => (port.read("LCR") === 0xbf ? 0 : value)),
      "16650V2",
    ],
    [
      "EXCR1 that follows LOOP",
      reading("IIR", (value, port) => (port.read("LCR") === 0xe0 ? port.read("MCR") & MCR.LOOP : value)),
      "NS16550A",
    ],
  ])("%s", (_, replacement, partName) => {
    expect(autoconfig(wrongPort(replacement))).toBe(partName);
  });

  test("a clone whose 64-byte mode needs no DLAB is no 16750", () => {
    const probePort = partOf({ fifoSize: 64 });
    const clone: Port = {
      ...probePort,
      write: (register, registerValue) => {
        const lineControl = probePort.read("LCR");
        if (register === "FCR") probePort.write("LCR", lineControl | LCR.DLAB);
        probePort.write(register, registerValue);
        if (register === "FCR") probePort.write("LCR", lineControl);
      },
    };
    expect(autoconfig(clone)).toBe("16550A");
  });

  test("where enabling makes no interrupt, one that is left over is the only one", () => {
    const probePort = partOf({ etbeiRearms: "never" });
    sizeFifo(probePort);
    expect(startup(probePort)).toEqual(["UART_BUG_THRE", "UART_BUG_TXEN"]);
  });

  test("nothing at all is no UART", () => {
    const nothing: Port = { read: () => 0xff, write: () => {}, wait: () => {} };
    expect(autoconfig(nothing)).toBe("unknown");
    expect(startup(nothing)).toBeUndefined();
  });
});

describe("vm-superio's console", () => {
  it.each([
    ["0.8.1", { part: "16550A", fifo: 64, bugs: ["UART_BUG_TXEN"] }],
    ["0.8.2", { part: "16550A", fifo: 64, bugs: [] }],
  ] as const)("%s, as Linux sees it", (revision, detected) => {
    expect(probe(serialPort(revision))).toEqual(detected);
  });

  it.each([
    ["0.8.1", 0],
    ["0.8.2", 1],
  ] as const)(
    "%s interrupts %i times for a byte that came while the console was written to",
    (revision, times) => {
      let interrupts = 0;
      const serialDevice = new Serial({ revision, trigger: () => interrupts++ });
      const probePort = portOf(serialDevice);
      probe(probePort);
      probePort.write("IER", IER.ERBFI);
      interrupts = 0;
      probePort.write("IER", 0);
      serialDevice.enqueueRawBytes([0x0d]);
      probePort.write("IER", IER.ERBFI);
      expect(interrupts).toBe(times);
    },
  );
});

/** A port on which IER has a bit more than it should. */
function storingIerBit6(probePort: Port): Partial<Port> {
  let stored = 0;
  return {
    read: (register) => probePort.read(register) | (register === "IER" ? stored : 0),
    write: (register, registerValue) => {
      if (register === "IER") stored = registerValue & 0x40;
      probePort.write(register, registerValue);
    },
  };
}
