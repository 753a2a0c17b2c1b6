import type { SerialOptions } from "../../src/device/index.js";
import type { Fault } from "./steps.js";

/** The error that a sink or a trigger of the harness throws; `kind` is Rust's io::ErrorKind. */
export class HostFailure extends Error {
  readonly kind: string;

  constructor(kindName: string) {
    super(kindName);
    this.kind = kindName;
  }
}

/** The sink, trigger and callbacks of a device: they fail as armed and log what was asked of them, in order. */
export class Surroundings {
  triggers = 0;
  output: number[] = [];
  events: string[] = [];
  effects = "";
  #fault: Fault = {};

  /** Forgets what was logged, and fails so from now on. */
  armFault(armedFault: Fault | undefined): void {
    this.#fault = armedFault ?? {};
    this.triggers = 0;
    this.output = [];
    this.events = [];
    this.effects = "";
  }

  /** As options of a Serial. */
  get options(): Required<Pick<SerialOptions, "out" | "trigger" | "events">> {
    return {
      out: { write: (byte) => this.#write(byte), flush: () => this.#flush() },
      trigger: () => this.#trigger(),
      events: {
        bufferRead: () => this.#callback("buffer_read", "R"),
        outByte: () => this.#callback("out_byte", "O"),
        txLostByte: () => this.#callback("tx_lost_byte", "L"),
        inBufferEmpty: () => this.#callback("in_buffer_empty", "E"),
      },
    };
  }

  /**
   * A sink in JavaScript has no call that was interrupted: a writer repeats it before the device hears of it. So
   * this sink does what Rust's write_all does: it logs the interruption, and takes the byte or fails at the second attempt.
   */
  #write(byte: number): unknown {
    const { out } = this.#fault;
    if (out === "write-interrupted" || out === "write-interrupted-then-error") this.effects += "i";
    if (out === "write-error" || out === "write-interrupted-then-error") return this.#fail("w", "BrokenPipe");
    if (out === "write-zero") {
      this.effects += "w";
      return 0;
    }
    this.effects += "W";
    this.output.push(byte);
    return undefined;
  }

  #flush(): void {
    const { out } = this.#fault;
    if (out === "flush-error") this.#fail("f", "Other");
    if (out === "flush-interrupted") this.#fail("f", "Interrupted");
    this.effects += "F";
  }

  #trigger(): void {
    const triggerFails = this.#fault.trigger === this.triggers;
    this.triggers += 1;
    if (triggerFails) this.#fail("t", "Trigger");
    this.effects += "T";
  }

  #callback(event: string, effectLetter: string): void {
    this.events.push(event);
    this.effects += effectLetter;
  }

  #fail(effectLetter: string, kindName: string): never {
    this.effects += effectLetter;
    throw new HostFailure(kindName);
  }
}
