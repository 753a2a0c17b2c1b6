import { expect, test } from "vitest";
import { FCR, IER, LCR, MCR } from "../../../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../../../device/index.js";
import { sessionOf } from "./session.test-helper.js";
import { whyNoInterrupt } from "./why-not.js";

const IER_OFFSET = 1;
const FCR_OFFSET = 2;
const LCR_OFFSET = 3;
const MCR_OFFSET = 4;

const arrive = (device: Device, count = 1): void => {
  device.apply({ type: "receive", characters: Array.from({ length: count }, (_, i) => 0x41 + i) });
};

const onPc = () => new Uart16550({ preset: { board: "pc" } });

/** Each plants one reason, and returns the device in which an interrupt is missed. */
const PLANTED: Readonly<Record<string, () => Device>> = {
  masked: () => {
    const device = new Uart16550();
    arrive(device);
    return device;
  },
  lost: () => {
    const device = new Uart16550();
    device.write(IER_OFFSET, IER.ERBFI);
    arrive(device, 2);
    device.read(5);
    device.read(0);
    return device;
  },
  OUT2: () => {
    const device = onPc();
    device.write(IER_OFFSET, IER.ERBFI);
    arrive(device);
    return device;
  },
  loopback: () => {
    const device = onPc();
    device.write(IER_OFFSET, IER.ETBEI);
    device.write(MCR_OFFSET, MCR.OUT2 | MCR.LOOP);
    return device;
  },
  DLAB: () => {
    const device = new Uart16550();
    device.write(LCR_OFFSET, LCR.DLAB | 3);
    device.write(IER_OFFSET, IER.ERBFI);
    device.write(LCR_OFFSET, 3);
    arrive(device);
    return device;
  },
  "trigger level": () => {
    const device = new Uart16550();
    device.write(FCR_OFFSET, FCR.FIFO_ENABLE | 0x80);
    device.write(IER_OFFSET, IER.ERBFI);
    arrive(device, 3);
    return device;
  },
  "identified already": () => {
    const device = new Uart16550();
    device.write(IER_OFFSET, IER.ETBEI);
    device.read(2);
    return device;
  },
  "host holds": () => {
    const device = new Uart16550({ preset: "qemu" });
    device.apply({ type: "hold" });
    device.write(0, 0x41);
    device.write(0, 0x42);
    device.write(IER_OFFSET, IER.ETBEI);
    return device;
  },
  "no source": () => {
    const device = new Uart16550();
    device.write(IER_OFFSET, IER.ERBFI);
    return device;
  },
};

test.each(Object.entries(PLANTED))("%s is named", (kind, plant) => {
  const session = sessionOf(plant());
  const [reason] = whyNoInterrupt(session, session.length - 1);
  expect(reason?.kind, reason?.sentence).toBe(kind);
});

test("a timeout that is not yet is named beside the trigger level", () => {
  const session = sessionOf(PLANTED["trigger level"]?.() as Device);
  const reasons = whyNoInterrupt(session, session.length - 1);
  expect(reasons.map(({ kind }) => kind)).toEqual(["trigger level", "timeout not yet"]);
  expect(reasons[1]?.sentence).toContain("characterTimeout.waiting");
});

test("a plain write of THR is no character that fails to come back", () => {
  const serial = new Serial();
  serial.write(0, 0x41);
  const session = sessionOf(serial);
  const kinds = whyNoInterrupt(session, session.length - 1).map(({ kind }) => kind);
  expect(kinds).toEqual(["masked"]);
});

test("an interrupt that has come has no reason to be missed", () => {
  const device = new Uart16550();
  device.write(IER_OFFSET, IER.ERBFI);
  arrive(device);
  const session = sessionOf(device);
  expect(whyNoInterrupt(session, session.length - 1)).toEqual([]);
});

test("vm-superio 0.8.1: the byte that arrived while ERBFI was masked is named, and 0.8.2's transition", () => {
  const serial = new Serial({ revision: "0.8.1" });
  serial.write(IER_OFFSET, IER.ERBFI);
  serial.read(2);
  for (let i = 0; i < 5; i++) serial.read(5);
  serial.write(IER_OFFSET, 0);
  const arrivedIndex = serial.journal.next;
  arrive(serial);
  serial.write(IER_OFFSET, IER.ERBFI);
  for (let i = 0; i < 5; i++) serial.read(2);
  const session = sessionOf(serial);
  const [reason] = whyNoInterrupt(session, session.length - 1);
  expect(reason).toMatchObject({ kind: "masked", rowIndex: arrivedIndex });
  expect(reason?.sentence).toContain("Nothing has noted it since");
  expect(reason?.sentence).toContain(
    `0.8.2 interrupts at #${arrivedIndex + 1} IER <- 0x01 ERBFI: Received data is enabled while bytes are queued (S6, S8b)`,
  );
  const fixed = new Serial();
  for (const { entry } of serial.journal.entries())
    if (entry.type === "read" || entry.type === "write" || entry.type === "receive") fixed.apply(entry);
  const fixedSession = sessionOf(fixed);
  const reasons = whyNoInterrupt(fixedSession, fixedSession.length - 1);
  expect(reasons.some(({ sentence }) => sentence.includes("0.8.2 interrupts"))).toBe(false);
});
