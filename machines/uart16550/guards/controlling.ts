import { withLayer } from "./layer.js";
import { singleGuards } from "./single.js";

const modes = withLayer(singleGuards, ({ and, not, or }) => ({
  fifosOn: not("fifosOff"),
  loopbackOff: not("loopbackOn"),
  divisorLatchOpen: not("divisorLatchClosed"),
  writeClearsDLAB: not("writeSetsDLAB"),
  writeClearsBreak: not("writeSetsBreak"),
  writeClearsLOOP: not("writeSetsLOOP"),
  writeDisablesFifos: not("writeEnablesFifos"),
  writeWants64: and([
    "partHas64Bytes",
    or([and([not("divisorLatchClosed"), "writeSets64Bytes"]), and(["divisorLatchClosed", "fifos64"])]),
  ]),
  writeSelectsLevel3: not(or(["writeSelectsLevel0", "writeSelectsLevel1", "writeSelectsLevel2"])),
}));

const fifos = withLayer(modes, ({ and, not, or }) => ({
  writeSelects64: and(["writeEnablesFifos", "writeWants64"]),
  writeSelects16: and(["partHasFifos", "writeEnablesFifos", not("writeWants64")]),
  fcrTakesEffect: and(["partHasFifos", or(["writeEnablesFifos", not("fcrNeedsEnable")])]),
  writeChangesFifoEnable: and([
    "partHasFifos",
    or([and(["fifosOff", "writeEnablesFifos"]), and(["fifosOn", "writeDisablesFifos"])]),
  ]),
}));

const sizes = withLayer(fifos, ({ and, not, or }) => ({
  writeChangesFifoSize: or([and(["writeSelects64", "fifos16"]), and(["writeSelects16", "fifos64"])]),
  writeSelects16Level1: and(["writeSelects16", "writeSelectsLevel1"]),
  writeSelects16Level2: and(["writeSelects16", "writeSelectsLevel2"]),
  writeSelects16Level3: and(["writeSelects16", "writeSelectsLevel3"]),
  writeSelects64Level1: and(["writeSelects64", "writeSelectsLevel1"]),
  writeSelects64Level2: and(["writeSelects64", "writeSelectsLevel2"]),
  writeSelects64Level3: and(["writeSelects64", "writeSelectsLevel3"]),
  writeSelectsDmaMode1: and(["partHasFifos", "writeEnablesFifos", "writeSetsDmaMode"]),
  writeSelectsDmaMode0: and(["partHasFifos", or(["writeDisablesFifos", not("writeSetsDmaMode")])]),
}));

/** Guards of the writes of control registers: FCR, IER, LCR, MCR and the divisor latch. */
export const controllingGuards = withLayer(sizes, ({ and, not, or }) => ({
  writeFlushesReceive: or([
    "writeChangesFifoEnable",
    "writeChangesFifoSize",
    and(["fcrTakesEffect", "writeResetsReceive"]),
  ]),
  writeFlushesTransmit: or([
    "writeChangesFifoEnable",
    "writeChangesFifoSize",
    and(["fcrTakesEffect", "writeResetsTransmit"]),
  ]),
  formatMayFlushReceive: and(["formatChangeFlushesReceive", "divisorLatchOpen"]),

  writeEnablesLineStatus: and(["divisorLatchClosed", "writeSetsELSI"]),
  writeDisablesLineStatus: and(["divisorLatchClosed", not("writeSetsELSI")]),
  writeEnablesReceivedData: and(["divisorLatchClosed", "writeSetsERBFI"]),
  writeDisablesReceivedData: and(["divisorLatchClosed", not("writeSetsERBFI")]),
  writeEnablesThrEmpty: and(["divisorLatchClosed", "writeSetsETBEI"]),
  writeDisablesThrEmpty: and(["divisorLatchClosed", not("writeSetsETBEI")]),
  writeEnablesModemStatus: and(["divisorLatchClosed", "writeSetsEDSSI"]),
  writeDisablesModemStatus: and(["divisorLatchClosed", not("writeSetsEDSSI")]),

  writeEnablesAutoFlow: and(["partHasAutoFlow", "writeSetsAFE"]),
  writeEnablesAutoRts: and(["partHasAutoFlow", "writeSetsAFE", "writeSetsRTS"]),
  writeReleasesDTR: not("writeAssertsDTR"),
  writeReleasesRTS: not("writeAssertsRTS"),
  writeReleasesOUT1: not("writeAssertsOUT1"),
  writeReleasesOUT2: not("writeAssertsOUT2"),
}));
