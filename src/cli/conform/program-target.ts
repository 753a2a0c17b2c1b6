import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ConformTarget, Sensed } from "../../conform/index.js";
import { CommandError } from "../io.js";

/** The longest time that a program may take for an answer. */
const PATIENCE = 10_000;
const LONGEST_ANSWER = 65_536;

/** Lines of text, one at a time, from whoever answers. */
export class LineExchange {
  readonly #send: (line: string) => void;
  readonly #name: string;
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #failure: Error | undefined;

  constructor(name: string, send: (line: string) => void) {
    this.#name = name;
    this.#send = send;
  }

  /** Passes an answer on. */
  answer(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (line.length > LONGEST_ANSWER) this.fail(`expected a shorter answer, got ${line.length} characters`);
    else waiting?.resolve(line);
  }

  /** Ends the exchange. */
  fail(reason: string): void {
    this.#failure ??= new CommandError(`${this.#name}: ${reason}`);
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  /** Sends a line and returns the answer. @throws CommandError if there is none. */
  async ask(line: string): Promise<string> {
    if (this.#failure) throw this.#failure;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(
          () => this.fail(`expected an answer to "${line}" within ${PATIENCE / 1000} s, got none`),
          PATIENCE,
        );
        this.#send(line);
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Starts a program that answers the six verbs on its standard streams.
 *
 * @throws CommandError if it cannot be started, or answers wrongly.
 */
export async function programTarget([program = "", ...args]: readonly string[]): Promise<ConformTarget> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exchange = new LineExchange(program, (line) => void child.stdin.write(`${line}\n`));
  child.on("error", (error) => exchange.fail(`cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => exchange.fail(`ended with ${signal ?? code}`));
  child.stdin.on("error", () => exchange.fail("reads no more"));
  createInterface({ input: child.stdout }).on("line", (line) => exchange.answer(line.trim()));
  const ask = async (line: string): Promise<readonly string[] | undefined> => {
    const [word, ...values] = (await exchange.ask(line)).split(/\s+/);
    if (word === "ok") return values;
    if (word === "unsupported") return undefined;
    throw new CommandError(
      `${program}: expected ok or unsupported for "${line}", got ${JSON.stringify(word)}`,
    );
  };
  const byteOf = (line: string, text: string | undefined): number => {
    const value = text === undefined ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
    throw new CommandError(
      `${program}: expected ok and a byte for "${line}", got ${JSON.stringify(text ?? "")}`,
    );
  };
  const can = async (line: string) => (await ask(line)) !== undefined;
  const close = () => {
    child.removeAllListeners("exit");
    child.stdin.end();
    child.kill();
  };
  try {
    const abilities = {
      reset: await can("reset"),
      receive: await can("receive"),
      advance: await can("advance 0"),
      sense: await can("sense"),
    };
    return {
      name: program,
      close,
      read: async (offset) => {
        const line = `read ${offset}`;
        return byteOf(line, (await ask(line))?.[0]);
      },
      write: async (offset, value) => void (await ask(`write ${offset} ${value}`)),
      ...(abilities.reset ? { reset: async () => void (await ask("reset")) } : {}),
      ...(abilities.receive
        ? { receive: async (bytes: readonly number[]) => void (await ask(`receive ${bytes.join(" ")}`)) }
        : {}),
      ...(abilities.advance
        ? { advance: async (nanoseconds: number) => void (await ask(`advance ${nanoseconds}`)) }
        : {}),
      ...(abilities.sense
        ? {
            sense: async (): Promise<Sensed> => {
              const [level, ...output] = (await ask("sense")) ?? [];
              return {
                ...(level === "0" || level === "1" ? { level: level === "1" ? 1 : 0 } : {}),
                ...(level?.startsWith("p") ? { pulses: Number(level.slice(1)) } : {}),
                ...(output.includes("-") ? {} : { output: output.map((text) => byteOf("sense", text)) }),
              };
            },
          }
        : {}),
    };
  } catch (error) {
    close();
    throw error;
  }
}
