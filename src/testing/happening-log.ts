import type { DriverLocation } from "./driver.js";

/** The party that does something. */
export type Party = "driver" | "environment" | "user" | "kernel" | "processor";

/** One thing that happened, in a failing scenario. */
export interface Happening {
  /** Its number, from 1. */
  readonly number: number;
  readonly by: Party;
  /** An access of the driver, or another deed: "IIR -> 0xC4 RDA|FIFOS", "'a' arrives". */
  readonly text: string;
  /** Effects on the device's outputs: "IRQ", or "INTR 1" and "INTR 0"; and bytes that left. */
  readonly effects: readonly string[];
  /** True if it belongs to the driver's start: `probe` and `init`. */
  readonly start: boolean;
  /** True if it happened in the interrupt handler. */
  readonly handler: boolean;
  /** The number of journal entries before it: of an access, the index of its own entry. */
  readonly index: number;
  /** The driver's function that did it, where its name is known: of WebAssembly modules and processes. */
  readonly function?: string;
  /** Its position in the source, where that is known: "driver.c:21", and behind "<" those of its callers. */
  readonly source?: string;
}

/** Records happenings, if the scenario is recorded. */
export class HappeningLog {
  readonly #entries: (Happening & { effects: string[] })[] | undefined;
  isStarting = false;
  isInHandler = false;

  readonly #nextIndex: () => number;

  /** @param nextIndex - returns the index of the journal's next entry. */
  constructor(isRecording: boolean, nextIndex: () => number) {
    this.#nextIndex = nextIndex;
    this.#entries = isRecording ? [] : undefined;
  }

  /** True if happenings are recorded: only then is it worth formatting them. */
  get isRecording(): boolean {
    return this.#entries !== undefined;
  }

  append(party: Party, text: string, location: DriverLocation = {}): void {
    const { isStarting: start, isInHandler: handler } = this;
    this.#entries?.push({
      ...{ number: this.#entries.length + 1, by: party, text, effects: [], start, handler },
      index: this.#nextIndex(),
      ...location,
    });
  }

  /** Records a call of an entry point. Returns its number, for {@link endCall}. */
  beginCall(party: Party, text: string): number {
    this.append(party, text);
    return this.#entries?.length ?? 0;
  }

  /**
   * Records the end of a call, with what it returned.
   *
   * @param resultText - undefined if it returned nothing.
   * @param isIdle - true if a call that did nothing is not worth a line.
   */
  endCall(
    callNumber: number,
    party: Party,
    callText: string,
    resultText: string | undefined,
    isIdle: boolean,
  ): void {
    const call = this.#entries?.[callNumber - 1];
    if (!this.#entries || !call) return;
    const didNothing = this.#entries.length === callNumber && call.effects.length === 0;
    if (didNothing && (resultText !== undefined || isIdle)) this.#entries.pop();
    if (resultText !== undefined)
      this.append(
        party,
        callText === "receive" ? `receives ${resultText}` : `${callText} returns ${resultText}`,
      );
  }

  /** Adds an effect to the last happening. */
  appendEffect(text: string): void {
    this.#entries?.at(-1)?.effects.push(text);
  }

  get happenings(): readonly Happening[] {
    return this.#entries ?? [];
  }
}
