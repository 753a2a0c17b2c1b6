import {
  LSR,
  REGISTERS,
  type RegisterName,
  type SerialRevision,
  type Uart16550Preset,
} from "../../machines/index.js";
import { type Device, Serial, Uart16550, uart16550Options } from "../../src/device/index.js";
import type { Access } from "./access.js";
import type { Probe } from "./probes.js";

/** Something that probes are put to. */
interface Subject {
  readonly device: Device;
  /** Bytes arrive from outside. */
  receive(bytes: readonly number[]): void;
  /** RI changes; absent where there is no such line. */
  ring?(on: boolean): void;
  /** The device as it is when it has been saved as JSON. */
  restored(): Subject;
}

/** A preset whose transmitter takes no time. */
function uart(
  preset: Uart16550Preset,
  device = new Uart16550({ preset: { ...uart16550Options(preset), txTimed: false } }),
): Subject {
  return {
    device,
    receive: (bytes) => device.receive(bytes),
    ring: (on) => device.setModemInputs({ ri: on }),
    restored: () => uart(preset, Uart16550.fromSaved(JSON.parse(JSON.stringify(device.save())))),
  };
}

/** vm-superio's console, which takes what fits and says how much that was. */
function serial(revision: SerialRevision, device = new Serial({ revision })): Subject {
  return {
    device,
    receive: (bytes) => device.enqueueRawBytes(bytes),
    restored: () => serial(revision, Serial.fromSaved(JSON.parse(JSON.stringify(device.save())))),
  };
}

/** The answer of a preset of `Uart16550`. */
export const answerOf = (preset: Uart16550Preset, probe: Probe): string => answer(uart(preset), probe);

/** The answer of a `Serial`. */
export const answerOfSerial = (revision: SerialRevision, probe: Probe): string =>
  answer(serial(revision), probe);

/** "–" where a probe cannot be put. */
function answer(first: Subject, { accesses, answer }: Probe): string {
  if (!first.ring && accesses.some((access) => access.do === "ring")) return "–";
  const run = new Run(first);
  for (const access of accesses) run.take(access);
  return answer(run);
}

/** One probe being put. */
class Run {
  readonly read: number[] = [];
  readonly drained: number[] = [];
  interrupts = 0;
  #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#listen();
  }

  take(access: Access): void {
    const { device } = this.#subject;
    switch (access.do) {
      case "write":
        device.write(REGISTERS[access.register].offset, access.value);
        break;
      case "read":
        this.read.push(this.#read(access.register));
        break;
      case "skip":
        this.#read(access.register);
        break;
      case "drain":
        while (this.#read("LSR") & LSR.DR) this.drained.push(this.#read("RBR"));
        break;
      case "receive":
        this.#subject.receive(access.bytes);
        break;
      case "ring":
        this.#subject.ring?.(access.on);
        break;
      case "restore":
        this.#subject = this.#subject.restored();
        this.#listen();
        break;
      case "listen":
        this.interrupts = 0;
        break;
    }
  }

  #read(register: RegisterName): number {
    return this.#subject.device.read(REGISTERS[register].offset);
  }

  #listen(): void {
    this.#subject.device.interrupt$.subscribe(() => this.interrupts++);
  }
}
