import { type Actor, createActor } from "xstate";
import type { SerialEmission, SerialEvent, SerialMachine } from "../../machines/index.js";
import { eventOf, MACHINES, snapshotOf, stateOf } from "./chart.js";
import type { RegisterState, Revision, Step } from "./steps.js";

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

  /** What the actor emits for this step, in order. A restore is one for `restore`. */
  step(step: Step): readonly SerialEmission[] {
    const event = eventOf(step);
    return event ? this.#send(event) : [];
  }

  restore(state: RegisterState): readonly SerialEmission[] {
    this.#actor.stop();
    this.#actor = this.#start(state);
    return this.#send({ type: "restored" });
  }

  get state(): RegisterState {
    return stateOf(this.#actor.getSnapshot().context);
  }

  get value(): unknown {
    return this.#actor.getSnapshot().value;
  }

  #send(event: SerialEvent): readonly SerialEmission[] {
    this.#emissions = [];
    this.#actor.send(event);
    return this.#emissions;
  }

  #start(state: RegisterState | undefined): Actor<SerialMachine> {
    const snapshot = state && snapshotOf(this.#machine, state);
    const actor = createActor(this.#machine, snapshot ? { snapshot } : {});
    for (const type of EMISSIONS) actor.on(type, (emission) => this.#emissions.push(emission));
    return actor.start();
  }
}
