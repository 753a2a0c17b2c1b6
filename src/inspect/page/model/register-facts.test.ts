import { describe, expect, test } from "vitest";
import { FCR, IER, LCR, MCR, type RegisterName } from "../../../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../../../device/index.js";
import type { ReasonKind } from "./reason.js";
import { factsOfRegister } from "./register-facts.js";
import { sessionOf } from "./session.test-helper.js";

const OFFSETS = { data: 0, IER: 1, FCR: 2, LCR: 3, MCR: 4, LSR: 5, MSR: 6, SCR: 7 } as const;

const arrive = (device: Device, ...characters: number[]): void => {
  device.apply({ type: "receive", characters });
};
const openLatch = (device: Device): void => device.write(OFFSETS.LCR, LCR.DLAB | 3);
const closeLatch = (device: Device): void => device.write(OFFSETS.LCR, 3);

/** What is planted in a device, and the fact that its register's explanation must hold. */
type Plant = readonly [
  register: RegisterName,
  kind: ReasonKind,
  sentence: string,
  plant: (device: Uart16550) => void,
];

const PLANTED: readonly Plant[] = [
  ["RBR", "pending", "1 character waits to be read", (device) => arrive(device, 0x41)],
  ["RBR", "masked", "divisorLatch.open", openLatch],
  ["RBR", "masked", "loopback.on", (device) => device.write(OFFSETS.MCR, MCR.LOOP)],
  ["RBR", "masked", "receivedDataInterrupt.disabled", (device) => arrive(device, 0x41)],
  ["RBR", "lost", "RBR is overwritten", (device) => arrive(device, 0x41, 0x42)],
  [
    ...(["RBR", "lost", "#2 FCR <- 0x03"] as const),
    (device) => {
      device.write(OFFSETS.FCR, FCR.FIFO_ENABLE);
      arrive(device, 0x41);
      device.write(OFFSETS.FCR, FCR.FIFO_ENABLE | FCR.RX_RESET);
      device.read(OFFSETS.LSR);
    },
  ],
  ["THR", "pending", "1 character waits to be sent", (device) => [1, 2].map((byte) => device.write(0, byte))],
  ["THR", "pending", "transmitter.shifting", (device) => device.write(0, 0x41)],
  ["THR", "masked", "hostOutput.held", (device) => device.apply({ type: "hold" })],
  ["THR", "masked", "breakControl.on", (device) => device.write(OFFSETS.LCR, LCR.BREAK | 3)],
  ["THR", "masked", "divisorLatch.open", openLatch],
  [
    ...(["THR", "DLAB", "#1 wrote 0x41 while DLAB was 1"] as const),
    (device) => {
      openLatch(device);
      device.write(OFFSETS.data, 0x41);
      closeLatch(device);
    },
  ],
  ["THR", "lost", "#2 THR <- 0x03", (device) => [1, 2, 3].map((byte) => device.write(OFFSETS.data, byte))],
  [
    ...(["THR", "lost", "#3 FCR <- 0x05"] as const),
    (device) => {
      device.write(OFFSETS.FCR, FCR.FIFO_ENABLE);
      for (const byte of [1, 2]) device.write(OFFSETS.data, byte);
      device.write(OFFSETS.FCR, FCR.FIFO_ENABLE | FCR.TX_RESET);
    },
  ],
  [
    ...([
      "IER",
      "DLAB",
      "#1 wrote 0x05 while DLAB was 1, so that it did not reach IER: DLM <- 0x05",
    ] as const),
    (device) => {
      openLatch(device);
      device.write(OFFSETS.IER, 0x05);
      closeLatch(device);
    },
  ],
  [
    "IER",
    "not kept",
    "#0 wrote 0xFF, of which IER does not keep 0xF0",
    (device) => device.write(OFFSETS.IER, 0xff),
  ],
  [
    ...(["IIR", "pending", "interruptIdentification.receivedData"] as const),
    (device) => {
      device.write(OFFSETS.IER, IER.ERBFI);
      arrive(device, 0x41);
    },
  ],
  ["FCR", "masked", "fifoMode.off", (device) => device.write(OFFSETS.FCR, 0xc0)],
  ["FCR", "not kept", "does not keep 0xC0 TRIGGER=3", (device) => device.write(OFFSETS.FCR, 0xc0)],
  ["LCR", "pending", "breakControl.on", (device) => device.write(OFFSETS.LCR, LCR.BREAK | 3)],
  ["MCR", "masked", "loopback.on", (device) => device.write(OFFSETS.MCR, MCR.LOOP)],
  ["MCR", "not kept", "does not keep 0xE0", (device) => device.write(OFFSETS.MCR, 0xef)],
  ["LSR", "pending", "lineStatus.shown", (device) => arrive(device, 0x41, 0x42)],
  ["LSR", "masked", "lineStatusInterrupt.disabled", (device) => arrive(device, 0x41, 0x42)],
  [
    ...(["LSR", "lost", "0x02 OE"] as const),
    (device) => {
      arrive(device, 0x41, 0x42);
      device.read(OFFSETS.LSR);
      device.read(OFFSETS.LSR);
    },
  ],
  [
    ...(["MSR", "pending", "modemStatus.changes.changed"] as const),
    (device) => device.apply({ type: "modem", cts: true, dsr: false, ri: false, dcd: true }),
  ],
  [
    ...(["MSR", "lost", "0x01 DCTS"] as const),
    (device) => {
      device.apply({ type: "modem", cts: false, dsr: true, ri: false, dcd: true });
      device.read(OFFSETS.MSR);
    },
  ],
  ["DLL", "masked", "divisorLatch.closed", closeLatch],
  ["DLL", "DLAB", "#0 wrote 0x0C while DLAB was 0", (device) => device.write(OFFSETS.data, 0x0c)],
  ["DLM", "DLAB", "#0 wrote 0x01 while DLAB was 0", (device) => device.write(OFFSETS.IER, 0x01)],
  [
    ...(["DLL", "masked", "baudClock.stopped"] as const),
    (device) => {
      openLatch(device);
      device.write(OFFSETS.data, 0);
    },
  ],
];

describe("the facts of a register", () => {
  test.each(PLANTED)("%s: %s, %s", (registerName, kind, sentence, plant) => {
    const device = new Uart16550();
    plant(device);
    const session = sessionOf(device);
    const facts = factsOfRegister(session, session.length - 1, registerName);
    const ofKind = facts.filter((fact) => fact.kind === kind).map((fact) => fact.sentence);
    expect(ofKind).toContainEqual(expect.stringContaining(sentence));
    // An untouched device has no such fact.
    const untouched = new Uart16550();
    untouched.read(OFFSETS.SCR);
    const before = factsOfRegister(sessionOf(untouched), 0, registerName);
    expect(before.filter((fact) => fact.kind === kind && fact.sentence.includes(sentence))).toEqual(
      sentence === "divisorLatch.closed" || sentence === "fifoMode.off" ? [expect.anything()] : [],
    );
  });

  test("a part without a scratch register keeps nothing of a write to it", () => {
    const device = new Uart16550({ preset: "ins8250" });
    device.write(OFFSETS.SCR, 0x5a);
    const [fact] = factsOfRegister(sessionOf(device), 0, "SCR");
    expect(fact?.kind).toBe("not kept");
  });

  test("vm-superio's serial has them too", () => {
    const serial = new Serial();
    serial.write(OFFSETS.MCR, MCR.LOOP);
    for (let i = 0; i < 65; i++) serial.write(OFFSETS.data, i);
    const session = sessionOf(serial);
    const kinds = factsOfRegister(session, session.length - 1, "RBR").map(({ kind, rowIndex }) => [
      kind,
      rowIndex,
    ]);
    expect(kinds).toEqual([
      ["pending", undefined],
      ["masked", undefined],
      ["masked", undefined],
      ["lost", 65],
    ]);
  });
});
