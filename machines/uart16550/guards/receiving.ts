import { and, not, or } from "xstate";
import { transmittingGuards } from "./transmitting.js";

/** At least so many characters are received and not read. */
const received = (count: number) => ({ type: "receivedAtLeast", params: { count } }) as const;

const arriving = transmittingGuards.extend({
  guards: {
    lineSpaces: not("lineMarks"),
    sampleIsMark: and(["sampleIsDue", "lineIsMarking"]),
    sampleIsSpace: and(["sampleIsDue", not("lineIsMarking")]),
    breakEnds: not("breakBegins"),
    breakIsBare: and(["characterIsBreak", not("breakWaitsInFifo")]),
    outsideReaches: or(["loopbackOff", not("loopbackDisconnectsSIN")]),
    characterArrives: or(["characterCompletes", "characterLoopsBack"]),
    arrivalFillsFifo: or(["fifosOff", and(["fifos16", received(15)]), and(["fifos64", received(63)])]),
    queuedReachesTrigger: or([
      "fifosOff",
      "triggerLevel1",
      and(["triggerLevel4", received(4)]),
      and(["triggerLevel8", received(8)]),
      and(["triggerLevel14", received(14)]),
      and(["triggerLevel16", received(16)]),
      and(["triggerLevel32", received(32)]),
      and(["triggerLevel56", received(56)]),
    ]),
    moreThanTrigger: or([
      and(["triggerLevel1", received(2)]),
      and(["triggerLevel4", received(5)]),
      and(["triggerLevel8", received(9)]),
      and(["triggerLevel14", received(15)]),
      and(["triggerLevel16", received(17)]),
      and(["triggerLevel32", received(33)]),
      and(["triggerLevel56", received(57)]),
    ]),
    writeSelectsMore: or([
      "writeSelects16Level1",
      "writeSelects16Level2",
      "writeSelects16Level3",
      "writeSelects64Level1",
      "writeSelects64Level2",
      "writeSelects64Level3",
    ]),
    readLeavesNothing: and(["divisorLatchClosed", or(["receiveFifoEmpty", "oneReceived"])]),
  },
});

const breaking = arriving.extend({
  guards: {
    readTakesLast: and(["divisorLatchClosed", "oneReceived"]),
    arrivalIsTimed: and(["characterArrives", or(["breakRestartsTimeout", not("characterIsBreak")])]),
    bareBreakArrives: and(["characterArrives", "breakIsBare"]),
    flushClearsBreak: and(["writeFlushesReceive", not("breakClearsByLsrOnly")]),
    readClearsBreak: and(["readLeavesNothing", not("breakClearsByLsrOnly")]),
    readClearsAllErrors: and(["divisorLatchClosed", "readClearsErrors"]),
    readExposesErrors: and(["divisorLatchClosed", "nextCharacterHasError"]),
  },
});

/** What becomes of the characters that are received, and of their errors. */
export const receivingGuards = breaking.extend({
  guards: {
    startBitBegins: and(["lineSpaces", "lineIsMarking", "outsideReaches", "baudClockRuns"]),
    loopbackCutsOff: and(["writeSetsLOOP", "loopbackDisconnectsSIN"]),
    timeoutMeetsNothing: and(["timeoutIsOver", "receiveFifoEmpty"]),
    readLetsTimeoutRun: or([
      and(["readTakesLast", not("breakRestartsTimeout")]),
      and(["divisorLatchClosed", "receiveFifoEmpty"]),
    ]),
    lastSampleIsMark: and(["sampleIsMark", "lastSampledBit"]),
    lastSampleIsSpace: and(["sampleIsSpace", "lastSampledBit"]),
    sampleEndsBreak: and(["sampleIsDue", "everyBitIsSpace"]),
    sampleEndsBreakWithErrors: and(["sampleIsDue", "everyBitIsSpace", "breakIsFramingError"]),
    breakDoesNotReach: and(["breakBegins", "loopbackOn", "loopbackDisconnectsSIN"]),
    breakBeginsWithErrors: and(["breakBegins", "breakIsFramingError"]),

    characterGoesToRBR: and(["characterArrives", "fifosOff"]),
    characterFillsFifo: and(["characterArrives", "arrivalFillsFifo"]),
    bareBreakFillsFifo: and(["bareBreakArrives", "arrivalFillsFifo"]),
    queuedIsBelowTrigger: not("queuedReachesTrigger"),
    writeReachesTrigger: or([
      not("writeSelectsMore"),
      and(["writeSelects16Level1", received(4)]),
      and(["writeSelects16Level2", received(8)]),
      and(["writeSelects16Level3", received(14)]),
      and(["writeSelects64Level1", received(16)]),
      and(["writeSelects64Level2", received(32)]),
      and(["writeSelects64Level3", received(56)]),
    ]),
    readLeavesBelowTrigger: and(["divisorLatchClosed", not("moreThanTrigger")]),
    emptyReadGivesLast: and(["divisorLatchClosed", "emptyGivesLast"]),
    emptyReadGivesOnes: and(["divisorLatchClosed", "emptyGivesOnes"]),
    emptyReadGivesRBR: and(["divisorLatchClosed", "fifosOff"]),

    characterOverrunsFifo: and(["characterArrives", "fifosOn", "receiveFifoFull"]),
    characterOverrunsFifoWithBreak: and(["bareBreakArrives", "fifosOn", "receiveFifoFull"]),
    characterOverrunsRBR: and([
      "characterArrives",
      "fifosOff",
      "receiveFifoFull",
      or(["breakOverruns", not("characterIsBreak")]),
    ]),
    characterShowsErrors: and([
      "characterArrives",
      "characterHasError",
      or(["fifosOff", "receiveFifoEmpty", "breakIsBare"]),
    ]),
    readClearsAndExposesErrors: and(["readClearsAllErrors", "nextCharacterHasError"]),
    readClearsBreakAlone: and(["readClearsBreak", "otherErrorsShow"]),
    flushClearsBreakAlone: and(["flushClearsBreak", "otherErrorsShow"]),
    factoryTestSetsErrors: and(["factoryTestWrites", "writeSetsErrors"]),

    errorEntersFifo: and([
      "characterArrives",
      "fifosOn",
      or([
        and(["characterHasError", not("breakIsBare"), not("receiveFifoFull")]),
        and(["overrunCountsInLsr7", "receiveFifoFull"]),
      ]),
    ]),
    noErrorIsLeft: and([not("lsr7ClearsByRead"), not("someCharacterHasError")]),
    readClearsErrorInFifo: and(["lsr7ClearsByRead", not("laterCharacterHasError")]),

    arrivalRestartsTimeout: and(["arrivalIsTimed", "fifosOn", "baudClockRuns"]),
    arrivalStopsTimeout: and(["arrivalIsTimed", not("baudClockRuns")]),
    readRestartsTimeout: and(["divisorLatchClosed", "baudClockRuns"]),
    readStartsTimeout: and(["fifosOn", "divisorLatchClosed", "baudClockRuns", received(2)]),
  },
});
