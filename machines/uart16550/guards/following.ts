import { withLayer } from "./layer.js";
import { modemGuards } from "./modem.js";

const pending = withLayer(modemGuards, ({ and, not, or }) => ({
  lineStatusInterrupts: and(["lineStatusEnabled", "lineErrorsShown"]),
  receivedDataInterrupts: and(["receivedDataEnabled", "receiveFifoTriggered"]),
  timeoutInterrupts: and(["receivedDataEnabled", "timeoutPending"]),
  thrEmptyInterrupts: and(["thrEmptyEnabled", "thrEmptyPending"]),
  modemStatusInterrupts: and([
    "modemStatusEnabled",
    or(["modemChanged", and(["onlyCTSHasChanged", not("autoCtsOn")])]),
  ]),
  boardLetsThrough: or([not("boardIsPc"), "OUT2Asserted"]),
  spaceIsOnLine: and(["loopbackOff", or(["breakOn", "spaceIsSent"])]),
  autoRtsWorks: and(["autoRtsOn", or(["fifosOn", "autoRtsWorksWithoutFifo"])]),
  level14: and(["fifosOn", "triggerLevel14"]),
  levelWaitsForEmpty: or([
    "fifosOff",
    "triggerLevel1",
    "triggerLevel4",
    "triggerLevel8",
    and(["autoRts64WaitsForEmpty", or(["triggerLevel16", "triggerLevel32", "triggerLevel56"])]),
  ]),
  characterIsArriving: or(["receiverShiftsIn", "receiverSeesStopBit", "characterCompletes"]),
  receiverIsBusy: or([
    "receiverSeesStartBit",
    "receiverShiftsIn",
    "receiverSeesStopBit",
    "characterCompletes",
  ]),
  onePlaceIsFree: and([{ type: "receivedAtLeast", params: { count: 15 } }, not("receiveFifoFull")]),
}));

const highest = withLayer(pending, ({ and, not, or }) => ({
  receivedDataIsHighest: and([
    not("lineStatusInterrupts"),
    "receivedDataInterrupts",
    or(["receivedDataBeforeTimeout", not("timeoutInterrupts")]),
  ]),
  timeoutIsHighest: and([
    not("lineStatusInterrupts"),
    "timeoutInterrupts",
    or([not("receivedDataBeforeTimeout"), not("receivedDataInterrupts")]),
  ]),
  thrEmptyIsHighest: and([
    "thrEmptyInterrupts",
    not(or(["lineStatusInterrupts", "receivedDataInterrupts", "timeoutInterrupts"])),
  ]),
  modemStatusIsHighest: and([
    "modemStatusInterrupts",
    not(or(["lineStatusInterrupts", "receivedDataInterrupts", "timeoutInterrupts", "thrEmptyInterrupts"])),
  ]),
  somethingInterrupts: or([
    "lineStatusInterrupts",
    "receivedDataInterrupts",
    "timeoutInterrupts",
    "thrEmptyInterrupts",
    "modemStatusInterrupts",
  ]),
}));

const signalled = withLayer(highest, ({ and, not, or }) => ({
  fifoIsFilling: or([
    and(["level14", or(["receiveFifoFull", and(["onePlaceIsFree", "characterIsArriving"])])]),
    and([not("level14"), "receiveFifoTriggered"]),
  ]),
  interruptIsSeen: and(["somethingInterrupts", "boardLetsThrough"]),
}));

/** Guards of the regions that follow the others: the pins and IIR. These are all guards of `uart16550`. */
export const uart16550Guards = withLayer(signalled, ({ and, not, or }) => ({
  lineStatusBecomesHighest: and(["lineStatusInterrupts", not("identifiedLineStatus")]),
  receivedDataBecomesHighest: and(["receivedDataIsHighest", not("identifiedReceivedData")]),
  timeoutBecomesHighest: and(["timeoutIsHighest", not("identifiedTimeout")]),
  thrEmptyBecomesHighest: and(["thrEmptyIsHighest", not("identifiedThrEmpty")]),
  modemStatusBecomesHighest: and(["modemStatusIsHighest", not("identifiedModemStatus")]),
  nothingInterruptsAnyMore: and([not("somethingInterrupts"), not("identifiedNone")]),
  interruptIsNotSeen: not("interruptIsSeen"),
  readSampleIsSeen: and(["readSampleInterrupts", "boardLetsThrough"]),

  servedByLSR: and(["interruptLinePulses", "identifiedLineStatus"]),
  servedByRBR: and([
    "interruptLinePulses",
    "divisorLatchClosed",
    or(["identifiedReceivedData", "identifiedTimeout"]),
  ]),
  servedByIIR: and(["interruptLinePulses", "identifiedThrEmpty"]),
  servedByTHR: and(["interruptLinePulses", "divisorLatchClosed", "identifiedThrEmpty"]),
  servedByMSR: and(["interruptLinePulses", "identifiedModemStatus"]),

  markIsOnLine: not("spaceIsOnLine"),
  fifoHoldsBack: and(["autoRtsWorks", "fifoIsFilling"]),
  writeAssertsHeldRTS: and([
    "writeAssertsRTS",
    "writeEnablesAutoRts",
    or(["fifosOn", "autoRtsWorksWithoutFifo"]),
    "fifoIsFilling",
  ]),
  fifoLetsGo: or([
    not("autoRtsWorks"),
    and(["level14", not("receiveFifoFull"), or([not("onePlaceIsFree"), not("receiverIsBusy")])]),
    and(["levelWaitsForEmpty", "receiveFifoEmpty"]),
    and([not("level14"), not("levelWaitsForEmpty"), not("receiveFifoTriggered")]),
  ]),
  receiverIsReady: and([
    not("receiveFifoEmpty"),
    or([not("dmaMode1"), "receiveFifoTriggered", "timeoutPending"]),
  ]),
  transmitterIsBusy: and([not("transmitFifoEmpty"), or([not("dmaMode1"), "transmitFifoFull"])]),
}));
