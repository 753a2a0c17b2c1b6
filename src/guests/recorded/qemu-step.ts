import { MCR, REGISTERS } from "../../../machines/index.js";
import type { Input } from "../../journal/index.js";
import { formatValue } from "../../journal/internal.js";
import { RecordingError } from "./step.js";
import { type AccessLimits, BYTE_LIMITS, type StepTranslator, windowHint } from "./windowed-steps.js";

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
export class RecordedFields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #location: string;
  readonly #line: number;

  /**
   * @param location - what the object is called in errors; empty for a whole line.
   * @throws RecordingError if it is no object.
   */
  constructor(object: unknown, location: string, lineNumber: number) {
    if (typeof object !== "object" || object === null || Array.isArray(object))
      throw new RecordingError(
        `${location || "trace"}: expected an object, got ${formatValue(object)}`,
        lineNumber,
      );
    this.#object = object as Record<string, unknown>;
    this.#location = location;
    this.#line = lineNumber;
  }

  has(fieldName: string): boolean {
    return this.#object[fieldName] !== undefined;
  }

  /** @param hint - follows the error. */
  whole(fieldName: string, greatest: number, hint = ""): number {
    const fieldValue = this.#object[fieldName];
    if (Number.isSafeInteger(fieldValue) && (fieldValue as number) >= 0 && (fieldValue as number) <= greatest)
      return fieldValue as number;
    throw this.#wrong(fieldName, `a whole number from 0 to ${greatest}`, fieldValue, hint);
  }

  /** Returns the offset of an access, or its address on a bus. */
  offset(limits: AccessLimits): number {
    return this.whole("offset", limits.address, windowHint(limits, this.#object["offset"]));
  }

  bit(fieldName: string): 0 | 1 {
    const fieldValue = this.#object[fieldName];
    if (fieldValue === 0 || fieldValue === 1) return fieldValue;
    throw this.#wrong(fieldName, "0 or 1", fieldValue);
  }

  list(fieldName: string, subjectName: string, fits: (item: unknown) => boolean): readonly unknown[] {
    const fieldValue = this.#object[fieldName];
    if (Array.isArray(fieldValue) && fieldValue.every(fits)) return fieldValue;
    throw this.#wrong(fieldName, `a list of ${subjectName}`, fieldValue);
  }

  bytes(fieldName: string): readonly number[] {
    return this.list(fieldName, "bytes", isByte) as readonly number[];
  }

  bits(fieldName: string): readonly (0 | 1)[] {
    return this.list(fieldName, "levels 0 and 1", (item) => item === 0 || item === 1) as readonly (0 | 1)[];
  }

  one(fieldName: string, choices: readonly string[]): string {
    const fieldValue = this.#object[fieldName];
    if (typeof fieldValue === "string" && choices.includes(fieldValue)) return fieldValue;
    throw this.#wrong(fieldName, `one of ${choices.join(", ")}`, fieldValue);
  }

  /** A text; another where there is none. */
  text(fieldName: string, otherwise: string): string {
    const value = this.#object[fieldName] ?? otherwise;
    if (typeof value === "string") return value;
    throw this.#wrong(fieldName, "a text", value);
  }

  /** An object inside this one. */
  fields(fieldName: string): RecordedFields {
    return new RecordedFields(this.#object[fieldName], this.#nameOf(fieldName), this.#line);
  }

  /** Each field's name. */
  names(): readonly string[] {
    return Object.keys(this.#object);
  }

  #nameOf(fieldName: string): string {
    return this.#location === "" ? fieldName : `${this.#location}.${fieldName}`;
  }

  #wrong(fieldName: string, expected: string, got: unknown, hint = ""): RecordingError {
    return new RecordingError(
      `${this.#nameOf(fieldName)}: expected ${expected}, got ${formatValue(got)}${hint}`,
      this.#line,
    );
  }
}

const isByte = (fieldValue: unknown): boolean =>
  typeof fieldValue === "number" && Number.isInteger(fieldValue) && fieldValue >= 0 && fieldValue <= 255;

/** A day: a bound, since there is something to do every 10 ms while modem inputs are sampled. */
const MOST_NS = 86_400_000_000_000;

const INPUTS: Readonly<
  Record<string, (recordedFields: RecordedFields, limits: AccessLimits) => readonly Input[]>
> = {
  write: (fields, limits) => [
    { type: "write", offset: fields.offset(limits), value: fields.whole("value", limits.value) },
  ],
  read: (fields, limits) => [{ type: "read", offset: fields.offset(limits) }],
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
export function modemInput(recordedFields: RecordedFields): Input {
  const hasMethod = (name: keyof Modem) => recordedFields.bit(name) === 1;
  return {
    type: "modem",
    cts: hasMethod("cts"),
    dsr: hasMethod("dsr"),
    ri: hasMethod("ri"),
    dcd: hasMethod("dcd"),
  };
}

/**
 * Parses a step.
 *
 * @param translator - of the accesses of a recording that was made on a bus.
 * @throws RecordingError that names the field that is broken.
 */
export function parseStep(
  rawStep: unknown,
  stepIndex: number,
  lineNumber: number,
  translator?: StepTranslator,
): QemuStep {
  const recordedFields = new RecordedFields(rawStep, `steps[${stepIndex}]`, lineNumber);
  const op = recordedFields.one("op", Object.keys(INPUTS));
  const limits = translator?.limits ?? BYTE_LIMITS;
  const recordedInputs = (INPUTS[op] as (typeof INPUTS)[string])(recordedFields, limits);
  const inputs = translator
    ? recordedInputs.flatMap((input) => translator.translateInput(input, lineNumber, stepIndex) ?? [])
    : recordedInputs;
  const [firstInput] = inputs;
  const isMcr = firstInput?.type === "write" && firstInput.offset === REGISTERS.MCR.offset;
  return {
    op,
    inputs,
    irq: recordedFields.bit("irq"),
    ...(op === "read" ? { value: recordedFields.whole("value", limits.value) & 0xff } : {}),
    ...(recordedFields.has("edges") ? { edges: recordedFields.bits("edges") } : {}),
    ...(recordedFields.has("output") ? { output: recordedFields.bytes("output") } : {}),
    ...(recordedFields.has("modemOut")
      ? { modemOutputs: modemOutputs(recordedFields.fields("modemOut")) }
      : {}),
    ...(recordedFields.has("breakOut") ? { breakOut: recordedFields.whole("breakOut", 255) } : {}),
    ...(isMcr ? { loopback: (firstInput.value & MCR.LOOP) !== 0 } : {}),
  };
}

const modemOutputs = (fields: RecordedFields): number =>
  MCR.DTR * fields.bit("dtr") + MCR.RTS * fields.bit("rts");
