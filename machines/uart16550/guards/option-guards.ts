import type { Uart16550Context } from "../context.js";
import type { Uart16550Options } from "../options.js";

type Question = ({ context }: { readonly context: Uart16550Context }) => boolean;

const asks =
  (question: (options: Uart16550Options) => boolean): Question =>
  ({ context }) =>
    question(context.options);

/** What a transition asks of the options: each guard is the test of one. */
export const optionGuards = {
  partHasFifos: asks(({ fifoSize }) => fifoSize > 1),
  partHas64Bytes: asks(({ fifoSize }) => fifoSize === 64),
  partHasScratchRegister: asks(({ scratchRegister }) => scratchRegister),
  partHasAutoFlow: asks(({ autoFlow }) => autoFlow),
  partHasSleepModes: asks(({ sleepModes }) => sleepModes),
  interruptLinePulses: asks(({ intrPulses }) => intrPulses),
  autoRtsWorksWithoutFifo: asks(({ autoRtsWithoutFifo }) => autoRtsWithoutFifo),
  autoRts64WaitsForEmpty: asks(({ autoRts64 }) => autoRts64 === "whenEmpty"),

  transmitterIsTimed: asks(({ txTimed }) => txTimed),
  threDelayHoldsBoth: asks(({ threDelay }) => threDelay === "both"),
  threDelayHoldsInterrupt: asks(({ threDelay }) => threDelay === "interrupt"),
  formatChangeFlushesReceive: asks(({ formatChange }) => formatChange === "flushReceive"),
  formatChangeFlushesTransmit: asks(({ formatChange }) => formatChange === "flushTransmit"),

  resetClearsOUT2: asks(({ mcrReset0 }) => mcrReset0),
  resetClearsScratch: asks(({ resetClearsScr }) => resetClearsScr),
  resetClearsFcr: asks(({ warmReset }) => warmReset),
  factoryTestWrites: asks(({ factoryTest }) => factoryTest),

  fcrNeedsEnable: asks(({ fcrNeedsFe }) => fcrNeedsFe),
  transmitResetIsSilent: asks(({ fcrXfrNoThri }) => fcrXfrNoThri),
  fifoChangeIsSilent: asks(({ fcrFeNoThri }) => fcrFeNoThri),
  everyWriteRearms: asks(({ etbeiRearms }) => etbeiRearms === "anyWrite"),
  risingEdgeRearms: asks(({ etbeiRearms }) => etbeiRearms === "rising"),
  overflowDropsOldest: asks(({ ovrStall }) => ovrStall === "dropOldest"),
  overflowReplacesLast: asks(({ ovrStall }) => ovrStall === "overwriteLast"),
  overflowWraps: asks(({ ovrStall }) => ovrStall === "wrap"),
  breakHidesOutput: asks(({ lcrBreakTx }) => lcrBreakTx),

  emptyGivesLast: asks(({ rbrEmptyStale }) => rbrEmptyStale === "last"),
  emptyGivesOnes: asks(({ rbrEmptyStale }) => rbrEmptyStale === "ones"),
  receivedDataBeforeTimeout: asks(({ rdaOverCti }) => rdaOverCti),
  lsr7ClearsByRead: asks(({ lsr7Clears }) => lsr7Clears === "lsrRead"),
  overrunCountsInLsr7: asks(({ overrunSetsLsr7 }) => overrunSetsLsr7),
  breakClearsByLsrOnly: asks(({ biByLsrOnly }) => biByLsrOnly),
  readClearsErrors: asks(({ rbrReadClearsErrors }) => rbrReadClearsErrors),
  breakIsFramingError: asks(({ breakErrors }) => breakErrors),
  breakWaitsInFifo: asks(({ breakInFifo }) => breakInFifo),
  breakOverruns: asks(({ breakOverrun }) => breakOverrun),
  breakRestartsTimeout: asks(({ breakArmsCti }) => breakArmsCti),

  loopbackHasDeltas: asks(({ loopDeltas }) => loopDeltas),
  loopbackChangeHasDeltas: asks(({ loopChangeDeltas }) => loopChangeDeltas),
  loopbackDisconnectsSIN: asks(({ loopNoExtRx }) => loopNoExtRx),
  modemInputsAreLive: asks(({ msrLive }) => msrLive),
  teriStays: asks(({ teriSticky }) => teriSticky),
  boardIsPc: asks(({ board }) => board === "pc"),
};
