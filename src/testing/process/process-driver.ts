import type { AccessWidth } from "../../bus/index.js";
import { checkReadable, formatValue, nearest, withKnownNames } from "../../journal/internal.js";
import type { AsyncBus, AsyncDriver, DriverLocation, EntryPoint, MakeAsyncDriver } from "../driver.js";
import { ENTRY_POINT_NAMES, entryPointResult, FLOW_CONTROL } from "../entry-points.js";
import { shortPath } from "../short-path.js";
import { ProgramError, ProgramProcess } from "./program-process.js";

/** Options of {@link processDriver}. */
export interface ProcessDriverOptions {
  /** Milliseconds after which a program that writes nothing hangs, from 1: 10,000 by default. Under a debugger it should be more. */
  readonly timeout?: number;
}

/** The longest time of a timer in Node, in milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;
/** The greatest length of an argument, and of a program's name: Linux takes none that is longer. */
const LONGEST_WORD = 2 ** 17 - 1;
const LONGEST_PROGRAM = 4095;

const GREETING = /^vm-superio 1((?: \w+)*)$/;

/** Parses a number of the protocol: decimal, or hexadecimal after 0x. */
function parseOperand(text: string | undefined): number {
  if (text !== undefined && /^(-?\d{1,10}|0x[\da-f]{1,8})$/i.test(text)) return Number(text);
  throw new ProgramError(`the program wrote ${JSON.stringify(text ?? "")} where a number was expected`);
}

/** Parses a byte of the protocol. */
function parseByte(text: string | undefined): number {
  const byte = parseOperand(text);
  if (byte >= 0 && byte <= 0xff) return byte;
  throw new ProgramError(`the program wrote ${JSON.stringify(text)} where a byte from 0 to 255 was expected`);
}

/** What a program says of itself when it starts. */
interface Greeting {
  readonly entryPoints: readonly EntryPoint[];
  /** True if it uses RTS and CTS. */
  readonly usesFlowControl: boolean;
}

/** Parses what the program says of its next access, such as "driver_send src/driver.c:21". */
function parseLocation(text: string): DriverLocation {
  const [, functionName, path, line] = /^(\S+) (.+):(\d+)$/.exec(text) ?? [];
  if (functionName === undefined || path === undefined)
    throw new ProgramError(
      `the program wrote ${JSON.stringify(`at ${text}`)}: expected at FUNCTION FILE:LINE`,
    );
  return { function: functionName, source: `${shortPath(path)}:${line}` };
}

/** A program for one run. */
class ProcessRun implements AsyncDriver {
  readonly #process: ProgramProcess;
  readonly #bus: AsyncBus;
  readonly #greeting: Promise<unknown>;
  /** The positions of the calls that are running, the innermost last. */
  readonly #locations: DriverLocation[] = [];

  readonly flowControl?: "hardware";

  constructor(
    argv: readonly string[],
    timeout: number,
    { entryPoints, usesFlowControl }: Greeting,
    bus: AsyncBus,
  ) {
    this.#bus = bus;
    if (usesFlowControl) this.flowControl = "hardware";
    this.#process = new ProgramProcess(argv, timeout, (line) => bus.log(line));
    this.#greeting = this.#process.nextLine("the start");
    // Whoever calls first hears of a failure.
    this.#greeting.catch(() => {});
    for (const entryPoint of entryPoints)
      Object.defineProperty(this, entryPoint, {
        enumerable: true,
        value: (byte?: number) => this.#call(entryPoint, byte),
      });
  }

  outside(): PromiseLike<unknown> | undefined {
    return this.#process.waiting;
  }

  location(): DriverLocation {
    return this.#locations.at(-1) ?? {};
  }

  close(): void {
    this.#process.kill();
  }

  async #call(entryPoint: EntryPoint, byte: number | undefined): Promise<unknown> {
    await this.#greeting;
    this.#process.write(byte === undefined ? entryPoint : `${entryPoint} ${byte}`);
    const depth = this.#locations.push({}) - 1;
    for (;;) {
      const line = await this.#process.nextLine(entryPoint);
      const [word = "", ...operands] = line.split(" ");
      if (word === "return") {
        this.#locations.pop();
        return entryPointResult(
          entryPoint,
          operands[0] === undefined ? undefined : parseOperand(operands[0]),
        );
      }
      if (word === "at") this.#locations[depth] = parseLocation(line.slice("at ".length));
      else if (word === "log") this.#bus.log(line.slice("log ".length));
      else if (word === "adds") this.#bus.adds(parseByte(operands[0]));
      else if (word === "swallows") this.#bus.swallows(parseByte(operands[0]));
      else if (word === "drops") this.#bus.drops();
      else this.#process.write(`${await this.#access(line, word, operands)}`);
    }
  }

  /** Makes an access that the program asks for. Returns the answer. */
  async #access(line: string, word: string, operands: readonly string[]): Promise<number | string> {
    const bus = this.#bus;
    const [, direction, bits] = /^(read|write)(8|16|32)$/.exec(word) ?? [];
    if (direction !== undefined) {
      const width = (Number(bits) / 8) as AccessWidth;
      const address = parseOperand(operands[0]);
      if (direction === "read") return bus.read(address, width);
      await bus.write(address, parseOperand(operands[1]), width);
    } else if (word === "irq_disable") await bus.disableInterrupts();
    else if (word === "irq_enable") await bus.enableInterrupts();
    else if (word === "delay") await bus.delay(parseOperand(operands[0]));
    else if (word === "yield") await bus.yield();
    else
      throw new ProgramError(
        `the program wrote ${JSON.stringify(line.slice(0, 60))}: expected return, read8 OFFSET, write8 OFFSET VALUE, irq_disable, irq_enable, delay MICROSECONDS, yield, log TEXT, at FUNCTION FILE:LINE, adds BYTE, swallows BYTE or drops`,
      );
    return "ok";
  }
}

/**
 * Creates a driver from a program, which is a process of its own for each run: in any language, under a sanitizer, a debugger or valgrind. It
 * speaks a protocol of lines over standard input and output; `vm-superio.h` speaks it for C.
 *
 * The program greets with `vm-superio 1` and the names of its entry points. A line calls one, such as `send 65`. Until it answers with `return`,
 * or `return VALUE`, it may ask for accesses, such as `read8 5`, and gets an answer to each. Instead of the answer may first come a call within
 * the access: of `interrupt`, or in `send` of `print`. Lines `log TEXT`, `at FUNCTION FILE:LINE` before an access, `adds BYTE`, `swallows BYTE` and
 * `drops` get no answer, and standard error is logged as well.
 *
 * @param argv - the program and its arguments.
 * @returns the driver for `checkDriverAsync`, once the program has been started to see its entry points.
 * @throws TypeError if it cannot be started or greets otherwise, RangeError for a wrong `timeout`.
 * @example
 * const { failure } = await checkDriverAsync(await processDriver(["./driver"]), { device: "uart16550" });
 */
export async function processDriver(
  argv: readonly string[],
  options: ProcessDriverOptions = {},
): Promise<MakeAsyncDriver> {
  checkArguments(argv);
  const { timeout = 10_000 } = withKnownNames(options, ["timeout"], "processDriver");
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > LONGEST_TIMEOUT)
    throw new RangeError(
      `timeout: expected a whole number of milliseconds from 1 to ${LONGEST_TIMEOUT}, got ${formatValue(timeout)}`,
    );
  const greeting = await readGreeting(argv, timeout);
  return (bus) => new ProcessRun(argv, timeout, greeting, bus);
}

/** Checks a program and its arguments. @throws TypeError unless they are strings that a system takes. */
function checkArguments(argv: unknown): asserts argv is readonly string[] {
  const expected = "the program and its arguments as strings";
  checkReadable(argv, "argv", expected, () => {
    if (!Array.isArray(argv) || argv.length === 0)
      throw new TypeError(`argv: expected ${expected}, got ${formatValue(argv)}`);
    // Word by word: the first that is none ends it, however long the list is.
    for (const [index, word] of argv.entries())
      if (typeof word !== "string" || word.includes("\0") || word.length > LONGEST_WORD)
        throw new TypeError(`argv[${index}]: expected a string, got ${formatValue(word)}`);
    if (argv[0] === "" || argv[0].length > LONGEST_PROGRAM)
      throw new TypeError(`argv[0]: expected the name of a program, got ${formatValue(argv[0])}`);
  });
}

async function readGreeting(argv: readonly string[], timeout: number): Promise<Greeting> {
  const process = new ProgramProcess(argv, timeout, () => {});
  try {
    const greeting = await process.nextLine("the start");
    const names = GREETING.exec(greeting)?.[1]?.trim().split(" ").filter(Boolean);
    const wordNames: readonly string[] = [...ENTRY_POINT_NAMES, FLOW_CONTROL];
    const unknown = names?.find((name) => !wordNames.includes(name));
    const entryPoints = ENTRY_POINT_NAMES.filter((name) => names?.includes(name));
    if (entryPoints.length > 0 && unknown === undefined)
      return { entryPoints, usesFlowControl: names?.includes(FLOW_CONTROL) ?? false };
    const meant = unknown === undefined ? undefined : nearest(unknown, wordNames);
    if (meant !== undefined)
      throw new TypeError(`${argv[0]}: no entry point ${unknown}: did you mean ${meant}?`);
    throw new TypeError(
      `${argv[0]}: expected the line "vm-superio 1" with one or more of ${ENTRY_POINT_NAMES.join(", ")}, got ${JSON.stringify(greeting.slice(0, 60))}`,
    );
  } catch (error) {
    throw error instanceof TypeError ? error : new TypeError(`${argv[0]}: ${(error as Error).message}`);
  } finally {
    process.kill();
  }
}
