/** An input is whole or not there, in chart, journal and effects: whatever throws, wherever. */
import { expect, test } from "vitest";
import { emit } from "xstate";
import { serialMachine, uart16550Machine } from "../../machines/index.js";
import { type Entry, type JournalOption, journalSink, loadJournal, type Recorded } from "../journal/index.js";
import type { Device } from "./device.js";
import { isInput } from "./fold.js";
import { Serial } from "./serial.js";
import { Uart16550 } from "./uart16550.js";

/** Lets an action throw after some calls, once. */
class Fuse {
  remaining = Number.POSITIVE_INFINITY;

  burn(): void {
    if (this.remaining-- === 0) throw new Error("the fuse is blown");
  }
}

const uartWithFuse = (fuse: Fuse, journal: JournalOption, sent: number[] = []) =>
  new Uart16550({
    preset: { ...Uart16550Options, transmitterIsTimed: true },
    journal,
    out: { write: (byte) => sent.push(byte) },
    machine: uart16550Machine.provide({
      actions: {
        acceptCharacter: emit(() => {
          fuse.burn();
          return { type: "accepted", count: 1 } as const;
        }),
        transmit: emit(({ context }) => {
          fuse.burn();
          return {
            type: "transmit",
            value: (context as { transmitCharacter: number }).transmitCharacter & 0xff,
          } as const;
        }),
      },
    }),
  });
const Uart16550Options = new Uart16550().chart.options as object;

const serialWithFuse = (fuse: Fuse, journal: JournalOption) =>
  new Serial({
    journal,
    machine: serialMachine.provide({
      actions: {
        giveSCR: emit(({ context }) => {
          fuse.burn();
          return { type: "data", value: (context as { SCR: number }).SCR } as const;
        }),
        refuseCharacters: emit(() => {
          fuse.burn();
          return { type: "refused" } as const;
        }),
      },
    }),
  });

const snapshotOf = (device: Device) => ({
  saved: device.save(),
  next: device.journal.next,
  first: device.journal.first,
});

const uartInputs: readonly [name: string, fuse: number, input: (uart: Uart16550) => unknown][] = [
  ["the second of several characters", 1, (uart) => uart.receive([1, { value: 2, parity: true }, 3])],
  ["a character", 0, (uart) => uart.receive([1])],
  ["bytes", 2, (uart) => uart.enqueueRawBytes([1, 2, 3])],
  ["the third of several characters that are sent while time passes", 2, (uart) => uart.advance(1_000_000)],
];
const JOURNALS: readonly [name: string, journal: () => JournalOption][] = [
  ["all", () => "all"],
  ["none", () => false],
  ["bounded", () => ({ keep: 0 })],
  ["a sink", () => journalSink(() => {})],
];

test.each(
  uartInputs.flatMap(([name, burnsAfter, input]) =>
    [false, true].flatMap((isObserved) =>
      JOURNALS.map(([kept, journal]) => ({ name, burnsAfter, input, isObserved, kept, journal })),
    ),
  ),
)(
  "an action throws: $name; journal: $kept, observed: $isObserved",
  ({ burnsAfter, input, isObserved, journal }) => {
    const fuse = new Fuse();
    const sent: number[] = [];
    const uart = uartWithFuse(fuse, journal(), sent);
    const twin = new Uart16550({ preset: uart.chart.options, journal: false });
    for (const device of [uart, twin]) {
      device.write(3, 3);
      device.write(2, 1);
      for (const byte of [65, 66, 67, 68]) device.write(0, byte);
    }
    let transitions = 0;
    if (isObserved) uart.transition$.subscribe(() => transitions++);
    const before = snapshotOf(uart);
    fuse.remaining = burnsAfter;
    expect(() => input(uart)).toThrow("the fuse is blown");
    expect(snapshotOf(uart)).toEqual(before);
    expect(sent).toEqual([]);
    expect(transitions).toBe(0);
    // It goes on as if nothing had been.
    expect(input(uart)).toEqual(input(twin));
    expect(uart.read(5)).toBe(twin.read(5));
    uart.write(7, 0x5a);
    twin.write(7, 0x5a);
    expect(uart.state()).toEqual(twin.state());
    expect(uart.journal.next).toBe(before.next + 3);
  },
);

test("what the chart could not take is not in the journal: a read, bytes that are refused", () => {
  for (const [, journal] of JOURNALS) {
    const fuse = new Fuse();
    const serial = serialWithFuse(fuse, journal());
    serial.write(7, 5);
    serial.enqueueRawBytes(new Uint8Array(64));
    for (const input of [() => serial.read(7), () => serial.enqueueRawBytes([1])]) {
      const before = snapshotOf(serial);
      fuse.remaining = 0;
      expect(input).toThrow("the fuse is blown");
      expect(snapshotOf(serial)).toEqual(before);
    }
    expect(serial.read(7)).toBe(5);
    expect(() => serial.enqueueRawBytes([1])).toThrow("No space left");
  }
});

test("a sink has each input that was taken, and no other", async () => {
  const chunks: Uint8Array[] = [];
  const seen: Entry[] = [];
  const text = journalSink((chunk) => chunks.push(chunk));
  const fuse = new Fuse();
  const ownSink = {
    header: text.header.bind(text),
    append: (recorded: Recorded) => {
      text.append(recorded);
      seen.push(recorded.entry);
    },
    takeBack: () => {
      text.takeBack();
      seen.pop();
    },
    close: () => text.close(),
  };
  const uart = uartWithFuse(fuse, ownSink);
  uart.write(7, 1);
  fuse.remaining = 1;
  expect(() => uart.receive([1, 2])).toThrow("the fuse is blown");
  uart.write(7, 2);
  fuse.remaining = 0;
  expect(() => uart.receive([3])).toThrow("the fuse is blown");
  uart.close();
  const { journal } = await loadJournal(chunks);
  const entries = [...journal.entries()].map(({ entry }) => entry);
  expect(entries).toEqual([
    { type: "write", offset: 7, value: 1 },
    { type: "write", offset: 7, value: 2 },
  ]);
  expect(seen).toEqual(entries);
});

test("a state that cannot be restored leaves device and journal as they are", () => {
  const uart = new Uart16550({ journal: "all" });
  uart.write(7, 1);
  const before = snapshotOf(uart);
  expect(() => uart.apply({ type: "restore", state: { ...uart.state(), LCR: 256 } })).toThrow(RangeError);
  expect(snapshotOf(uart)).toEqual(before);
  uart.write(7, 2);
  expect(uart.read(7)).toBe(2);
});

/** Calls a function so many calls above the end of the stack, and returns what it threw. */
function nearTheEnd(levels: number, task: () => void): unknown {
  let level = -1;
  let error: unknown;
  const descend = (): void => {
    try {
      descend();
    } catch (overflow) {
      if (++level === levels) {
        try {
          task();
        } catch (thrown) {
          error = thrown;
        }
      }
      throw overflow;
    }
  };
  try {
    descend();
  } catch {
    // The stack has ended.
  }
  return error;
}

/** The levels to try: close to one another near the end, where few calls make the difference. */
const LEVELS = Array.from({ length: 24 }, (_, step) => step + Math.floor(step ** 2 / 2));

test.each<[name: string, input: (device: Serial | Uart16550) => unknown]>([
  ["a write to THR", (device) => device.write(0, 0x77)],
  ["a read of RBR", (device) => device.read(0)],
  ["a write to IER", (device) => device.write(1, 2)],
  ["bytes", (device) => device.enqueueRawBytes([1, 2, 3])],
  ["time", (device) => device.advance(200_000)],
  ["a restore", (device) => device.apply({ type: "restore", state: device.state() })],
])("the stack may end anywhere in %s: it is whole or not there", (_, input) => {
  for (const Class of [Serial, Uart16550] as const) {
    const create = (effects: unknown[]): Serial | Uart16550 => {
      const out = { write: (byte: number) => effects.push(byte) };
      return Class === Serial
        ? new Serial({ journal: "all", out, trigger: () => effects.push("interrupt") })
        : new Uart16550({ journal: "all", out, interrupt: ({ level }) => effects.push(level) });
    };
    let failed = 0;
    for (const level of LEVELS) {
      const effects: unknown[] = [];
      const device = create(effects);
      device.write(3, 3);
      device.write(1, 1);
      device.enqueueRawBytes([9, 8]);
      device.write(0, 65);
      if (nearTheEnd(level, () => input(device)) !== undefined) failed++;
      const twinEffects: unknown[] = [];
      const twin = create(twinEffects);
      for (const { entry } of device.journal.entries()) {
        if (isInput(entry)) twin.apply(entry);
      }
      expect({ level, state: device.state(), effects }).toEqual({
        level,
        state: twin.state(),
        effects: twinEffects,
      });
    }
    expect(failed).toBeGreaterThan(0);
  }
});
