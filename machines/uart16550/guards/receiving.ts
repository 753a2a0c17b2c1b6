import { LEVELS_OF_16, LEVELS_OF_64, TRIGGER_COUNTS } from "../trigger-levels.js";
import { withLayer } from "./layer.js";
import { transmittingGuards } from "./transmitting.js";

/** Returns the guard that holds with at least so many characters received and not read. */
const received = (count: number) => ({ type: "receivedAtLeast", params: { count } }) as const;

/** The guards of the trigger levels, lowest first. */
const LEVELS = [
  ["triggerLevel1", TRIGGER_COUNTS.one],
  ["triggerLevel4", TRIGGER_COUNTS.four],
  ["triggerLevel8", TRIGGER_COUNTS.eight],
  ["triggerLevel14", TRIGGER_COUNTS.fourteen],
  ["triggerLevel16", TRIGGER_COUNTS.sixteen],
  ["triggerLevel32", TRIGGER_COUNTS.thirtyTwo],
  ["triggerLevel56", TRIGGER_COUNTS.fiftySix],
] as const;

/** The guards of a write of FCR that selects a level above the lowest. */
const SELECTIONS = [
  ["writeSelects16Level1", LEVELS_OF_16[1]],
  ["writeSelects16Level2", LEVELS_OF_16[2]],
  ["writeSelects16Level3", LEVELS_OF_16[3]],
  ["writeSelects64Level1", LEVELS_OF_64[1]],
  ["writeSelects64Level2", LEVELS_OF_64[2]],
  ["writeSelects64Level3", LEVELS_OF_64[3]],
] as const;

const arriving = withLayer(transmittingGuards, ({ and, not, or }) => ({
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
    ...LEVELS.slice(1).map(([level, count]) => and([level, received(count)])),
  ]),
  moreThanTrigger: or(LEVELS.map(([level, count]) => and([level, received(count + 1)]))),
  writeSelectsMore: or(SELECTIONS.map(([selection]) => selection)),
  readLeavesNothing: and(["divisorLatchClosed", or(["receiveFifoEmpty", "oneReceived"])]),
}));

const breaking = withLayer(arriving, ({ and, not, or }) => ({
  readTakesLast: and(["divisorLatchClosed", "oneReceived"]),
  arrivalIsTimed: and(["characterArrives", or(["breakRestartsTimeout", not("characterIsBreak")])]),
  bareBreakArrives: and(["characterArrives", "breakIsBare"]),
  flushClearsBreak: and(["writeFlushesReceive", not("breakClearsByLsrReadOnly")]),
  readClearsBreak: and(["readLeavesNothing", not("breakClearsByLsrReadOnly")]),
  readClearsAllErrors: and(["divisorLatchClosed", "rbrReadClearsErrors"]),
  readExposesErrors: and(["divisorLatchClosed", "nextCharacterHasError"]),
}));

/** Guards of the characters that are received, and of their errors. */
export const receivingGuards = withLayer(breaking, ({ and, not, or }) => ({
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
  breakGoesToRBRAndQueue: and(["characterArrives", "fifosOff", "characterIsBreak", "breaksQueueWithoutFifo"]),
  characterFillsFifo: and(["characterArrives", "arrivalFillsFifo"]),
  bareBreakFillsFifo: and(["bareBreakArrives", "arrivalFillsFifo"]),
  bareBreakLoadsRBR: and(["bareBreakArrives", "breakLoadsRBR"]),
  bareBreakFillsFifoAndLoadsRBR: and(["bareBreakArrives", "breakLoadsRBR", "arrivalFillsFifo"]),
  queuedIsBelowTrigger: not("queuedReachesTrigger"),
  writeReachesTrigger: or([
    not("writeSelectsMore"),
    ...SELECTIONS.map(([selection, level]) => and([selection, received(TRIGGER_COUNTS[level])])),
  ]),
  readLeavesBelowTrigger: and(["divisorLatchClosed", not("moreThanTrigger")]),
  emptyReadGivesLast: and(["divisorLatchClosed", "emptyGivesLast"]),
  emptyReadGivesOnes: and(["divisorLatchClosed", "emptyGivesOnes"]),
  emptyReadGivesRBR: and(["divisorLatchClosed", "fifosOff"]),

  characterOverrunsFifo: and(["characterArrives", "fifosOn", "receiveFifoFull"]),
  characterOverrunsFifoWithBreak: and(["bareBreakArrives", "fifosOn", "receiveFifoFull"]),
  breakOverrunsQueue: and([
    "characterArrives",
    "fifosOff",
    "characterIsBreak",
    "breaksQueueWithoutFifo",
    "breakQueueFull",
  ]),
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
      and(["overrunSetsLsr7", "receiveFifoFull"]),
    ]),
  ]),
  noErrorIsLeft: and([not("lsr7ClearsByRead"), not("someCharacterHasError")]),
  readClearsErrorInFifo: and(["lsr7ClearsByRead", not("laterCharacterHasError")]),

  arrivalRestartsTimeout: and(["arrivalIsTimed", "fifosOn", "baudClockRuns"]),
  arrivalStopsTimeout: and(["arrivalIsTimed", not("baudClockRuns")]),
  readRestartsTimeout: and(["divisorLatchClosed", "baudClockRuns"]),
  readStartsTimeout: and(["fifosOn", "divisorLatchClosed", "baudClockRuns", received(2)]),
}));
