import { READ_NAMES } from "../../../machines/index.js";
import { BusWindow, type WindowOptions } from "../../bus/index.js";
import { hexAddress } from "../../bus/internal.js";
import type { Input } from "../../journal/index.js";
import { RecordingError, type Step } from "./step.js";

/** The greatest address and value that an access of a recording may have. */
export interface AccessLimits {
  readonly address: number;
  readonly value: number;
}

/** The limits of a recording that holds register offsets and bytes. */
export const BYTE_LIMITS: AccessLimits = { address: 255, value: 255 };

/** Returns what a recording of such an address needs, to follow an error; "" if it has a window, or that is not what is wrong. */
export const windowHint = (limits: AccessLimits, address: unknown): string =>
  limits === BYTE_LIMITS && Number.isSafeInteger(address) && (address as number) > limits.address
    ? "; addresses of a bus need its window: --base, --shift and --width"
    : "";

/** A window that does not access a device: it only knows where the registers are. */
const windowOf = (options: WindowOptions): BusWindow =>
  new BusWindow({ read: () => 0, write: () => {} }, options);

/** Translates the accesses of a recording that was made on a bus into those of registers. */
export class StepTranslator {
  readonly #window: BusWindow;

  /** @throws RangeError or TypeError for a wrong option. */
  constructor(options: WindowOptions) {
    this.#window = windowOf(options);
  }

  /** The limits of the recording's accesses. */
  get limits(): AccessLimits {
    return { address: Number.MAX_SAFE_INTEGER, value: 2 ** (8 * this.#window.options.regIoWidth) - 1 };
  }

  /**
   * Translates an input: an address becomes a register's offset, a value its least significant byte.
   *
   * @param index - the step's index in its line, where a line has many.
   * @returns undefined for an access to no register, which the bus has answered and not the device.
   * @throws RecordingError for such an access, with `unmapped: "error"`.
   */
  translateInput(input: Input, line: number, index?: number): Input | undefined {
    if (input.type !== "read" && input.type !== "write") return input;
    const offset = this.#window.registerAt(input.offset);
    if (offset === undefined) {
      if (this.#window.options.unmapped !== "error") return undefined;
      throw this.#errorAt(input.offset, line, index);
    }
    return input.type === "read"
      ? { type: "read", offset }
      : { type: "write", offset, value: input.value & 0xff };
  }

  /** Translates a step as {@link translateInput} does its input. */
  #translate(step: Step): Step | undefined {
    const { expected, line, index } = step;
    const input = this.translateInput(step.input, line, index);
    if (input === undefined) return undefined;
    return expected?.value === undefined
      ? { ...step, input }
      : { ...step, input, expected: { ...expected, value: expected.value & 0xff } };
  }

  /** Translates steps as they are read. @throws as {@link translateInput} does. */
  async *translateEach(steps: AsyncIterable<Step>): AsyncGenerator<Step, void, undefined> {
    for await (const step of steps) {
      const translated = this.#translate(step);
      if (translated !== undefined) yield translated;
    }
  }

  #errorAt(address: number, line: number, index: number | undefined): RecordingError {
    const { base, regShift } = this.#window.options;
    const last = base + ((READ_NAMES.length - 1) << regShift);
    const location = index === undefined ? "" : `steps[${index}]: `;
    return new RecordingError(
      `${location}address ${hexAddress(address)}: expected that of a register, ${hexAddress(base)} to ${hexAddress(last)} in steps of ${1 << regShift}, got none`,
      line,
    );
  }
}
