/** I17: a 16550 that is saved and restored at every step goes on as an undisturbed one. regions.test.ts looks at its regions. */
import fc from "fast-check";
import type { Uart16550State } from "../../src/device/index.js";
import { stepSequence, type UartStep } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { Watcher } from "../support/pin-watcher.js";
import { write } from "../support/uart16550-play.js";
import { inputOf, type Subject } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf, type UsedPremises } from "./invariant.js";

/** Moments that are hard to save: in the middle of something. */
function countMoments(vacuityGuard: UsedPremises, { options }: Subject, deviceState: Uart16550State): void {
  vacuityGuard.count("mid-character, received", deviceState.receiveSample >= 0);
  vacuityGuard.count("mid-character, sent", deviceState.transmitFrame > 0 || !options.transmitterIsTimed);
  vacuityGuard.count("output held", deviceState.outputHeld);
  vacuityGuard.count("a break", deviceState.awaitingMark);
  vacuityGuard.count("data received", deviceState.receiveFifo.length > 0);
  vacuityGuard.count("characters to send", deviceState.transmitFifo.length > 0);
  vacuityGuard.count("a timeout runs, or cannot", deviceState.timeoutTicks > 0 || options.fifoSize === 1);
  vacuityGuard.count(
    "a delayed THR empty, or none",
    deviceState.threDelayTicks > 0 || options.threDelay === "none" || !options.transmitterIsTimed,
  );
  vacuityGuard.count("THR empty pending", deviceState.thrEmptyPending);
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

/** The beginnings: a host that holds output, or a FIFO that is used like a register, so that THR empty is delayed. */
const BEGINNINGS: readonly UartStep[][] = [
  [],
  [{ type: "hold" }, write(0, 1), { type: "advance", ticks: 40_000 }, write(0, 2), write(0, 3)],
  [write(2, 0x01), write(0, 1), { type: "advance", ticks: 40_000 }, write(0, 2)],
];

const sequences = (): fc.Arbitrary<UartStep[]> =>
  fc
    .tuple(fc.constantFrom(...BEGINNINGS), stepSequence(20))
    .map(([beginning, sequence]) => [...beginning, ...sequence]);

const I17: Invariant = {
  id: "I17",
  name: "SNAPSHOT",
  form: "two runs",
  applies: everyPart,
  premises: MOMENTS,
  runs: 6,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(sequences(), (sequence) => {
      const undisturbed = makeSubject(options);
      let restoredTwin = makeSubject(options);
      const watchers = [new Watcher(), new Watcher()] as const;
      for (const nextStep of sequence) {
        restoredTwin = restoredTwin.restored();
        const input = inputOf(nextStep, undisturbed);
        const expected = watchers[0].observe(undisturbed.apply(input));
        expectSame(watchers[1].observe(restoredTwin.apply(input)), expected, input);
        expectSame(restoredTwin.state(), undisturbed.state(), input);
        expectSame([restoredTwin.now, restoredTwin.nextDue], [undisturbed.now, undisturbed.nextDue], input);
        countMoments(vacuityGuard, undisturbed, undisturbed.state());
      }
    }),
};

export const twinInvariants = [I17];
