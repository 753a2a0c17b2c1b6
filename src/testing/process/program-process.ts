import { type ChildProcess, spawn } from "node:child_process";
import { Violation } from "../claims.js";

/** Reports that a program ended, or wrote something that is not in the protocol. */
export class ProgramError extends Error {
  override readonly name = "Program";
}

/** The number of characters of standard error that a report keeps. */
const ERROR_TEXT_LENGTH = 400;

/** A running program, of which lines are read one at a time. */
export class ProgramProcess {
  /** A promise that settles with the next line or the end, while one is waited for. */
  waiting: Promise<void> | undefined;
  readonly #child: ChildProcess;
  readonly #timeout: number;
  readonly #lines: string[] = [];
  #partialLine = "";
  #errorText = "";
  #end: ProgramError | undefined;
  #wake = () => {};

  /** @param onErrorLine - called with each line of standard error. */
  constructor(
    [program = "", ...programArguments]: readonly string[],
    timeout: number,
    onErrorLine: (line: string) => void,
  ) {
    this.#timeout = timeout;
    this.#child = spawn(program, programArguments, { stdio: "pipe" });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#partialLine + text).split("\n");
      this.#partialLine = lines.pop() ?? "";
      this.#lines.push(...lines.map((line) => line.trimEnd()));
      this.#wake();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errorText = (this.#errorText + text).slice(-ERROR_TEXT_LENGTH);
      for (const line of text.split("\n")) if (line.trim() !== "") onErrorLine(line.trimEnd());
    });
    // A program that has ended takes no input.
    this.#child.stdin?.on("error", () => {});
    this.#child.on("error", (error: NodeJS.ErrnoException) => {
      this.#finish(`cannot be started: ${error.code === "ENOENT" ? "there is no such file" : error.message}`);
    });
    this.#child.on("close", (status, signal) => {
      this.#finish(signal === null ? `ends with status ${status}` : `ends by ${signal}`);
    });
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /**
   * Returns the next line.
   *
   * @param caller - what the program was asked to do, for reports.
   * @throws ProgramError if the program has ended, Violation if it writes nothing for too long.
   */
  async nextLine(caller: string): Promise<string> {
    if (this.#lines.length === 0 && !this.#end) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isLate = false;
      this.waiting = new Promise<void>((resolve) => {
        this.#wake = () => {
          if (this.#lines.length > 0 || this.#end) resolve();
        };
        timer = setTimeout(() => {
          isLate = true;
          resolve();
        }, this.#timeout);
      });
      await this.waiting;
      clearTimeout(timer);
      this.waiting = undefined;
      if (isLate) throw new Violation("no-hang", `${caller} writes nothing for ${this.#timeout} ms`);
    }
    const line = this.#lines.shift();
    if (line !== undefined) return line;
    throw this.#end ?? new ProgramError("the program wrote nothing");
  }

  /** Ends the program. */
  kill(): void {
    this.#child.stdin?.end();
    this.#child.kill("SIGKILL");
  }

  #finish(ending: string): void {
    const errorText = this.#errorText.trim().split("\n")[0] ?? "";
    this.#end ??= new ProgramError(`the program ${ending}${errorText === "" ? "" : `: ${errorText}`}`);
    this.#wake();
  }
}
