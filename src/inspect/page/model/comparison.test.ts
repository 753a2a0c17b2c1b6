import { expect, test } from "vitest";
import { IER } from "../../../../machines/index.js";
import { Serial } from "../../../device/index.js";
import { Comparison } from "./comparison.js";
import { sessionOf } from "./session.test-helper.js";

/** Returns a device on which input arrives while it is masked. */
function maskedArrival(revision: "0.8.1" | "0.8.2"): Serial {
  const serial = new Serial({ revision });
  serial.mark("begin"); // 0
  serial.apply({ type: "receive", characters: [0x41] }); // 1
  serial.write(1, IER.ERBFI); // 2: 0.8.2 interrupts
  serial.read(2); // 3: and says so
  serial.read(5); // 4
  return serial;
}

test("the same entries on another device part where an outcome differs", async () => {
  const session = sessionOf(maskedArrival("0.8.1"));
  const comparison = Comparison.ofDevices(session, { chart: "serial", options: { revision: "0.8.2" } });
  await comparison.playAll(() => {});
  expect(comparison.differingRows).toEqual([2, 3]);
  expect(comparison.other.transitionsAt(2).flatMap(({ rules }) => rules)).toContain("S8b");
  const same = Comparison.ofDevices(session, { chart: "serial", options: session.chart.options });
  await same.playAll(() => {});
  expect(same.differingRows).toEqual([]);
});

test("a device of another chart takes what it knows", async () => {
  const session = sessionOf(maskedArrival("0.8.2"));
  const comparison = Comparison.ofDevices(session, { chart: "uart16550", options: {} });
  await comparison.playAll(() => {});
  expect(comparison.other.length).toBe(session.length);
  expect(comparison.differingRows.length).toBeGreaterThan(0);
});

test("two recordings part where an entry or an outcome differs, or one ends", async () => {
  const [first, second] = [maskedArrival("0.8.1"), maskedArrival("0.8.1")];
  first.read(5); // 5
  second.write(7, 1);
  first.read(6);
  const comparison = Comparison.ofRecordings(sessionOf(first), sessionOf(second));
  await comparison.playAll(() => {});
  expect(comparison.differingRows).toEqual([5, 6]);
});
