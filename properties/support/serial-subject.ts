import { Serial, SerialError, type SerialOptions } from "../../src/device/index.js";
import { HostFailure, Surroundings } from "./faulty-host.js";
import {
  copyState,
  DEFAULT_STATE,
  type Observation,
  type Outcome,
  type RegisterState,
  type Revision,
  type SerialStep,
  type Subject,
} from "./steps.js";

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

  step(serialStep: SerialStep): Observation {
    const { serial } = this;
    switch (serialStep.op) {
      case "write":
        return this.#observe(serialStep, () => {
          serial.write(serialStep.offset, serialStep.value);
          return { ok: true };
        });
      case "read":
        return this.#observe(serialStep, () => ({ value: serial.read(serialStep.offset) }));
      case "enqueue":
        return this.#observe(serialStep, () => ({ count: serial.enqueueRawBytes(serialStep.bytes) }));
      case "capacity":
        return this.#observe(serialStep, () => ({ value: serial.fifoCapacity() }));
      case "state":
        // A copy that is not deep would let this reach into the device.
        return this.#observe(serialStep, () => {
          serial.state().inBuffer.push(0x2a);
          return { ok: true };
        });
      case "save":
        return this.#observe(serialStep, () => {
          this.#slots.set(serialStep.slot, serial.state());
          return { ok: true };
        });
      case "restore": {
        const from = copyState(serialStep.from ?? this.#slots.get(serialStep.slot ?? 0) ?? DEFAULT_STATE);
        return this.#observe(serialStep, () => {
          this.serial = Serial.fromState(from, this.#options);
          // What was handed in is the caller's own again.
          from.inBuffer.push(0x2a);
          return { ok: true };
        });
      }
    }
  }

  #observe(serialStep: SerialStep, operation: () => Outcome): Observation {
    this.#surroundings.armFault("fault" in serialStep ? serialStep.fault : undefined);
    const outcome = outcomeOf(operation);
    const { triggers, output, events, effects } = this.#surroundings;
    return { outcome, triggers, output, events, effects, state: this.serial.state() };
  }
}

function outcomeOf(operation: () => Outcome): Outcome {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof SerialError)) throw error;
    if (error.kind !== "IOError") return { error: error.kind };
    // A sink that takes nothing throws nothing either: its error is the device's own.
    const kindName = error.cause instanceof HostFailure ? error.cause.kind : "WriteZero";
    return { error: error.kind, kind: kindName };
  }
}
