/** A small program of a user, for the installed package. */
export const PROGRAM = `
import { Serial, SerialError } from "vm-superio";
import { interpret } from "vm-superio/engine";
import type { Input } from "vm-superio/journal";
import { LSR, REGISTERS, serialMachine, SERIAL_DEFAULTS } from "vm-superio/machines";
import { createActor } from "xstate";

declare const console: { log(text: string): void };

let printed = "";
let interrupts = 0;
const serial = new Serial({
  out: { write: (byte) => void (printed += String.fromCharCode(byte)) },
  trigger: () => void interrupts++,
  revision: "0.8.2",
});
const bytes: number[] = [];
serial.output$.subscribe((byte: number) => bytes.push(byte));

serial.write(REGISTERS.IER.offset, 0x03);
for (const character of "hi") serial.write(REGISTERS.THR.offset, character.charCodeAt(0));
const taken: number = serial.enqueueRawBytes(new Uint8Array([0x6f, 0x6b]));
const ready = (serial.read(REGISTERS.LSR.offset) & LSR.DR) !== 0;
const twin = Serial.fromState(serial.state());
const input: Input = { type: "read", offset: 0 };
twin.apply(input);

let failed = "";
try {
  twin.enqueueRawBytes(new Uint8Array(64));
  twin.enqueueRawBytes([0]);
} catch (error) {
  if (error instanceof SerialError) failed = error.kind;
}

const actor = createActor(serialMachine);
const sent: number[] = [];
actor.on("transmit", ({ value }) => sent.push(value));
actor.start();
actor.send({ type: "write.THR_DLL", value: 0x41 });

const run = interpret(serialMachine).start();
run.send({ type: "write.SCR", value: 7 }, []);

console.log(
  [printed, bytes.length, interrupts, taken, ready, twin.read(0), failed, sent[0], run.context.SCR, SERIAL_DEFAULTS.SCR].join(" "),
);
`;

/** The output of {@link PROGRAM}. */
export const PROGRAM_PRINTS = "hi 2 2 2 true 107 FullFifo 65 7 0\n";
