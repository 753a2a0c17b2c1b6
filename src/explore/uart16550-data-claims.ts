import { FCR, LSR } from "../../machines/index.js";
import type { Uart16550State } from "../device/index.js";
import { access, before, byteRead, emitted, isInput, same } from "./asking.js";
import { always, type Claim, claim, eventually, leadsTo } from "./claims.js";
import {
  type At,
  ERRORS,
  fifosOn,
  isSending,
  loops,
  queued,
  roomOf,
  shows,
  stateIn,
  toSend,
  triggerOf,
} from "./uart16550-asking.js";

const readsRBR = access("read", "RBR");
const readsLSR = access("read", "LSR");
const writesTHR = access("write", "THR");
const writesFCR = access("write", "FCR");
const resets = isInput("reset");
const advances = isInput("advance");
const accepted = (at: At): number => emitted(at, "accepted");
const flushes = (at: At): boolean => writesFCR(at) || resets(at);
const frontErrors = ({ state }: Pick<At, "state">): number => (state.receiveFifo[0] ?? 0) >> 8;
const shown = ({ state }: Pick<At, "state">): number => state.LSR & ERRORS;
const risen = (at: At): number => shown(at) & ~shown(before(at));
/** Whether this is a moment of waiting for the timeout: with the FIFOs on, something is left after an arrival or a read. */
const startsTimeout = (at: At): boolean =>
  fifosOn(at) && queued(at) > 0 && (readsRBR(at) || (accepted(at) > 0 && queued(before(at)) < roomOf(at)));

/** Claims about what is received. */
export const RECEIVE_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I6",
    "A read of LSR gives DR exactly while something received is not read.",
    always<Uart16550State>((at) => ((byteRead(at) & LSR.DR) !== 0) === queued(before(at)) > 0, {
      when: readsLSR,
    }),
  ),
  claim(
    "I7",
    "At most 1 or 16 characters are queued each way, by mode.",
    always<Uart16550State>((at) => queued(at) <= roomOf(at) && toSend(at) <= roomOf(at)),
  ),
  claim(
    "I8a",
    "A character that arrives where there is no room sets OE at once; the FIFO keeps what it has, RBR alone is replaced.",
    always<Uart16550State>(
      (at) =>
        shows(at, LSR.OE) &&
        queued(at) === queued(before(at)) &&
        (!fifosOn(at) || same(at.state.receiveFifo, before(at).state.receiveFifo)),
      { when: (at) => accepted(at) > 0 && queued(before(at)) === roomOf(before(at)) },
    ),
  ),
  claim(
    "I8b",
    "Nothing else sets OE.",
    always<Uart16550State>((at) => emitted(at, "overrun") > 0, { when: (at) => (risen(at) & LSR.OE) !== 0 }),
  ),
  claim(
    "I8c",
    "OE stays until LSR is read.",
    always<Uart16550State>((at) => shows(at, LSR.OE), {
      when: (at) => shows(before(at), LSR.OE) && !readsLSR(at) && !resets(at),
    }),
  ),
  claim(
    "I9a",
    "Step by step, what was received is read, queued or told to be overrun, in order, unless FCR flushes it; nothing else is queued.",
    always<Uart16550State>(
      (at) => {
        const was = before(at).state.receiveFifo;
        const read = readsRBR(at) && was.length > 0 ? 1 : 0;
        const kept = was.slice(read);
        const now = at.state.receiveFifo;
        if (read > 0 && byteRead(at) !== ((was[0] ?? 0) & 0xff)) return false;
        if (flushes(at) && now.length === 0) return true;
        const taken = accepted(at) - emitted(at, "overrun");
        const rest = emitted(at, "overrun") > 0 && !fifosOn(at) ? kept.slice(1) : kept;
        return now.length === kept.length + taken && same(now.slice(0, rest.length), rest);
      },
      { when: (at) => at.step !== undefined },
    ),
  ),
  claim(
    "I10a",
    "Received data is available exactly at or above the trigger level.",
    always<Uart16550State>(
      (at) => (typeof stateIn(at, "receiveFifo") === "object") === queued(at) >= triggerOf(at),
    ),
  ),
  claim(
    "I10b",
    "With the FIFOs on, the timeout is pending 4 character times after an arrival or a read that leaves something, if only time passes.",
    eventually<Uart16550State>(({ state }) => state.timeoutPending, {
      from: startsTimeout,
      during: advances,
    }).within(4, "characters"),
  ),
  claim(
    "I10c",
    "The timeout does not come sooner: it becomes pending only as time passes, and with a character queued.",
    always<Uart16550State>(
      (at) => advances(at) && queued(at) > 0 && before(at).state.timeoutTicks <= at.characterTicks / 2,
      { when: (at) => at.state.timeoutPending && !before(at).state.timeoutPending },
    ),
  ),
  claim(
    "I10d",
    "After a read, or an arrival before it is pending, the timeout has all of its 4 character times to run.",
    always<Uart16550State>(
      ({ state }) => !state.timeoutPending && state.timeoutTicks === state.timeoutLength,
      {
        when: (at) => startsTimeout(at) && (readsRBR(at) || !before(at).state.timeoutPending),
      },
    ),
  ),
  claim(
    "I11a",
    "PE, FE or BI begins to show only if the character that is the next to be read has it, with the FIFOs on.",
    always<Uart16550State>((at) => (risen(at) & ~LSR.OE & ~frontErrors(at)) === 0, {
      when: (at) => fifosOn(at) && (risen(at) & ~LSR.OE) !== 0,
    }),
  ),
  claim(
    "I11b",
    "When a character with an error becomes the next to be read, its errors show.",
    always<Uart16550State>((at) => (shown(at) & frontErrors(at)) === frontErrors(at), {
      when: (at) =>
        frontErrors(at) !== 0 &&
        ((readsRBR(at) && queued(before(at)) > 1) || (accepted(at) > 0 && queued(at) === 1)),
    }),
  ),
  claim(
    "I11c",
    "With the FIFOs on, a character with an error that is queued sets LSR bit 7.",
    always<Uart16550State>((at) => shows(at, LSR.ERROR_IN_FIFO), {
      when: (at) =>
        fifosOn(at) &&
        accepted(at) > 0 &&
        (at.state.receiveFifo.at(-1) ?? 0) > 0xff &&
        queued(at) > queued(before(at)),
    }),
  ),
  claim(
    "I11d",
    "Reading LSR clears the errors that show.",
    always<Uart16550State>((at) => shown(at) === 0, {
      when: (at) => readsLSR(at) && shown(before(at)) !== 0,
    }),
  ),
  claim(
    "I15a",
    "FCR's reset of the receive FIFO leaves it empty, and so does any change of FIFO enable.",
    always<Uart16550State>((at) => queued(at) === 0, {
      when: (at) =>
        writesFCR(at) &&
        queued(before(at)) > 0 &&
        (fifosOn(at) !== fifosOn(before(at)) ||
          (fifosOn(at) && at.step?.input.type === "write" && (at.step.input.value & FCR.RX_RESET) !== 0)),
    }),
  ),
  claim(
    "I19a",
    "While a break lasts nothing is received.",
    always<Uart16550State>((at) => accepted(at) === 0, {
      when: (at) => before(at).state.awaitingMark && (isInput("receive")(at) || isInput("break")(at)),
    }),
  ),
  claim(
    "I19b",
    "A break that begins is one character, a NUL.",
    always<Uart16550State>((at) => accepted(at) === 1 && at.state.awaitingMark, {
      when: (at) =>
        at.step?.input.type === "break" && at.step.input.on && !before(at).state.awaitingMark && !loops(at),
    }),
  ),
];

const total = (at: Pick<At, "state">): number => at.state.transmitFifo.length + (isSending(at as At) ? 1 : 0);
/** Nothing but time passes, and the host takes what is sent. */
const undisturbed = (at: At): boolean => advances(at) && !at.state.outputHeld && (at.state.LCR & 0x40) === 0;
const begins = (at: At): boolean =>
  writesTHR(at) &&
  !isSending(before(at)) &&
  at.state.transmitFrame !== 0 &&
  !at.state.outputHeld &&
  (at.state.LCR & 0x40) === 0;

/** Claims about what is sent. */
export const TRANSMIT_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I4",
    "After a write of THR, THRE is set in the end, if time passes while the host takes what is sent, and nothing more is written.",
    leadsTo<Uart16550State>(writesTHR, (at) => shows(at, LSR.THRE), {
      during: (at) => !writesTHR(at),
      fairly: [
        { name: "time passes while the host takes output", is: (at) => advances(at) && !at.state.outputHeld },
      ],
    }),
  ),
  claim(
    "I7",
    "At most 1 or 16 characters are queued, by mode.",
    always<Uart16550State>((at) => toSend(at) <= roomOf(at)),
  ),
  claim(
    "I9b",
    "Step by step, what was written is queued, on the line or sent, unless there is no room, a break hides it, or FCR or a reset flushes it.",
    always<Uart16550State>(
      (at) => {
        const room = toSend(before(at)) < roomOf(before(at));
        const had = total(before(at)) + (writesTHR(at) && room ? 1 : 0);
        return had === total(at) + emitted(at, "transmit");
      },
      {
        when: (at) =>
          at.step !== undefined &&
          !flushes(at) &&
          (at.state.LCR & 0x40) === 0 &&
          (before(at).state.LCR & 0x40) === 0,
      },
    ),
  ),
  claim(
    "I15b",
    "FCR leaves the character on the line alone.",
    always<Uart16550State>(
      (at) =>
        same(
          [at.state.transmitFrame, at.state.transmitTicks, at.state.transmitWaits],
          [before(at).state.transmitFrame, before(at).state.transmitTicks, before(at).state.transmitWaits],
        ),
      { when: (at) => writesFCR(at) && isSending(before(at)) },
    ),
  ),
  claim(
    "I20a",
    "A character is sent one character time after it has begun, if only time passes.",
    eventually<Uart16550State>((at) => emitted(at, "transmit") > 0, {
      from: begins,
      during: undisturbed,
    }).within(1, "characters"),
  ),
  claim(
    "I20b",
    "It is not sent sooner: half a character time after it has begun it is on the line.",
    always<Uart16550State>((at) => emitted(at, "transmit") === 0 && at.state.transmitFrame !== 0, {
      when: (at) =>
        advances(at) && before(at).state.transmitFrame !== 0 && before(at).state.transmitBit === 0,
    }),
  ),
];
