/** Plays sequences on a 16550 in the smallest steps that can be seen, and asks it as a guest would. */
import { IER, LCR } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import type { UartStep } from "../arbitraries/uart16550.js";
import { inputOf, type Subject, type TimedEmission } from "./uart16550-subject.js";

export const write = (offset: number, value: number): Input => ({ type: "write", offset, value });
export const read = (offset: number): Input => ({ type: "read", offset });
const advance = (ticks: number): Input => ({ type: "advance", ticks });

/** Returns the value of a read. */
export const dataOf = (emitted: readonly TimedEmission[]): number | undefined =>
  emitted.find((emission) => emission.type === "data")?.value;

export const readOf = (subject: Subject, offset: number): number => dataOf(subject.apply(read(offset))) ?? -1;

/** Returns the number of emissions of a type. */
export const countOf = (emitted: readonly TimedEmission[], eventType: TimedEmission["type"]): number =>
  emitted.filter((emission) => emission.type === eventType).length;

/** Characters that arrive together come one by one, and time passes from one thing that is due to the next. */
function* smallestInputs(input: Input, subject: Subject): Generator<Input> {
  if (input.type === "receive") {
    for (const character of input.characters) yield { type: "receive", characters: [character] };
  } else if (input.type === "advance") {
    const endTick = subject.now + input.ticks;
    do yield advance(Math.min(subject.nextDue ?? endTick, endTick) - subject.now);
    while (subject.now < endTick);
  } else yield input;
}

/** Plays a sequence in small steps; `see` is told of each before it is taken, and told what came of it after. */
export function playInputs(
  subject: Subject,
  sequence: readonly UartStep[],
  observe: (input: Input) => ((emitted: readonly TimedEmission[]) => void) | undefined,
): void {
  for (const serialStep of sequence) {
    for (const input of smallestInputs(inputOf(serialStep, subject), subject)) {
      const after = observe(input);
      const emitted = subject.apply(input);
      after?.(emitted);
    }
  }
}

/** A copy of a 16550 whose divisor latch is closed. */
export function probeOf(subject: Subject): Subject {
  const latchClosed = subject.fork();
  const lineControl = latchClosed.peek(3);
  if (lineControl & LCR.DLAB) latchClosed.apply(write(3, lineControl & ~LCR.DLAB));
  return latchClosed;
}

/** IIR's code for each enabled source if that alone is enabled; 1 if it is not pending. */
export interface Sources {
  readonly lineStatus: number;
  readonly data: number;
  readonly thrEmpty: number;
  readonly modemStatus: number;
}

/** Asks which enabled sources are pending. A copy is asked, as asking means to write IER. */
export function sourcesOf(subject: Subject): Sources {
  const latchClosed = probeOf(subject);
  const enabled = latchClosed.peek(1);
  const ask = (probed: Subject, source: number): number => {
    if ((enabled & source) === 0) return 1;
    probed.apply(write(1, source));
    return probed.peek(2) & 0x0f;
  };
  // Whoever clears ETBEI or EDSSI and sets it again changes something: they come first, each on its own copy.
  const modemStatus = enabled & IER.EDSSI ? ask(probeOf(subject), IER.EDSSI) : 1;
  const thrEmpty = ask(latchClosed, IER.ETBEI);
  return { modemStatus, thrEmpty, lineStatus: ask(latchClosed, IER.ELSI), data: ask(latchClosed, IER.ERBFI) };
}
