import { Serial, SerialError, type SerialOptions } from "../../src/device/index.js";
import {
  copyState,
  DEFAULT_STATE,
  type Observation,
  type Outcome,
  type RegisterState,
  type Revision,
  type Step,
  type Subject,
} from "./steps.js";
import { Fails, Surroundings } from "./surroundings.js";

/** The product's Serial behind the steps that the model takes too. */
export class SerialSubject implements Subject {
  readonly #surroundings = new Surroundings();
  readonly #options: SerialOptions;
  readonly #slots = new Map<number, RegisterState>();
  /** The device in use: a restore that succeeds puts another in its place. */
  serial: Serial;

  constructor(revision: Revision, options: SerialOptions = {}) {
    this.#options = { ...options, ...this.#surroundings.options, revision };
    this.serial = new Serial(this.#options);
  }

  step(step: Step): Observation {
    const { serial } = this;
    switch (step.op) {
      case "write":
        return this.#observe(step, () => {
          serial.write(step.offset, step.value);
          return { ok: true };
        });
      case "read":
        return this.#observe(step, () => ({ value: serial.read(step.offset) }));
      case "enqueue":
        return this.#observe(step, () => ({ count: serial.enqueueRawBytes(step.bytes) }));
      case "capacity":
        return this.#observe(step, () => ({ value: serial.fifoCapacity() }));
      case "state":
        // A copy that is not deep would let this reach into the device.
        return this.#observe(step, () => {
          serial.state().inBuffer.push(0x2a);
          return { ok: true };
        });
      case "save":
        return this.#observe(step, () => {
          this.#slots.set(step.slot, serial.state());
          return { ok: true };
        });
      case "restore": {
        const from = copyState(step.from ?? this.#slots.get(step.slot ?? 0) ?? DEFAULT_STATE);
        return this.#observe(step, () => {
          this.serial = Serial.fromState(from, this.#options);
          // What was handed in is the caller's own again.
          from.inBuffer.push(0x2a);
          return { ok: true };
        });
      }
    }
  }

  #observe(step: Step, call: () => Outcome): Observation {
    this.#surroundings.arm("fault" in step ? step.fault : undefined);
    const outcome = outcomeOf(call);
    const { triggers, output, events, effects } = this.#surroundings;
    return { outcome, triggers, output, events, effects, state: this.serial.state() };
  }
}

function outcomeOf(call: () => Outcome): Outcome {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof SerialError)) throw error;
    if (error.kind !== "IOError") return { error: error.kind };
    // A sink that takes nothing throws nothing either: its error is the device's own.
    const kind = error.cause instanceof Fails ? error.cause.kind : "WriteZero";
    return { error: error.kind, kind };
  }
}
