import type { Uart16550Options } from "../options.js";
import { asks } from "./asks.js";

const asksOption = (question: (options: Uart16550Options) => boolean) =>
  asks(["options"], ({ context }) => question(context.options));

/**
 * Guards that ask one option each. An option that is true or false has the same name, unless the part has something or not.
 * Each reads its option by a name of its own, not from a list of names: V8 then reads it in half the time.
 */
export const optionGuards = {
  interruptLinePulses: asksOption((options) => options.interruptLinePulses),
  autoRtsWorksWithoutFifo: asksOption((options) => options.autoRtsWorksWithoutFifo),
  transmitterIsTimed: asksOption((options) => options.transmitterIsTimed),
  resetClearsOUT2: asksOption((options) => options.resetClearsOUT2),
  resetClearsScratch: asksOption((options) => options.resetClearsScratch),
  resetClearsFcr: asksOption((options) => options.resetClearsFcr),
  factoryTestWrites: asksOption((options) => options.factoryTestWrites),
  fcrNeedsEnable: asksOption((options) => options.fcrNeedsEnable),
  transmitResetIsSilent: asksOption((options) => options.transmitResetIsSilent),
  fifoChangeIsSilent: asksOption((options) => options.fifoChangeIsSilent),
  breakHidesOutput: asksOption((options) => options.breakHidesOutput),
  receivedDataBeforeTimeout: asksOption((options) => options.receivedDataBeforeTimeout),
  overrunSetsLsr7: asksOption((options) => options.overrunSetsLsr7),
  breakClearsByLsrReadOnly: asksOption((options) => options.breakClearsByLsrReadOnly),
  rbrReadClearsErrors: asksOption((options) => options.rbrReadClearsErrors),
  breakIsFramingError: asksOption((options) => options.breakIsFramingError),
  breakWaitsInFifo: asksOption((options) => options.breakWaitsInFifo),
  breakOverruns: asksOption((options) => options.breakOverruns),
  breakLoadsRBR: asksOption((options) => options.breakLoadsRBR),
  breaksQueueWithoutFifo: asksOption((options) => options.breaksQueueWithoutFifo),
  breakRestartsTimeout: asksOption((options) => options.breakRestartsTimeout),
  loopbackHasDeltas: asksOption((options) => options.loopbackHasDeltas),
  loopbackChangeHasDeltas: asksOption((options) => options.loopbackChangeHasDeltas),
  loopbackDisconnectsSIN: asksOption((options) => options.loopbackDisconnectsSIN),
  modemInputsAreLive: asksOption((options) => options.modemInputsAreLive),
  msrReadInterrupts: asksOption((options) => options.msrReadInterrupts),
  teriStays: asksOption((options) => options.teriStays),

  partHasFifos: asksOption((options) => options.fifoSize > 1),
  partHas64Bytes: asksOption((options) => options.fifoSize === 64),
  partHasScratchRegister: asksOption((options) => options.scratchRegister),
  partHasAutoFlow: asksOption((options) => options.autoFlow),
  partHasSleepModes: asksOption((options) => options.sleepModes),
  autoRts64WaitsForEmpty: asksOption((options) => options.autoRts64Resumes === "whenEmpty"),
  threDelayHoldsBoth: asksOption((options) => options.threDelay === "both"),
  threDelayHoldsInterrupt: asksOption((options) => options.threDelay === "interrupt"),
  formatChangeFlushesReceive: asksOption((options) => options.formatChange === "flushReceive"),
  formatChangeFlushesTransmit: asksOption((options) => options.formatChange === "flushTransmit"),
  everyWriteRearms: asksOption((options) => options.etbeiRearms === "anyWrite"),
  risingEdgeRearms: asksOption((options) => options.etbeiRearms === "rising"),
  overflowDropsOldest: asksOption((options) => options.overflow === "dropOldest"),
  overflowReplacesLast: asksOption((options) => options.overflow === "overwriteLast"),
  overflowWraps: asksOption((options) => options.overflow === "wrap"),
  emptyGivesLast: asksOption((options) => options.emptyReadGives === "last"),
  emptyGivesOnes: asksOption((options) => options.emptyReadGives === "ones"),
  lsr7ClearsByRead: asksOption((options) => options.lsr7Clears === "lsrRead"),
  boardIsPc: asksOption((options) => options.board === "pc"),
};
