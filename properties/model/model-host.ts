import type { Fault, Observation, Outcome } from "../support/steps.js";

/** Fails a call from the middle of it, with the effects so far kept. */
export class Failure extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super("error" in outcome ? outcome.error : "none");
    this.outcome = outcome;
  }
}

/** The host of the model for one call: the writer, the trigger and the callbacks, which fail as the fault says. */
export class ModelHost {
  readonly #fault: Fault;
  /** The calls so far. */
  readonly log: Pick<Observation, "triggers" | "output" | "events" | "effects"> = {
    triggers: 0,
    output: [],
    events: [],
    effects: "",
  };

  constructor(armedFault: Fault = {}) {
    this.#fault = armedFault;
  }

  outcomeOf(operation: () => Outcome): Outcome {
    try {
      return operation();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return failure.outcome;
    }
  }

  /** std::io's write_all and flush: an interrupted write is repeated, an interrupted flush is an error [34]. */
  send(byte: number): void {
    const armedFault = this.#fault.out;
    if (armedFault === "write-interrupted" || armedFault === "write-interrupted-then-error")
      this.log.effects += "i";
    if (armedFault === "write-error" || armedFault === "write-interrupted-then-error")
      this.#lose("w", "BrokenPipe");
    if (armedFault === "write-zero") this.#lose("w", "WriteZero");
    this.log.effects += "W";
    this.log.output.push(byte);
    if (armedFault === "flush-error") this.#lose("f", "Other");
    if (armedFault === "flush-interrupted") this.#lose("f", "Interrupted");
    this.log.effects += "F";
  }

  trigger(): void {
    const triggerFails = this.#fault.trigger === this.log.triggers;
    this.log.triggers += 1;
    this.log.effects += triggerFails ? "t" : "T";
    if (triggerFails) throw new Failure({ error: "Trigger" });
  }

  callback(event: string, effectLetter: string): void {
    this.log.events.push(event);
    this.log.effects += effectLetter;
  }

  #lose(effectLetter: string, kindName: string): never {
    this.log.effects += effectLetter;
    throw new Failure({ error: "IOError", kind: kindName });
  }
}
