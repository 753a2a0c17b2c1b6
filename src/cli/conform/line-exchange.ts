import { TargetEndedError } from "../../conform/index.js";

/** The longest time that a program may take for an answer. */
const PATIENCE = 10_000;
const LONGEST_ANSWER = 65_536;

/** Lines of text to a program, each with one line as its answer. */
export class LineExchange {
  readonly #send: (line: string) => void;
  readonly #name: string;
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #failure: Error | undefined;

  /** @param name - the program, for messages. */
  constructor(name: string, send: (line: string) => void) {
    this.#name = name;
    this.#send = send;
  }

  /** Passes an answer on. */
  answer(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (line.length > LONGEST_ANSWER)
      this.fail(new TargetEndedError(`expected a shorter answer, got ${line.length} characters`));
    else waiting?.resolve(line);
  }

  /** Ends the exchange. Every question is answered by this error from now on, with the program's name before it. */
  fail(error: Error): void {
    if (!this.#failure) {
      error.message = `${this.#name}: ${error.message}`;
      this.#failure = error;
    }
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  /** Sends a line and returns the answer. @throws the error that ended the exchange. */
  async ask(line: string): Promise<string> {
    if (this.#failure) throw this.#failure;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(
          () =>
            this.fail(
              new TargetEndedError(`expected an answer to "${line}" within ${PATIENCE / 1000} s, got none`),
            ),
          PATIENCE,
        );
        this.#send(line);
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
