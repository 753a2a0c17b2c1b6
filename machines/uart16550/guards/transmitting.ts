import { controllingGuards } from "./controlling.js";
import { withLayer } from "./layer.js";

const starting = withLayer(controllingGuards, ({ and, not, or }) => ({
  transmitterMayStart: and([
    "shiftRegisterEmpty",
    not("transmitFifoEmpty"),
    or([not("autoCtsOn"), "clearToSend"]),
    or([not("transmitterIsTimed"), "baudClockRuns"]),
  ]),
  outputIsHidden: and(["breakOn", "breakHidesOutput"]),
  lastBitEnds: and(["bitIsOver", "lastBitIsOnLine"]),
  lastIsDelayed: and([
    "oneToSend",
    "transmitterIsTimed",
    "fifosOn",
    "queuedOneByOne",
    "nextIndicationIsDelayed",
  ]),
  writeRearms: and([
    "divisorLatchClosed",
    "writeSetsETBEI",
    or(["everyWriteRearms", and(["risingEdgeRearms", not("thrEmptyEnabled")])]),
  ]),
  thrWriteFillsFifo: or([
    "fifosOff",
    and(["fifos16", { type: "toSendAtLeast", params: { count: 15 } }]),
    and(["fifos64", { type: "toSendAtLeast", params: { count: 63 } }]),
  ]),
}));

/** Guards of the characters to be sent, and of THR empty. */
export const transmittingGuards = withLayer(starting, ({ and, not }) => ({
  characterStarts: and(["transmitterMayStart", "transmitterIsTimed"]),
  characterLoopsAtOnce: and(["transmitterMayStart", "loopbackOn"]),
  characterIsHiddenAtOnce: and(["transmitterMayStart", "outputIsHidden"]),
  characterWaitsAtOnce: and(["transmitterMayStart", not("hostTakesOutput")]),
  lastBitEndsInLoopback: and(["lastBitEnds", "loopbackOn"]),
  lastBitEndsUnseen: and(["lastBitEnds", "outputIsHidden"]),
  lastBitEndsOnHold: and(["lastBitEnds", not("hostTakesOutput")]),
  stopBitBegins: and(["bitIsOver", "stopBitIsNext"]),
  nextBitSpaces: and(["bitIsOver", "nextBitIsSpace"]),

  lastIsTaken: and(["transmitterMayStart", "oneToSend"]),
  lastIsTakenWithDelay: and(["transmitterMayStart", "lastIsDelayed", "threDelayHoldsBoth"]),
  lastIsTakenWithInterruptDelay: and(["transmitterMayStart", "lastIsDelayed", "threDelayHoldsInterrupt"]),
  thrIsFilled: and(["divisorLatchClosed", "fifosOff"]),
  thrWriteFills: and(["divisorLatchClosed", "thrWriteFillsFifo"]),
  overflowDropsOldestCharacter: and(["divisorLatchClosed", "overflowDropsOldest"]),
  overflowReplacesLastCharacter: and(["divisorLatchClosed", "overflowReplacesLast"]),
  overflowWrapsInThr: and(["divisorLatchClosed", "overflowWraps", "fifosOff"]),
  overflowWrapsFifo: and(["divisorLatchClosed", "overflowWraps"]),

  writeRearmsDuringDelay: and(["writeRearms", "threDelayHoldsInterrupt"]),
  fifoChangeReannouncesThrEmpty: and(["writeChangesFifoEnable", not("fifoChangeIsSilent")]),
  resetReannouncesThrEmpty: and([
    not("writeChangesFifoEnable"),
    "fcrTakesEffect",
    "writeResetsTransmit",
    not("transmitResetIsSilent"),
  ]),
}));
