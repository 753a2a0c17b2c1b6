/** I17: a 16550 that is saved and restored at every step goes on as an undisturbed one. regions.test.ts looks at its regions. */
import fc from "fast-check";
import type { Uart16550State } from "../../src/device/index.js";
import { type Step, stepSequence } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { write } from "../support/uart16550-play.js";
import { Watcher } from "../support/uart16550-seen.js";
import { inputOf, type Subject } from "../support/uart16550-subject.js";
import { everyPart, type Held, type Invariant, propertyOf } from "./invariant.js";

/** Moments that are hard to save: in the middle of something. */
function countMoments(held: Held, { options }: Subject, state: Uart16550State): void {
  held.count("mid-character, received", state.receiveSample >= 0);
  held.count("mid-character, sent", state.transmitFrame > 0 || !options.txTimed);
  held.count("output held", state.outputHeld);
  held.count("a break", state.awaitingMark);
  held.count("data received", state.receiveFifo.length > 0);
  held.count("characters to send", state.transmitFifo.length > 0);
  held.count("a timeout runs, or cannot", state.timeoutTicks > 0 || options.fifoSize === 1);
  held.count(
    "a delayed THR empty, or none",
    state.threDelayTicks > 0 || options.threDelay === "none" || !options.txTimed,
  );
  held.count("THR empty pending", state.thrEmptyPending);
}

const MOMENTS = [
  "mid-character, received",
  "mid-character, sent",
  "output held",
  "a break",
  "data received",
  "characters to send",
  "a timeout runs, or cannot",
  "a delayed THR empty, or none",
  "THR empty pending",
];

/** What they begin with: a host that holds output, or a FIFO that is used like a register, so that THR empty is delayed. */
const BEGINNINGS: readonly Step[][] = [
  [],
  [{ type: "hold" }, write(0, 1), { type: "advance", ticks: 40_000 }, write(0, 2), write(0, 3)],
  [write(2, 0x01), write(0, 1), { type: "advance", ticks: 40_000 }, write(0, 2)],
];

const sequences = (): fc.Arbitrary<Step[]> =>
  fc
    .tuple(fc.constantFrom(...BEGINNINGS), stepSequence(20))
    .map(([beginning, steps]) => [...beginning, ...steps]);

const I17: Invariant = {
  id: "I17",
  name: "SNAPSHOT",
  form: "two runs",
  applies: everyPart,
  premises: MOMENTS,
  runs: 6,
  property: (make, options, held) =>
    propertyOf(sequences(), (steps) => {
      const undisturbed = make(options);
      let twin = make(options);
      const watchers = [new Watcher(), new Watcher()] as const;
      for (const step of steps) {
        twin = twin.restored();
        const input = inputOf(step, undisturbed);
        const expected = watchers[0].seen(undisturbed.apply(input));
        expectSame(watchers[1].seen(twin.apply(input)), expected, input);
        expectSame(twin.state(), undisturbed.state(), input);
        expectSame([twin.now, twin.nextDue], [undisturbed.now, undisturbed.nextDue], input);
        countMoments(held, undisturbed, undisturbed.state());
      }
    }),
};

export const twinInvariants = [I17];
