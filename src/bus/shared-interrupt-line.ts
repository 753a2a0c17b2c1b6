import { checkReadable, formatValue } from "../journal/internal.js";
import type { InterruptInput } from "./interrupt-controller.js";

/** A device's output on a shared line. Its functions can be passed on by themselves. */
export interface LineSource {
  /** Its name, for people. */
  readonly name: string;
  /** Its level. */
  readonly level: 0 | 1;
  /** Drives the line: a device's option `interrupt`. */
  readonly drive: (line: { readonly level: 0 | 1 }) => void;
  /** Raises the line and lowers it again: the option `trigger` of a `Serial`. Nothing changes while another source holds it high. */
  readonly pulse: () => void;
  /** Lowers the source and takes it off the line. */
  readonly disconnect: () => void;
}

/**
 * An interrupt line that several devices drive, wired-or: it is high while one of them is. Whether its level or its edges count is the
 * controller's choice. By edges, a source that rises while another is high makes no edge, so a handler has to look at all devices
 * until none interrupts.
 *
 * @example
 * const irq4 = new SharedInterruptLine(controller);
 * const com1 = new Uart16550({ interrupt: irq4.connect("COM1").drive });
 * const com3 = new Uart16550({ interrupt: irq4.connect("COM3").drive });
 */
export class SharedInterruptLine {
  readonly #setLevel: (level: 0 | 1) => unknown;
  /** Pulses the line while it is low. */
  readonly #pulse: (sourceName: string) => void;
  readonly #sources = new Set<{ readonly name: string; level: 0 | 1 }>();
  #level: 0 | 1 = 0;
  #connectedCount = 0;

  /**
   * @param input - the controller, or a function that is called with each change of the level.
   * @throws TypeError if it is neither.
   */
  constructor(input: InterruptInput | ((level: 0 | 1) => unknown)) {
    if (typeof input === "function") {
      this.#setLevel = input;
      this.#pulse = (sourceName) => this.#raiseAndLower(sourceName);
    } else if (isInput(input)) {
      this.#setLevel = (level) => input.setLevel(level);
      this.#pulse = () => input.pulse();
    } else
      throw new TypeError(`input: expected an interrupt controller or a function, got ${formatValue(input)}`);
  }

  /** The level of the line: the or of its sources. */
  get level(): 0 | 1 {
    return this.#level;
  }

  /** The names of the sources that are high. */
  get activeSources(): readonly string[] {
    return [...this.#sources].filter(({ level }) => level === 1).map(({ name }) => name);
  }

  /**
   * Connects a device, whose output is low.
   *
   * @param name - its name, which no connected source has: by default "source 1" for the first one, and so on.
   * @throws TypeError if the name is no string, RangeError if another connected source has it.
   */
  connect(name: string = this.#unusedName()): LineSource {
    if (typeof name !== "string") throw new TypeError(`name: expected a string, got ${formatValue(name)}`);
    if (this.#isUsed(name))
      throw new RangeError(
        `name: expected one that no other source of the line has, got ${formatValue(name)}; disconnect() frees it`,
      );
    const source: { readonly name: string; level: 0 | 1 } = { name, level: 0 };
    this.#sources.add(source);
    const setLevel = (level: 0 | 1): void => {
      if (!this.#sources.has(source)) return;
      source.level = level;
      this.#update();
    };
    return {
      name,
      get level() {
        return source.level;
      },
      drive: (line) => {
        const level = checkReadable(line, "level", "0 or 1", () => line?.level);
        if (level !== 0 && level !== 1)
          throw new TypeError(`level: expected 0 or 1, got ${formatValue(level)}`);
        setLevel(level);
      },
      pulse: () => {
        if (this.#sources.has(source) && this.#level === 0) this.#pulse(name);
      },
      disconnect: () => {
        setLevel(0);
        this.#sources.delete(source);
      },
    };
  }

  #isUsed(name: string): boolean {
    return [...this.#sources].some((source) => source.name === name);
  }

  #unusedName(): string {
    let name: string;
    do name = `source ${++this.#connectedCount}`;
    while (this.#isUsed(name));
    return name;
  }

  /** Drives the line high for as long as its function takes, which may drive other sources. */
  #raiseAndLower(name: string): void {
    const source = { name, level: 1 } as const;
    this.#sources.add(source);
    try {
      this.#update();
    } finally {
      this.#sources.delete(source);
      this.#update();
    }
  }

  #update(): void {
    const level = this.activeSources.length > 0 ? 1 : 0;
    if (level === this.#level) return;
    this.#level = level;
    this.#setLevel(level);
  }
}

const isInput = (input: InterruptInput): boolean =>
  checkReadable(
    input,
    "input",
    "an interrupt controller or a function",
    () => typeof input?.setLevel === "function" && typeof input.pulse === "function",
  );
