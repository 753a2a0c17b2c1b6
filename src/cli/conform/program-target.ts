import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type ConformTarget, type ModemLines, type Sensed, TargetEndedError } from "../../conform/index.js";
import { LineExchange } from "./line-exchange.js";

/** A program that answers on its standard streams. It is started again once it has ended. */
class Program {
  readonly name: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #exchange: LineExchange;

  constructor([name = "", ...args]: readonly string[]) {
    this.name = name;
    this.#args = args;
    this.#exchange = this.#start();
  }

  /** Starts it again, if it has ended. */
  restart(): void {
    if (!this.#child) this.#exchange = this.#start();
  }

  /** Sends a line; returns the words after `ok`, or undefined if that is unsupported. */
  async ask(line: string): Promise<readonly string[] | undefined> {
    const [word, ...values] = (await this.#exchange.ask(line)).split(/\s+/);
    if (word === "ok") return values;
    if (word === "unsupported") return undefined;
    throw this.wrongAnswer("ok or unsupported", line, word);
  }

  wrongAnswer(expected: string, line: string, actual = ""): TargetEndedError {
    return new TargetEndedError(
      `${this.name}: expected ${expected} for "${line}", got ${JSON.stringify(actual)}`,
    );
  }

  close(): void {
    this.#child?.removeAllListeners("close");
    this.#child?.stdin?.end();
    this.#child?.kill();
  }

  #start(): LineExchange {
    const child = spawn(this.name, this.#args, { stdio: ["pipe", "pipe", "inherit"] });
    const exchange = new LineExchange(this.name, (line) => void child.stdin.write(`${line}\n`));
    child.on("error", (error) => exchange.fail(new TargetEndedError(`cannot be started: ${error.message}`)));
    // After the last of its answers.
    child.on("close", (code, signal) => {
      this.#child = undefined;
      exchange.fail(new Error(`ended with ${signal ?? code}`));
    });
    // The exit tells more.
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (line) => exchange.answer(line.trim()));
    this.#child = child;
    return exchange;
  }
}

/** What an answer says of the interrupt line: its level, or its level and rises, or its pulses. */
const INTERRUPT_LINE = /^(?:irq ([01])(?: rises (\d{1,9}))?|pulses (\d{1,9}))$/;

/** What an answer says of the interrupt line and the output. */
class SensedAnswers {
  #level: 0 | 1 | undefined;
  #rises: number | undefined;
  #pulses: number | undefined;
  #output: number[] | undefined;

  /** @throws TargetEndedError if the words are none of the protocol. */
  add(words: readonly string[], wrong: (expected: string, actual?: string) => Error): void {
    const out = words.indexOf("out");
    const line = (out < 0 ? words : words.slice(0, out)).join(" ");
    const [, level, rises, pulses] = INTERRUPT_LINE.exec(line) ?? [];
    if (level !== undefined) this.#level = level === "1" ? 1 : 0;
    if (rises !== undefined) this.#rises = (this.#rises ?? 0) + Number(rises);
    if (pulses !== undefined) this.#pulses = (this.#pulses ?? 0) + Number(pulses);
    if (line !== "" && level === undefined && pulses === undefined)
      throw wrong("irq 0 or irq 1, with rises and a number or without, or pulses and a number", line);
    if (out >= 0)
      for (const text of ["", ...words.slice(out + 1)]) {
        this.#output ??= [];
        if (text !== "") this.#output.push(parseByte(text, wrong));
      }
  }

  /** Returns what was said since it was taken last. */
  take(): Sensed {
    const [level, rises, pulses, output] = [this.#level, this.#rises, this.#pulses, this.#output];
    this.#level = this.#rises = this.#pulses = this.#output = undefined;
    return {
      ...(level === undefined ? {} : { level }),
      ...(rises === undefined ? {} : { rises }),
      ...(pulses === undefined ? {} : { pulses }),
      ...(output === undefined ? {} : { output }),
    };
  }
}

function parseByte(text: string | undefined, wrong: (expected: string, actual?: string) => Error): number {
  if (text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 255) return Number(text);
  throw wrong("a byte from 0 to 255", text);
}

/**
 * Starts a program that answers the six verbs on its standard streams. If it ends, that is a departure, and the next reset starts it again.
 *
 * @throws TargetEndedError if it cannot be started, or answers wrongly.
 */
export async function programTarget(command: readonly string[]): Promise<ConformTarget> {
  const program = new Program(command);
  const sensed = new SensedAnswers();
  const ask = async (line: string): Promise<readonly string[] | undefined> => {
    const words = await program.ask(line);
    sensed.add(words ?? [], (expected, actual) => program.wrongAnswer(expected, line, actual));
    return words;
  };
  const act = async (line: string): Promise<void> => {
    if (!(await ask(line))) throw program.wrongAnswer("ok", line, "unsupported");
  };
  const can = async (line: string): Promise<boolean> => (await ask(line)) !== undefined;
  const numberOf = (level: boolean): string => (level ? "1" : "0");
  try {
    const abilities = {
      reset: await can("reset"),
      receive: await can("receive"),
      modem: await can("modem 1 1 0 1"),
      advance: await can("advance 0"),
    };
    return {
      name: program.name,
      close: () => program.close(),
      read: async (offset) => {
        const line = `read ${offset}`;
        const wrong = (expected: string, actual?: string) => program.wrongAnswer(expected, line, actual);
        const [value, ...words] = (await program.ask(line)) ?? [];
        sensed.add(words, wrong);
        return parseByte(value, wrong);
      },
      write: (offset, value) => act(`write ${offset} ${value}`),
      sense: () => sensed.take(),
      ...(abilities.reset
        ? {
            reset: async () => {
              program.restart();
              await act("reset");
              sensed.take();
            },
          }
        : {}),
      ...(abilities.receive
        ? { receive: (bytes: readonly number[]) => act(`receive ${bytes.join(" ")}`) }
        : {}),
      ...(abilities.modem
        ? {
            modem: ({ cts, dsr, ri, dcd }: ModemLines) =>
              act(`modem ${[cts, dsr, ri, dcd].map(numberOf).join(" ")}`),
          }
        : {}),
      ...(abilities.advance ? { advance: (nanoseconds: number) => act(`advance ${nanoseconds}`) } : {}),
    };
  } catch (error) {
    program.close();
    throw error instanceof TargetEndedError ? error : new TargetEndedError((error as Error).message);
  }
}
