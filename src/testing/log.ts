/** Who did something. */
export type Party = "driver" | "environment" | "user" | "processor";

/** One thing that happened, in a failing scenario. */
export interface Happening {
  /** From 1. */
  readonly number: number;
  readonly by: Party;
  /** An access of the driver, or what else was done: "IIR -> 0xC4 RDA|FIFOS", "'a' arrives". */
  readonly text: string;
  /** What it made the device do: "IRQ", or "INTR 1" and "INTR 0"; and bytes that left. */
  readonly effects: readonly string[];
  /** Whether it belongs to the driver's start: `probe` and `init`. */
  readonly start: boolean;
  /** Whether it happened in the interrupt handler. */
  readonly handler: boolean;
}

/** Keeps what happens, if it is to be told. */
export class Log {
  readonly #kept: (Happening & { effects: string[] })[] | undefined;
  starting = false;
  inHandler = false;

  constructor(keep: boolean) {
    this.#kept = keep ? [] : undefined;
  }

  /** Whether it is worth finding words. */
  get keeps(): boolean {
    return this.#kept !== undefined;
  }

  add(by: Party, text: string): void {
    const { starting: start, inHandler: handler } = this;
    this.#kept?.push({ number: this.#kept.length + 1, by, text, effects: [], start, handler });
  }

  /** The last thing did this. */
  effect(text: string): void {
    this.#kept?.at(-1)?.effects.push(text);
  }

  get happenings(): readonly Happening[] {
    return this.#kept ?? [];
  }
}

/** Lines that say the same of a poll are one, with how often. */
interface Line {
  readonly first: number;
  readonly by: Party;
  readonly text: string;
  readonly effects: string;
  times: number;
}

function lines(happenings: readonly Happening[]): Line[] {
  const found: Line[] = [];
  for (const { number, by, text, effects, handler } of happenings) {
    const line = {
      first: number,
      by,
      text: handler ? `  ${text}` : text,
      effects: effects.join(", "),
      times: 1,
    };
    const last = found.at(-1);
    if (last && last.by === by && last.text === line.text && last.effects === line.effects) last.times++;
    else found.push(line);
  }
  return found;
}

/** Happenings as numbered lines. The driver's start is one line where nobody else acts in it and it is not all there is. */
export function happeningsInWords(happenings: readonly Happening[]): string {
  const start = happenings.filter((it) => it.start);
  const alone = start.every(({ by }) => by !== "environment") && start.length < happenings.length;
  const rest = lines(alone ? happenings.filter((it) => !it.start) : happenings);
  const text = rest.map(({ first, by, text, effects, times }) => {
    const said = times > 1 ? `${text} (${times} times)` : text;
    return `${String(first).padStart(6)}  ${by.padEnd(11)}  ${said.padEnd(40)}  ${effects}`.trimEnd();
  });
  if (alone && start.length > 0)
    text.unshift(`${String(1).padStart(6)}  driver       starts, in ${start.length} steps`);
  return text.join("\n");
}
