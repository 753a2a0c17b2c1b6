import { expect, test } from "vitest";
import { createActor, type Snapshot } from "xstate";
import { MCR } from "../register-bits.js";
import type { SerialEvent } from "./events.js";
import { createSerialMachine, type SerialMachine } from "./machine.js";

const receive = (...characters: number[]): SerialEvent => ({ type: "receive", characters });
const read: SerialEvent = { type: "read.RBR_DLL" };
const loopback = (value: number): SerialEvent => ({ type: "write.THR_DLL", value });

/** The FIFO empty, holding and full; bytes queued from outside and in loopback, read, refused, dropped. */
const EVENTS: readonly SerialEvent[] = [
  { type: "write.IER_DLM", value: 0x03 },
  receive(1, 2, 3),
  read,
  receive(4),
  ...[read, read, read, read],
  receive(...Array.from({ length: 70 }, (_, i) => i)),
  receive(5),
  { type: "write.MCR", value: MCR.LOOP },
  loopback(6),
  read,
  loopback(7),
  ...Array.from({ length: 64 }, () => read),
  loopback(8),
  { type: "read.LSR" },
  { type: "read.IIR" },
  read,
];

/** Returns the emissions of each event, in an actor that is restored before each from its own snapshot, passed through `keep`. */
const emissions = (machine: SerialMachine, keep: (snapshot: Snapshot<unknown>) => Snapshot<unknown>) => {
  let snapshot: Snapshot<unknown> = createActor(machine).getPersistedSnapshot();
  return EVENTS.map((event) => {
    const actor = createActor(machine, { snapshot: keep(snapshot) });
    const emitted: unknown[] = [];
    actor.on("*", (emission) => emitted.push(emission));
    actor.start().send(event);
    snapshot = actor.getPersistedSnapshot();
    expect(snapshot.status).toBe("active");
    return emitted;
  });
};

test.each(["0.8.1", "0.8.2"] as const)("an actor of %s goes on from a snapshot that was JSON", (revision) => {
  const machine = createSerialMachine(revision);
  const expected = emissions(machine, (snapshot) => snapshot);
  expect(expected.slice(1, 4)).toEqual([
    [
      { type: "accepted", count: 3 },
      { type: "interrupt", cause: "RDA" },
    ],
    [{ type: "data", value: 1 }, { type: "bufferRead" }],
    [
      { type: "accepted", count: 1 },
      { type: "interrupt", cause: "RDA" },
    ],
  ]);
  const fromJson = (snapshot: Snapshot<unknown>) => JSON.parse(JSON.stringify(snapshot));
  expect(emissions(machine, fromJson)).toEqual(expected);
  expect(emissions(machine, (snapshot) => structuredClone(fromJson(snapshot)))).toEqual(expected);
});
