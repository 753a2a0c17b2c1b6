import { MCR, REGISTERS } from "../../../machines/index.js";
import { type Input, shown } from "../../journal/index.js";
import { RecordingError } from "./step.js";

/** A step as the recording has it, checked; what it does not say is absent. */
export interface QemuStep {
  readonly op: string;
  readonly inputs: readonly Input[];
  readonly value?: number;
  readonly irq: 0 | 1;
  readonly edges?: readonly (0 | 1)[];
  readonly output?: readonly number[];
  readonly modemOutputs?: number;
  readonly breakOut?: number;
  /** Of a write to MCR: whether it puts the part in loopback. */
  readonly loopback?: boolean;
}

/** The levels of the modem inputs: 1 is asserted. */
type Modem = Readonly<Record<"cts" | "dsr" | "ri" | "dcd", 0 | 1>>;

/** An object of a recording, whose fields are taken one by one and checked. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #place: string;
  readonly #line: number;

  /**
   * @param place - what the object is called in errors; empty for a whole line.
   * @throws RecordingError if it is no object.
   */
  constructor(object: unknown, place: string, line: number) {
    if (typeof object !== "object" || object === null || Array.isArray(object))
      throw new RecordingError(`${place || "trace"}: expected an object, got ${shown(object)}`, line);
    this.#object = object as Record<string, unknown>;
    this.#place = place;
    this.#line = line;
  }

  has(name: string): boolean {
    return this.#object[name] !== undefined;
  }

  whole(name: string, greatest: number): number {
    const value = this.#object[name];
    if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= greatest)
      return value as number;
    throw this.#wrong(name, `a whole number from 0 to ${greatest}`, value);
  }

  bit(name: string): 0 | 1 {
    const value = this.#object[name];
    if (value === 0 || value === 1) return value;
    throw this.#wrong(name, "0 or 1", value);
  }

  list(name: string, what: string, fits: (item: unknown) => boolean): readonly unknown[] {
    const value = this.#object[name];
    if (Array.isArray(value) && value.every(fits)) return value;
    throw this.#wrong(name, `a list of ${what}`, value);
  }

  bytes(name: string): readonly number[] {
    return this.list(name, "bytes", isByte) as readonly number[];
  }

  bits(name: string): readonly (0 | 1)[] {
    return this.list(name, "levels 0 and 1", (item) => item === 0 || item === 1) as readonly (0 | 1)[];
  }

  one(name: string, of: readonly string[]): string {
    const value = this.#object[name];
    if (typeof value === "string" && of.includes(value)) return value;
    throw this.#wrong(name, `one of ${of.join(", ")}`, value);
  }

  /** A text; another where there is none. */
  text(name: string, otherwise: string): string {
    const value = this.#object[name] ?? otherwise;
    if (typeof value === "string") return value;
    throw this.#wrong(name, "a text", value);
  }

  /** An object inside this one. */
  fields(name: string): Fields {
    return new Fields(this.#object[name], this.#nameOf(name), this.#line);
  }

  /** Each field's name. */
  names(): readonly string[] {
    return Object.keys(this.#object);
  }

  #nameOf(name: string): string {
    return this.#place === "" ? name : `${this.#place}.${name}`;
  }

  #wrong(name: string, expected: string, got: unknown): RecordingError {
    return new RecordingError(`${this.#nameOf(name)}: expected ${expected}, got ${shown(got)}`, this.#line);
  }
}

const isByte = (value: unknown): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;

/** A day: a bound, since there is something to do every 10 ms while modem inputs are sampled. */
const MOST_NS = 86_400_000_000_000;

const INPUTS: Readonly<Record<string, (fields: Fields) => readonly Input[]>> = {
  write: (fields) => [
    { type: "write", offset: fields.whole("offset", 255), value: fields.whole("value", 255) },
  ],
  read: (fields) => [{ type: "read", offset: fields.whole("offset", 255) }],
  receive: (fields) => [{ type: "receive", characters: fields.bytes("bytes") }],
  break: () => [
    { type: "break", on: true },
    { type: "break", on: false },
  ],
  advance: (fields) => [{ type: "advance", ticks: fields.whole("ns", MOST_NS) }],
  modem: (fields) => [modemInput(fields)],
  reset: () => [{ type: "reset" }],
  stall: () => [{ type: "hold" }],
  unstall: () => [{ type: "release" }],
};

/** The modem inputs at the levels that the fields say. */
export function modemInput(fields: Fields): Input {
  const is = (name: keyof Modem) => fields.bit(name) === 1;
  return { type: "modem", cts: is("cts"), dsr: is("dsr"), ri: is("ri"), dcd: is("dcd") };
}

/** @throws RecordingError that names the field that is broken. */
export function parseStep(step: unknown, index: number, line: number): QemuStep {
  const fields = new Fields(step, `steps[${index}]`, line);
  const op = fields.one("op", Object.keys(INPUTS));
  const inputs = (INPUTS[op] as (fields: Fields) => readonly Input[])(fields);
  const [first] = inputs;
  const isMcr = first?.type === "write" && first.offset === REGISTERS.MCR.offset;
  return {
    op,
    inputs,
    irq: fields.bit("irq"),
    ...(op === "read" ? { value: fields.whole("value", 255) } : {}),
    ...(fields.has("edges") ? { edges: fields.bits("edges") } : {}),
    ...(fields.has("output") ? { output: fields.bytes("output") } : {}),
    ...(fields.has("modemOut") ? { modemOutputs: modemOutputs(fields.fields("modemOut")) } : {}),
    ...(fields.has("breakOut") ? { breakOut: fields.whole("breakOut", 255) } : {}),
    ...(isMcr ? { loopback: (first.value & MCR.LOOP) !== 0 } : {}),
  };
}

const modemOutputs = (fields: Fields): number => MCR.DTR * fields.bit("dtr") + MCR.RTS * fields.bit("rts");
