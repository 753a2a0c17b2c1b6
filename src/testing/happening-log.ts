/** The party that does something. */
export type Party = "driver" | "environment" | "user" | "processor";

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

  append(party: Party, text: string, functionName?: string): void {
    const { isStarting: start, isInHandler: handler } = this;
    const location = functionName === undefined ? {} : { function: functionName };
    this.#entries?.push({
      ...{ number: this.#entries.length + 1, by: party, text, effects: [], start, handler },
      index: this.#nextIndex(),
      ...location,
    });
  }

  /** Adds an effect to the last happening. */
  appendEffect(text: string): void {
    this.#entries?.at(-1)?.effects.push(text);
  }

  get happenings(): readonly Happening[] {
    return this.#entries ?? [];
  }
}

/** A line of a scenario. Equal lines in a row, as a poll makes them, become one with a repeat count. */
interface ScenarioLine {
  readonly firstNumber: number;
  readonly party: Party;
  readonly text: string;
  readonly effects: string;
  readonly functionName: string;
  repeatCount: number;
}

function mergeRepeats(happenings: readonly Happening[]): ScenarioLine[] {
  const scenarioLines: ScenarioLine[] = [];
  for (const { number, by, text, effects, handler, function: functionName = "" } of happenings) {
    const line = {
      firstNumber: number,
      party: by,
      text: handler ? `  ${text}` : text,
      effects: effects.join(", "),
      functionName,
      repeatCount: 1,
    };
    const lastLine = scenarioLines.at(-1);
    if (
      lastLine?.party === by &&
      lastLine.text === line.text &&
      lastLine.effects === line.effects &&
      lastLine.functionName === functionName
    )
      lastLine.repeatCount++;
    else scenarioLines.push(line);
  }
  return scenarioLines;
}

/** Formats happenings as numbered lines. The driver's start is one line if nobody else acts in it and something follows it. */
export function happeningsInWords(happenings: readonly Happening[]): string {
  const startHappenings = happenings.filter((it) => it.start);
  const isStartCollapsed =
    startHappenings.every(({ by }) => by !== "environment") && startHappenings.length < happenings.length;
  const visibleLines = mergeRepeats(isStartCollapsed ? happenings.filter((it) => !it.start) : happenings);
  const effectsWidth = visibleLines.some(({ functionName }) => functionName !== "") ? 20 : 0;
  const textLines = visibleLines.map(({ firstNumber, party, text, effects, functionName, repeatCount }) => {
    const description = repeatCount > 1 ? `${text} (${repeatCount} times)` : text;
    return `${String(firstNumber).padStart(6)}  ${party.padEnd(11)}  ${description.padEnd(40)}  ${effects.padEnd(effectsWidth)}  ${functionName}`.trimEnd();
  });
  if (isStartCollapsed && startHappenings.length > 0)
    textLines.unshift(`${String(1).padStart(6)}  driver       starts, in ${startHappenings.length} steps`);
  return textLines.join("\n");
}
