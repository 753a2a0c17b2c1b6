/** Plays sequences on a 16550 in the smallest steps that can be seen, and asks it as a guest would. */
import { IER, LCR } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import type { Step } from "../arbitraries/uart16550.js";
import { inputOf, type Seen, type Subject } from "./uart16550-subject.js";

export const write = (offset: number, value: number): Input => ({ type: "write", offset, value });
export const read = (offset: number): Input => ({ type: "read", offset });
export const advance = (ticks: number): Input => ({ type: "advance", ticks });

/** What a read gave. */
export const dataOf = (emitted: readonly Seen[]): number | undefined =>
  emitted.find((emission) => emission.type === "data")?.value;

export const readOf = (subject: Subject, offset: number): number => dataOf(subject.apply(read(offset))) ?? -1;

/** How many emissions there are of a type. */
export const countOf = (emitted: readonly Seen[], type: Seen["type"]): number =>
  emitted.filter((emission) => emission.type === type).length;

/** Characters that arrive together come one by one, and time passes from one thing that is due to the next. */
function* small(input: Input, subject: Subject): Generator<Input> {
  if (input.type === "receive") {
    for (const character of input.characters) yield { type: "receive", characters: [character] };
  } else if (input.type === "advance") {
    const until = subject.now + input.ticks;
    do yield advance(Math.min(subject.nextDue ?? until, until) - subject.now);
    while (subject.now < until);
  } else yield input;
}

/** Plays a sequence in small steps; `see` is told of each before it is taken, and told what came of it after. */
export function play(
  subject: Subject,
  steps: readonly Step[],
  see: (input: Input) => ((emitted: readonly Seen[]) => void) | undefined,
): void {
  for (const step of steps) {
    for (const input of small(inputOf(step, subject), subject)) {
      const after = see(input);
      const emitted = subject.apply(input);
      after?.(emitted);
    }
  }
}

/** A copy of a 16550 whose divisor latch is closed. */
export function probeOf(subject: Subject): Subject {
  const probe = subject.fork();
  const lcr = probe.peek(3);
  if (lcr & LCR.DLAB) probe.apply(write(3, lcr & ~LCR.DLAB));
  return probe;
}

/** What IIR says of each enabled source if that alone is enabled: its code, or 1. */
export interface Sources {
  readonly lineStatus: number;
  readonly data: number;
  readonly thrEmpty: number;
  readonly modemStatus: number;
}

/** Asks which enabled sources are pending. A copy is asked, as asking means to write IER. */
export function sourcesOf(subject: Subject): Sources {
  const probe = probeOf(subject);
  const enabled = probe.peek(1);
  const ask = (asked: Subject, source: number): number => {
    if ((enabled & source) === 0) return 1;
    asked.apply(write(1, source));
    return asked.peek(2) & 0x0f;
  };
  // Whoever clears ETBEI or EDSSI and sets it again changes something: they come first, each on its own copy.
  const modemStatus = enabled & IER.EDSSI ? ask(probeOf(subject), IER.EDSSI) : 1;
  const thrEmpty = ask(probe, IER.ETBEI);
  return { modemStatus, thrEmpty, lineStatus: ask(probe, IER.ELSI), data: ask(probe, IER.ERBFI) };
}
