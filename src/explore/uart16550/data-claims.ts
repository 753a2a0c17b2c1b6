import { FCR, LSR } from "../../../machines/index.js";
import type { Uart16550State } from "../../device/index.js";
import { always, type Claim, claim, eventually, leadsTo } from "../check/claims.js";
import { byteRead, deviceBefore, emissionCount, isAccess, isInput, isSameJson } from "../check/predicates.js";
import { LONGEST_FIFO, queuedErrorCount } from "./inputs.js";
import {
  fifoCapacity,
  hasFifosOn,
  hasLineStatus,
  isLoopedBack,
  isSending,
  LINE_ERRORS,
  type ReachedUart,
  receivedCount,
  regionState,
  transmitCount,
  triggerLevelOf,
} from "./predicates.js";

const readsRBR = isAccess("read", "RBR");
const readsLSR = isAccess("read", "LSR");
const writesTHR = isAccess("write", "THR");
const writesFCR = isAccess("write", "FCR");
const isReset = isInput("reset");
const isAdvance = isInput("advance");
const acceptedCount = (current: ReachedUart): number => emissionCount(current, "accepted");
const canFlush = (current: ReachedUart): boolean => writesFCR(current) || isReset(current);
const frontErrors = ({ state }: Pick<ReachedUart, "state">): number => (state.receiveFifo[0] ?? 0) >> 8;
const visibleErrors = ({ state }: Pick<ReachedUart, "state">): number => state.LSR & LINE_ERRORS;
const newErrors = (current: ReachedUart): number =>
  visibleErrors(current) & ~visibleErrors(deviceBefore(current));
/** Returns true if the character timeout starts here: with the FIFOs on, something is left after an arrival or a read. */
const startsTimeout = (current: ReachedUart): boolean =>
  hasFifosOn(current) &&
  receivedCount(current) > 0 &&
  (readsRBR(current) ||
    (acceptedCount(current) > 0 && receivedCount(deviceBefore(current)) < fifoCapacity(current)));

/** Claims about reception. */
export const RECEIVE_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I6",
    "A read of LSR gives DR exactly while something received is not read.",
    always<Uart16550State>(
      (current) => ((byteRead(current) & LSR.DR) !== 0) === receivedCount(deviceBefore(current)) > 0,
      {
        when: readsLSR,
      },
    ),
  ),
  claim(
    "I7",
    "At most 1 or 16 characters are queued each way, by mode.",
    always<Uart16550State>(
      (current) =>
        receivedCount(current) <= fifoCapacity(current) && transmitCount(current) <= fifoCapacity(current),
    ),
  ),
  claim(
    "I8a",
    "A character that arrives where there is no room sets OE at once; the FIFO keeps what it has, RBR alone is replaced.",
    always<Uart16550State>(
      (current) =>
        hasLineStatus(current, LSR.OE) &&
        receivedCount(current) === receivedCount(deviceBefore(current)) &&
        (!hasFifosOn(current) ||
          isSameJson(current.state.receiveFifo, deviceBefore(current).state.receiveFifo)),
      {
        when: (current) =>
          acceptedCount(current) > 0 &&
          receivedCount(deviceBefore(current)) === fifoCapacity(deviceBefore(current)),
      },
    ),
  ),
  claim(
    "I8b",
    "Nothing else sets OE.",
    always<Uart16550State>((current) => emissionCount(current, "overrun") > 0, {
      when: (current) => (newErrors(current) & LSR.OE) !== 0,
    }),
  ),
  claim(
    "I8c",
    "OE stays until LSR is read.",
    always<Uart16550State>((current) => hasLineStatus(current, LSR.OE), {
      when: (current) =>
        hasLineStatus(deviceBefore(current), LSR.OE) && !readsLSR(current) && !isReset(current),
    }),
  ),
  claim(
    "I9a",
    "Step by step, what was received is read, queued or reported as overrun, in order, unless FCR flushes it; nothing else is queued.",
    always<Uart16550State>(
      (current) => {
        const oldFifo = deviceBefore(current).state.receiveFifo;
        const readCount = readsRBR(current) && oldFifo.length > 0 ? 1 : 0;
        const keptCharacters = oldFifo.slice(readCount);
        const currentFifo = current.state.receiveFifo;
        if (readCount > 0 && byteRead(current) !== ((oldFifo[0] ?? 0) & 0xff)) return false;
        if (canFlush(current) && currentFifo.length === 0) return true;
        const addedCount = acceptedCount(current) - emissionCount(current, "overrun");
        const expectedFront =
          emissionCount(current, "overrun") > 0 && !hasFifosOn(current)
            ? keptCharacters.slice(1)
            : keptCharacters;
        return (
          currentFifo.length === keptCharacters.length + addedCount &&
          isSameJson(currentFifo.slice(0, expectedFront.length), expectedFront)
        );
      },
      { when: (current) => current.step !== undefined },
    ),
  ),
  claim(
    "I10a",
    "Received data is available exactly at or above the trigger level.",
    always<Uart16550State>(
      (current) =>
        (typeof regionState(current, "receiveFifo") === "object") ===
        receivedCount(current) >= triggerLevelOf(current),
    ),
  ),
  claim(
    "I10b",
    "With the FIFOs on, the timeout is pending 4 character times after an arrival or a read that leaves something, if only time passes.",
    eventually<Uart16550State>(({ state }) => state.timeoutPending, {
      from: startsTimeout,
      during: isAdvance,
    }).within(4, "characters"),
  ),
  claim(
    "I10c",
    "The timeout does not come sooner: it becomes pending only as time passes, and with a character queued.",
    always<Uart16550State>(
      (current) =>
        isAdvance(current) &&
        receivedCount(current) > 0 &&
        deviceBefore(current).state.timeoutTicks <= current.characterTicks / 2,
      { when: (current) => current.state.timeoutPending && !deviceBefore(current).state.timeoutPending },
    ),
  ),
  claim(
    "I10d",
    "After a read, or an arrival before it is pending, the timeout has all of its 4 character times to run.",
    always<Uart16550State>(
      ({ state }) => !state.timeoutPending && state.timeoutTicks === state.timeoutLength,
      {
        when: (current) =>
          startsTimeout(current) && (readsRBR(current) || !deviceBefore(current).state.timeoutPending),
      },
    ),
  ),
  claim(
    "I11a",
    "PE, FE or BI begins to show only if the character that is the next to be read has it, with the FIFOs on.",
    always<Uart16550State>((current) => (newErrors(current) & ~LSR.OE & ~frontErrors(current)) === 0, {
      when: (current) => hasFifosOn(current) && (newErrors(current) & ~LSR.OE) !== 0,
    }),
  ),
  claim(
    "I11b",
    "When a character with an error becomes the next to be read, its errors show.",
    always<Uart16550State>(
      (current) => (visibleErrors(current) & frontErrors(current)) === frontErrors(current),
      {
        when: (current) =>
          frontErrors(current) !== 0 &&
          ((readsRBR(current) && receivedCount(deviceBefore(current)) > 1) ||
            (acceptedCount(current) > 0 && receivedCount(current) === 1)),
      },
    ),
  ),
  claim(
    "I11c",
    "With the FIFOs on, a character with an error that is queued sets LSR bit 7.",
    always<Uart16550State>((current) => hasLineStatus(current, LSR.ERROR_IN_FIFO), {
      when: (current) =>
        hasFifosOn(current) &&
        acceptedCount(current) > 0 &&
        (current.state.receiveFifo.at(-1) ?? 0) > 0xff &&
        receivedCount(current) > receivedCount(deviceBefore(current)),
    }),
  ),
  claim(
    "I11d",
    "Reading LSR clears the errors that show.",
    always<Uart16550State>((current) => visibleErrors(current) === 0, {
      when: (current) => readsLSR(current) && visibleErrors(deviceBefore(current)) !== 0,
    }),
  ),
  claim(
    "I15a",
    "FCR's reset of the receive FIFO leaves it empty, and so does any change of FIFO enable.",
    always<Uart16550State>((current) => receivedCount(current) === 0, {
      when: (current) =>
        writesFCR(current) &&
        receivedCount(deviceBefore(current)) > 0 &&
        (hasFifosOn(current) !== hasFifosOn(deviceBefore(current)) ||
          (hasFifosOn(current) &&
            current.step?.input.type === "write" &&
            (current.step.input.value & FCR.RX_RESET) !== 0)),
    }),
  ),
  claim(
    "I19a",
    "While a break lasts nothing is received.",
    always<Uart16550State>((current) => acceptedCount(current) === 0, {
      when: (current) =>
        deviceBefore(current).state.awaitingMark &&
        (isInput("receive")(current) || isInput("break")(current)),
    }),
  ),
  claim(
    "I19b",
    "A break that begins is one character, a NUL.",
    always<Uart16550State>((current) => acceptedCount(current) === 1 && current.state.awaitingMark, {
      when: (current) =>
        current.step?.input.type === "break" &&
        current.step.input.on &&
        !deviceBefore(current).state.awaitingMark &&
        !isLoopedBack(current),
    }),
  ),
];

const unsentCount = (current: Pick<ReachedUart, "state">): number =>
  current.state.transmitFifo.length + (isSending(current as ReachedUart) ? 1 : 0);
/** Returns true if only time passes, and the host takes output. */
const isUndisturbed = (current: ReachedUart): boolean =>
  isAdvance(current) && !current.state.outputHeld && (current.state.LCR & 0x40) === 0;
const startsSending = (current: ReachedUart): boolean =>
  writesTHR(current) &&
  !isSending(deviceBefore(current)) &&
  current.state.transmitFrame !== 0 &&
  !current.state.outputHeld &&
  (current.state.LCR & 0x40) === 0;

/** Returns true for a step that does not leave the scopes of the whole chart. */
const staysInWhole = (current: ReachedUart): boolean =>
  current.state.DLL === deviceBefore(current).state.DLL &&
  current.state.DLM === deviceBefore(current).state.DLM &&
  queuedErrorCount(current.state) <= 1 &&
  [current.state.receiveFifo, current.state.transmitFifo].every(({ length }) => length <= LONGEST_FIFO);

const sentInTheEnd = (sentence: string, during: (current: ReachedUart) => boolean): Claim<Uart16550State> =>
  claim(
    "I4",
    sentence,
    leadsTo<Uart16550State>(writesTHR, (current) => hasLineStatus(current, LSR.THRE), {
      during,
      fairly: [
        {
          name: "time passes while the host takes output",
          is: (current) => isAdvance(current) && !current.state.outputHeld,
        },
      ],
    }),
  );

/** I4 in the scopes of the whole chart, which a run leaves that changes the divisor, or queues more characters or errors than they have. */
export const WHOLE_SENT_CLAIM: Claim<Uart16550State> = sentInTheEnd(
  "After a write of THR, THRE is set in the end, if time passes while the host takes what is sent, nothing more is written, the divisor stays, and no more is received than the scope has.",
  (current) => !writesTHR(current) && staysInWhole(current),
);

/** Claims about transmission. */
export const TRANSMIT_CLAIMS: readonly Claim<Uart16550State>[] = [
  sentInTheEnd(
    "After a write of THR, THRE is set in the end, if time passes while the host takes what is sent, and nothing more is written.",
    (current) => !writesTHR(current),
  ),
  claim(
    "I7",
    "At most 1 or 16 characters are queued, by mode.",
    always<Uart16550State>((current) => transmitCount(current) <= fifoCapacity(current)),
  ),
  claim(
    "I9b",
    "Step by step, what was written is queued, on the line or sent, unless there is no room, a break hides it, or FCR or a reset flushes it.",
    always<Uart16550State>(
      (current) => {
        const hasRoom = transmitCount(deviceBefore(current)) < fifoCapacity(deviceBefore(current));
        const expectedCount = unsentCount(deviceBefore(current)) + (writesTHR(current) && hasRoom ? 1 : 0);
        return expectedCount === unsentCount(current) + emissionCount(current, "transmit");
      },
      {
        when: (current) =>
          current.step !== undefined &&
          !canFlush(current) &&
          (current.state.LCR & 0x40) === 0 &&
          (deviceBefore(current).state.LCR & 0x40) === 0,
      },
    ),
  ),
  claim(
    "I15b",
    "FCR leaves the character on the line alone.",
    always<Uart16550State>(
      (current) =>
        isSameJson(
          [current.state.transmitFrame, current.state.transmitTicks, current.state.transmitWaits],
          [
            deviceBefore(current).state.transmitFrame,
            deviceBefore(current).state.transmitTicks,
            deviceBefore(current).state.transmitWaits,
          ],
        ),
      { when: (current) => writesFCR(current) && isSending(deviceBefore(current)) },
    ),
  ),
  claim(
    "I20a",
    "A character is sent one character time after it has begun, if only time passes.",
    eventually<Uart16550State>((current) => emissionCount(current, "transmit") > 0, {
      from: startsSending,
      during: isUndisturbed,
    }).within(1, "characters"),
  ),
  claim(
    "I20b",
    "It is not sent sooner: half a character time after it has begun it is on the line.",
    always<Uart16550State>(
      (current) => emissionCount(current, "transmit") === 0 && current.state.transmitFrame !== 0,
      {
        when: (current) =>
          isAdvance(current) &&
          deviceBefore(current).state.transmitFrame !== 0 &&
          deviceBefore(current).state.transmitBit === 0,
      },
    ),
  ),
];
