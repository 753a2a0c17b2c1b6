import { type Actor, createActor } from "xstate";
import type { SerialEmission, SerialEvent, SerialMachine } from "../../machines/index.js";
import { eventOf, MACHINES, snapshotOf, stateOf } from "./chart.js";
import type { RegisterState, Revision, SerialStep } from "./steps.js";

const EMISSIONS = [
  "data",
  "transmit",
  "interrupt",
  "accepted",
  "refused",
  "bufferRead",
  "bufferEmpty",
] as const;

/** A plain XState actor that lives through the same steps, and what it emits. It knows of no fault. */
export class ActorTwin {
  readonly #machine: SerialMachine;
  #actor: Actor<SerialMachine>;
  #emissions: SerialEmission[] = [];

  constructor(revision: Revision) {
    this.#machine = MACHINES[revision];
    this.#actor = this.#start(undefined);
  }

  /** Returns the actor's emissions for this step, in order. Restores are for `restore`. */
  step(serialStep: SerialStep): readonly SerialEmission[] {
    const chartEvent = eventOf(serialStep);
    return chartEvent ? this.#send(chartEvent) : [];
  }

  restore(registers: RegisterState): readonly SerialEmission[] {
    this.#actor.stop();
    this.#actor = this.#start(registers);
    return this.#send({ type: "restored" });
  }

  get state(): RegisterState {
    return stateOf(this.#actor.getSnapshot().context);
  }

  get value(): unknown {
    return this.#actor.getSnapshot().value;
  }

  #send(chartEvent: SerialEvent): readonly SerialEmission[] {
    this.#emissions = [];
    this.#actor.send(chartEvent);
    return this.#emissions;
  }

  #start(registers: RegisterState | undefined): Actor<SerialMachine> {
    const snapshot = registers && snapshotOf(this.#machine, registers);
    const actor = createActor(this.#machine, snapshot ? { snapshot } : {});
    for (const eventType of EMISSIONS) actor.on(eventType, (emission) => this.#emissions.push(emission));
    return actor.start();
  }
}
