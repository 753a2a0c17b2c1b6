import type { Uart16550Options } from "../../machines/index.js";

/** The options of `uart16550` that journals and saved states of version 1 hold under other names. */
const OPTION_NAMES: ReadonlyMap<string, keyof Uart16550Options> = new Map([
  ["intrPulses", "interruptLinePulses"],
  ["autoRtsWithoutFifo", "autoRtsWorksWithoutFifo"],
  ["autoRts64", "autoRts64Resumes"],
  ["txTimed", "transmitterIsTimed"],
  ["divisor0", "zeroDivisor"],
  ["stop15", "oneAndAHalfStopBits"],
  ["mcrReset0", "resetClearsOUT2"],
  ["resetClearsScr", "resetClearsScratch"],
  ["warmReset", "resetClearsFcr"],
  ["factoryTest", "factoryTestWrites"],
  ["fcrNeedsFe", "fcrNeedsEnable"],
  ["fcrXfrNoThri", "transmitResetIsSilent"],
  ["fcrFeNoThri", "fifoChangeIsSilent"],
  ["ovrStall", "overflow"],
  ["wordMask", "wordLengthMasksCharacters"],
  ["lcrBreakTx", "breakHidesOutput"],
  ["rbrEmptyStale", "emptyReadGives"],
  ["rdaOverCti", "receivedDataBeforeTimeout"],
  ["biByLsrOnly", "breakClearsByLsrReadOnly"],
  ["breakErrors", "breakIsFramingError"],
  ["breakInFifo", "breakWaitsInFifo"],
  ["breakOverrun", "breakOverruns"],
  ["breakArmsCti", "breakRestartsTimeout"],
  ["loopDeltas", "loopbackHasDeltas"],
  ["loopChangeDeltas", "loopbackChangeHasDeltas"],
  ["loopNoExtRx", "loopbackDisconnectsSIN"],
  ["msrLive", "modemInputsAreLive"],
  ["teriSticky", "teriStays"],
]);

/** The values that have other names in version 1, by the options' present names. */
const OPTION_VALUES: ReadonlyMap<string, ReadonlyMap<unknown, unknown>> = new Map([
  [
    "oneAndAHalfStopBits",
    new Map([
      ["stb", "withSTB"],
      ["noStb", "withoutSTB"],
    ]),
  ],
]);

/** The names that options of `uart16550` have in version 1 alone. */
export const optionNamesOfVersion1: readonly string[] = [...OPTION_NAMES.keys()];

/** Returns the present name of an option of `uart16550` that version 1 has under this name; undefined if it has none. */
export const optionNamedInVersion1 = (name: string): keyof Uart16550Options | undefined =>
  OPTION_NAMES.get(name);

/** Returns a chart's options of version 1 under their present names, with their present values. */
export function optionsOfVersion1(
  chart: string,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (chart !== "uart16550") return options;
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const presentName = OPTION_NAMES.get(name) ?? name;
      const presentValues = OPTION_VALUES.get(presentName);
      return [presentName, presentValues?.has(value) ? presentValues.get(value) : value];
    }),
  );
}
