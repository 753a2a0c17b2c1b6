import type { Uart16550Context } from "../context.js";
import type { Uart16550Options } from "../options.js";

type OptionGuard = ({ context }: { readonly context: Uart16550Context }) => boolean;

const asks =
  (question: (options: Uart16550Options) => boolean): OptionGuard =>
  ({ context }) =>
    question(context.options);

/**
 * Guards that ask one option each. An option that is true or false has the same name, unless the part has something or not.
 * Each reads its option by a name of its own, not from a list of names: V8 then reads it in half the time.
 */
export const optionGuards = {
  interruptLinePulses: asks((options) => options.interruptLinePulses),
  autoRtsWorksWithoutFifo: asks((options) => options.autoRtsWorksWithoutFifo),
  transmitterIsTimed: asks((options) => options.transmitterIsTimed),
  resetClearsOUT2: asks((options) => options.resetClearsOUT2),
  resetClearsScratch: asks((options) => options.resetClearsScratch),
  resetClearsFcr: asks((options) => options.resetClearsFcr),
  factoryTestWrites: asks((options) => options.factoryTestWrites),
  fcrNeedsEnable: asks((options) => options.fcrNeedsEnable),
  transmitResetIsSilent: asks((options) => options.transmitResetIsSilent),
  fifoChangeIsSilent: asks((options) => options.fifoChangeIsSilent),
  breakHidesOutput: asks((options) => options.breakHidesOutput),
  receivedDataBeforeTimeout: asks((options) => options.receivedDataBeforeTimeout),
  overrunSetsLsr7: asks((options) => options.overrunSetsLsr7),
  breakClearsByLsrReadOnly: asks((options) => options.breakClearsByLsrReadOnly),
  rbrReadClearsErrors: asks((options) => options.rbrReadClearsErrors),
  breakIsFramingError: asks((options) => options.breakIsFramingError),
  breakWaitsInFifo: asks((options) => options.breakWaitsInFifo),
  breakOverruns: asks((options) => options.breakOverruns),
  breakRestartsTimeout: asks((options) => options.breakRestartsTimeout),
  loopbackHasDeltas: asks((options) => options.loopbackHasDeltas),
  loopbackChangeHasDeltas: asks((options) => options.loopbackChangeHasDeltas),
  loopbackDisconnectsSIN: asks((options) => options.loopbackDisconnectsSIN),
  modemInputsAreLive: asks((options) => options.modemInputsAreLive),
  teriStays: asks((options) => options.teriStays),

  partHasFifos: asks((options) => options.fifoSize > 1),
  partHas64Bytes: asks((options) => options.fifoSize === 64),
  partHasScratchRegister: asks((options) => options.scratchRegister),
  partHasAutoFlow: asks((options) => options.autoFlow),
  partHasSleepModes: asks((options) => options.sleepModes),
  autoRts64WaitsForEmpty: asks((options) => options.autoRts64Resumes === "whenEmpty"),
  threDelayHoldsBoth: asks((options) => options.threDelay === "both"),
  threDelayHoldsInterrupt: asks((options) => options.threDelay === "interrupt"),
  formatChangeFlushesReceive: asks((options) => options.formatChange === "flushReceive"),
  formatChangeFlushesTransmit: asks((options) => options.formatChange === "flushTransmit"),
  everyWriteRearms: asks((options) => options.etbeiRearms === "anyWrite"),
  risingEdgeRearms: asks((options) => options.etbeiRearms === "rising"),
  overflowDropsOldest: asks((options) => options.overflow === "dropOldest"),
  overflowReplacesLast: asks((options) => options.overflow === "overwriteLast"),
  overflowWraps: asks((options) => options.overflow === "wrap"),
  emptyGivesLast: asks((options) => options.emptyReadGives === "last"),
  emptyGivesOnes: asks((options) => options.emptyReadGives === "ones"),
  lsr7ClearsByRead: asks((options) => options.lsr7Clears === "lsrRead"),
  boardIsPc: asks((options) => options.board === "pc"),
};
