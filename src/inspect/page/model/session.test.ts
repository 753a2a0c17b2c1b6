import { expect, test, vi } from "vitest";
import { IER } from "../../../../machines/index.js";
import { Serial, Uart16550 } from "../../../device/index.js";
import { Session } from "./session.js";
import { sessionOf } from "./session.test-helper.js";

test("a live session drops its oldest entries, and tells the same of the others", () => {
  const serial = new Serial({ journal: "all" });
  const { header } = serial.journal;
  const live = new Session(
    { name: "live", live: true, header, differences: [], warnings: [] },
    { heldEntries: 4096, droppedEntries: 1024 },
  );
  for (let i = 0; i < 9000; i++) {
    if (i % 700 === 0) serial.write(1, i % 1400 === 0 ? IER.ERBFI : 0);
    else if (i % 11 === 0) serial.write(0, 0x20 + (i % 90));
    else serial.read(i % 8);
  }
  serial.mark("late");
  let moved = 0;
  for (const { entry } of serial.journal.entries()) {
    live.appendEntry(entry);
    moved += live.dropOldest();
  }
  const whole = sessionOf(serial);
  expect(moved).toBe(whole.length - live.length);
  expect(live.length).toBeLessThan(4096 + 1024);
  expect(live.firstIndex).toBe(moved);
  for (const row of [0, 1, 1023, 1024, live.length - 1]) {
    expect(live.entryAt(row)).toEqual(whole.entryAt(row + moved));
    expect(live.savedStateAfter(row)).toEqual(whole.savedStateAfter(row + moved));
    expect(live.entryTable.flags.valueAt(row)).toBe(whole.entryTable.flags.valueAt(row + moved));
    expect(live.entryTable.sentBytes(row)).toEqual(whole.entryTable.sentBytes(row + moved));
    expect(live.entryTable.interruptCauses(row)).toEqual(whole.entryTable.interruptCauses(row + moved));
    expect(live.transitionsAt(row)).toEqual(whole.transitionsAt(row + moved));
  }
  expect(live.explain(live.length - 1, "IER")).toEqual(whole.explain(whole.length - 1, "IER"));
});

test("why a register is as it is reads a few entries alone, however long ago it changed", () => {
  const serial = new Serial({ journal: "all" });
  serial.write(7, 0x5a);
  for (let i = 0; i < 50_000; i++) serial.read(5);
  const session = sessionOf(serial);
  const readEntries = vi.spyOn(session.journal, "entries");
  expect(session.explain(session.length - 1, "SCR").since?.index).toBe(0);
  expect(session.explain(session.length - 1, "LCR").since).toBeUndefined();
  expect(session.explain(session.length - 1, "interrupt").since).toBeUndefined();
  const counts = readEntries.mock.calls.map(
    ([{ from = 0, until = session.journal.next } = {}]) => until - from,
  );
  // The whole journal was played again for each.
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(3 * 4096);
});

test("characters of one advance have their own ticks", () => {
  const uart = new Uart16550();
  uart.write(2, 0x01);
  for (const character of "sixchr") uart.write(0, character.charCodeAt(0));
  uart.advance(7 * uart.toTicks(10 / 9600) * 16);
  const { entryTable } = sessionOf(uart);
  const ticks = Array.from({ length: entryTable.sentTick.length }, (_, i) => entryTable.sentTick.valueAt(i));
  expect(ticks).toHaveLength(6);
  expect(new Set(ticks).size).toBe(6);
  expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
  expect(ticks[0]).toBeGreaterThan(0);
});
