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
  receive(dataBytes: readonly number[]): void;
  /** RI changes; absent where there is no such line. */
  ring?(asserted: boolean): void;
  /** Returns the device restored from its saved state, by way of JSON. */
  restored(): Subject;
}

/** A preset whose transmitter takes no time. */
function uartSubject(
  presetName: Uart16550Preset,
  device = new Uart16550({ preset: { ...uart16550Options(presetName), transmitterIsTimed: false } }),
): Subject {
  return {
    device,
    receive: (bytes) => device.receive(bytes),
    ring: (on) => device.setModemInputs({ ri: on }),
    restored: () => uartSubject(presetName, Uart16550.fromSaved(JSON.parse(JSON.stringify(device.save())))),
  };
}

/** vm-superio's console, which takes what fits and says how much that was. */
function serialSubject(revision: SerialRevision, device = new Serial({ revision })): Subject {
  return {
    device,
    receive: (bytes) => device.enqueueRawBytes(bytes),
    restored: () => serialSubject(revision, Serial.fromSaved(JSON.parse(JSON.stringify(device.save())))),
  };
}

/** The answer of a preset of `Uart16550`. */
export const answerOf = (preset: Uart16550Preset, probe: Probe): string => answer(uartSubject(preset), probe);

/** The answer of a `Serial`. */
export const answerOfSerial = (revision: SerialRevision, probe: Probe): string =>
  answer(serialSubject(revision), probe);

/** "–" where a probe cannot be put. */
function answer(newSubject: Subject, { accesses, answer }: Probe): string {
  if (!newSubject.ring && accesses.some((access) => access.do === "ring")) return "–";
  const run = new Run(newSubject);
  for (const probeAccess of accesses) run.take(probeAccess);
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

  take(probeAccess: Access): void {
    const { device } = this.#subject;
    switch (probeAccess.do) {
      case "write":
        device.write(REGISTERS[probeAccess.register].offset, probeAccess.value);
        break;
      case "read":
        this.read.push(this.#read(probeAccess.register));
        break;
      case "skip":
        this.#read(probeAccess.register);
        break;
      case "drain":
        while (this.#read("LSR") & LSR.DR) this.drained.push(this.#read("RBR"));
        break;
      case "receive":
        this.#subject.receive(probeAccess.bytes);
        break;
      case "ring":
        this.#subject.ring?.(probeAccess.on);
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
