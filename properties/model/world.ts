import type { Fault, Observation, Outcome } from "../support/steps.js";

/** Fails a call from the middle of it, with the effects so far kept. */
export class Failure extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super("error" in outcome ? outcome.error : "none");
    this.outcome = outcome;
  }
}

/** What surrounds the model for one call: the writer, the trigger and the callbacks, which fail as the fault says. */
export class World {
  readonly #fault: Fault;
  /** What was asked of them. */
  readonly log: Pick<Observation, "triggers" | "output" | "events" | "effects"> = {
    triggers: 0,
    output: [],
    events: [],
    effects: "",
  };

  constructor(fault: Fault = {}) {
    this.#fault = fault;
  }

  outcomeOf(call: () => Outcome): Outcome {
    try {
      return call();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return failure.outcome;
    }
  }

  /** std::io's write_all and flush: an interrupted write is repeated, an interrupted flush is an error [34]. */
  send(byte: number): void {
    const fault = this.#fault.out;
    if (fault === "write-interrupted" || fault === "write-interrupted-then-error") this.log.effects += "i";
    if (fault === "write-error" || fault === "write-interrupted-then-error") this.#lose("w", "BrokenPipe");
    if (fault === "write-zero") this.#lose("w", "WriteZero");
    this.log.effects += "W";
    this.log.output.push(byte);
    if (fault === "flush-error") this.#lose("f", "Other");
    if (fault === "flush-interrupted") this.#lose("f", "Interrupted");
    this.log.effects += "F";
  }

  trigger(): void {
    const fails = this.#fault.trigger === this.log.triggers;
    this.log.triggers += 1;
    this.log.effects += fails ? "t" : "T";
    if (fails) throw new Failure({ error: "Trigger" });
  }

  callback(event: string, letter: string): void {
    this.log.events.push(event);
    this.log.effects += letter;
  }

  #lose(letter: string, kind: string): never {
    this.log.effects += letter;
    throw new Failure({ error: "IOError", kind });
  }
}
