import { withLayer } from "./layer.js";
import { receivingGuards } from "./receiving.js";

const loopback = withLayer(receivingGuards, ({ and, not }) => ({
  loopbackBeginsQuietly: and([
    "loopbackOff",
    "writeSetsLOOP",
    "loopbackHasDeltas",
    not("loopbackChangeHasDeltas"),
  ]),
  loopbackBeginsUnseen: and(["loopbackOff", "writeSetsLOOP", not("loopbackHasDeltas")]),
  loopbackShowsOutputs: and(["writeSetsLOOP", "loopbackHasDeltas"]),
  loopbackEndsWithChanges: and([
    "loopbackOn",
    not("writeSetsLOOP"),
    "modemInputsAreLive",
    "loopbackChangeHasDeltas",
  ]),
  loopbackEndsQuietly: and(["loopbackOn", not("writeSetsLOOP"), "modemInputsAreLive"]),
}));

const sampling = withLayer(loopback, ({ and, not, or }) => ({
  writeBeginsSampling: and([
    "divisorLatchClosed",
    not("modemInputsAreLive"),
    "writeSetsEDSSI",
    not("modemStatusEnabled"),
  ]),
  readSamplesOnce: and([not("modemInputsAreLive"), "loopbackOff"]),
  modemInputsShow: and(["modemInputsAreLive", "loopbackOff"]),
  loopbackGivesOutputs: and(["loopbackOn", not("loopbackHasDeltas")]),
  sampleInterrupts: or(["sampleTellsMore", and(["sampleTellsCTS", not("autoCtsOn")])]),
  forgettingSampleInterrupts: or([
    "forgettingSampleTellsMore",
    and(["forgettingSampleTellsCTS", not("autoCtsOn")]),
  ]),
}));

/** Guards of the modem inputs. */
export const modemGuards = withLayer(sampling, ({ and, not, or }) => ({
  clearToSendIsHidden: not("clearToSendShows"),
  changesBecomeNone: and([not("modemInputChanged"), not("nothingHasChanged")]),
  changesBecomeCTS: and(["onlyCTSChanged", not("onlyCTSHasChanged")]),
  changesBecomeMore: and(["modemInputChanged", not("onlyCTSChanged"), not("modemChanged")]),
  readClearsDeltas: not("loopbackGivesOutputs"),

  modemInputsShowAndForget: and(["modemInputsShow", not("teriStays")]),
  readSampleInterrupts: and([
    "msrReadInterrupts",
    "readSamplesOnce",
    "modemStatusEnabled",
    or([and(["teriStays", "sampleInterrupts"]), and([not("teriStays"), "forgettingSampleInterrupts"])]),
  ]),
  readSamplesForgetting: and(["readSamplesOnce", not("teriStays")]),
  writeBeginsSamplingForgetting: and(["writeBeginsSampling", not("teriStays")]),
  edssiTellsMore: and(["writeBeginsSampling", "teriStays", "sampleTellsMore"]),
  edssiTellsCTS: and(["writeBeginsSampling", "teriStays", "sampleTellsCTS"]),
  edssiTellsMoreForgetting: and(["writeBeginsSampling", not("teriStays"), "forgettingSampleTellsMore"]),
  edssiTellsCTSForgetting: and(["writeBeginsSampling", not("teriStays"), "forgettingSampleTellsCTS"]),
  modemSampleForgets: and(["modemSampleIsDue", not("teriStays")]),

  mcrTellsMore: or([
    and(["loopbackShowsOutputs", not("loopbackBeginsQuietly"), "outputsTellMore"]),
    and(["loopbackEndsWithChanges", "sampleTellsMore"]),
    and(["loopbackEndsQuietly", not("loopbackEndsWithChanges"), "afterLoopbackTellsMore"]),
  ]),

  writeEndsSampling: and([
    "divisorLatchClosed",
    not("modemInputsAreLive"),
    not("writeSetsEDSSI"),
    "modemStatusEnabled",
  ]),
  samplingGoesOn: and(["modemSampleIsDue", "modemStatusEnabled"]),
  readSamplesAgain: and(["readSamplesOnce", "modemStatusEnabled"]),
  writeMakesModemAnswer: and([
    not("modemInputsAreLive"),
    not("writeSetsLOOP"),
    "writeChangesMCR",
    "baudClockRuns",
  ]),
  resetLeavesOUT2: not("resetClearsOUT2"),
}));
