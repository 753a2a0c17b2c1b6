import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { UART16550_PRESETS, type Uart16550Options } from "../../machines/index.js";
import { type Saved, Serial, Uart16550, type Uart16550State } from "../../src/device/index.js";
import { definitionHash, loadJournal, writeJournal } from "../../src/journal/index.js";
import { VERSION } from "../../src/version.js";

const VERSIONS = [1, 2, 3] as const;
type OldVersion = (typeof VERSIONS)[number];
const folderOf = (version: OldVersion): URL => new URL(`format-${version}/`, import.meta.url);
const contentOf = (version: OldVersion, file: string): Uint8Array => readFileSync(new URL(file, folderOf(version)));

const namesOf = (version: OldVersion): readonly string[] =>
  readdirSync(folderOf(version))
    .filter((file) => file.endsWith(".saved.json"))
    .map((file) => file.slice(0, -".saved.json".length));

const savedOf = (version: OldVersion, name: string): Saved =>
  JSON.parse(new TextDecoder().decode(contentOf(version, `${name}.saved.json`)));

const { pc16550d } = UART16550_PRESETS;

/** The options that came after a version, with the values by which its parts behave as they did. */
const LATER_OPTIONS: Readonly<Record<OldVersion, Partial<Uart16550Options>>> = {
  1: { breakLoadsRBR: false, breaksQueueWithoutFifo: false, msrReadInterrupts: false },
  2: { breakLoadsRBR: false, breaksQueueWithoutFifo: false, msrReadInterrupts: false },
  3: { breaksQueueWithoutFifo: false },
};

/** The fields of `uart16550`'s state that came after all of these versions. */
const LATER_FIELDS: Partial<Uart16550State> = { breaksQueued: 0 };

/** Parts that are no preset: one with a few options of its own, and one without any of `pc16550d`'s. */
const OTHER_PARTS: Readonly<Record<string, Uart16550Options>> = {
  few: {
    ...pc16550d,
    overflow: "wrap",
    oneAndAHalfStopBits: "never",
    breakClearsByLsrReadOnly: false,
    board: "pc",
  },
  others: {
    fifoSize: 64,
    iirFifoBits: 0x80,
    scratchRegister: false,
    interruptLinePulses: true,
    autoFlow: true,
    sleepModes: true,
    autoRtsWorksWithoutFifo: true,
    autoRts64Resumes: "belowTrigger",
    clock: 3_686_400,
    inputClock: 3_686_400,
    characterTime: "qemu",
    transmitterIsTimed: false,
    threDelay: "interrupt",
    zeroDivisor: "65536",
    oneAndAHalfStopBits: "withoutSTB",
    formatChange: "flushReceive",
    resetClearsOUT2: false,
    msrDeltasAtReset: 0x0f,
    resetClearsScratch: false,
    resetClearsFcr: false,
    factoryTestWrites: true,
    fcrNeedsEnable: false,
    transmitResetIsSilent: false,
    fifoChangeIsSilent: false,
    etbeiRearms: "anyWrite",
    overflow: "overwriteLast",
    wordLengthMasksCharacters: false,
    breakHidesOutput: false,
    emptyReadGives: "ones",
    receivedDataBeforeTimeout: false,
    lsr7Clears: "noErrorsLeft",
    overrunSetsLsr7: true,
    breakClearsByLsrReadOnly: false,
    rbrReadClearsErrors: true,
    breakIsFramingError: false,
    breakWaitsInFifo: false,
    breakOverruns: false,
    breakRestartsTimeout: false,
    breakLoadsRBR: true,
    breaksQueueWithoutFifo: true,
    msrReadInterrupts: true,
    loopbackHasDeltas: false,
    loopbackChangeHasDeltas: false,
    loopbackDisconnectsSIN: false,
    modemInputsAreLive: false,
    teriStays: false,
    board: "pc",
  },
};

/** Returns the options that a file's name says, as they are named today. */
function optionsOf(version: OldVersion, name: string): object {
  const [chart, part = ""] = name.split(/-(.*)/);
  if (chart === "serial") return { revision: part };
  return { ...{ ...UART16550_PRESETS, ...OTHER_PARTS }[part], ...LATER_OPTIONS[version] };
}

/** Returns the options among these that an old version had. */
const withoutLater = (version: OldVersion, options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(LATER_OPTIONS[version], name)));

const classOf = (name: string): typeof Serial =>
  name.startsWith("serial-") ? Serial : (Uart16550 as unknown as typeof Serial);

async function textOf({ journal }: Pick<Serial, "journal">): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeJournal(journal.header, journal.entries())) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const firstLineOf = (text: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(text).split("\n")[0] ?? "");

it.each(VERSIONS)("version %i: there are files of both revisions, of each preset and of other parts, with every option of pc16550d changed", (version) => {
  expect(namesOf(version).toSorted()).toEqual(
    [
      ...["serial-0.8.1", "serial-0.8.2"],
      ...[...Object.keys(UART16550_PRESETS), ...Object.keys(OTHER_PARTS)].map((part) => `uart16550-${part}`),
    ].toSorted(),
  );
  const { others = pc16550d } = OTHER_PARTS;
  const same = Object.entries({ ...pc16550d, ...LATER_OPTIONS[version] }).filter(
    ([name, value]) => ({ ...others, ...LATER_OPTIONS[version] })[name as keyof Uart16550Options] === value,
  );
  expect(same.map(([name]) => name)).toEqual(Object.keys(LATER_OPTIONS[version]));
});

const FILES = VERSIONS.flatMap((version) => namesOf(version).map((name) => ({ version, name })));

describe.each(FILES)("what version $version kept of $name", ({ version, name }) => {
  const saved = savedOf(version, name);
  const present = {
    ...saved,
    version: 2,
    options: optionsOf(version, name),
    state: { ...(saved.state as object), ...(name.startsWith("serial-") ? {} : LATER_FIELDS) },
    definition: definitionHash(classOf(name).fromSaved(saved).chart.machine),
    package: VERSION,
  };
  const recordedOptions = withoutLater(version, present.options);

  it.each(["jsonl", "jsonl.gz"])("%s is read, replays to the same state, and is written as version 4", async (format) => {
    const { journal, cut } = await loadJournal([contentOf(version, `${name}.${format}`)]);
    expect(cut).toBeUndefined();
    expect(journal.header.options).toEqual(recordedOptions);
    const warn = vi.fn();
    const device = classOf(name).fromJournal(journal, { warn });
    expect(warn).not.toHaveBeenCalled();
    expect(device.save()).toEqual(present);

    const text = await textOf({ journal });
    expect(firstLineOf(text)).toMatchObject({ version: 4, options: recordedOptions });
    const again = await loadJournal([text]);
    expect(classOf(name).fromJournal(again.journal, { warn }).save()).toEqual(present);
    expect(warn).not.toHaveBeenCalled();
  });

  it("a saved state is restored, and saved as version 2", () => {
    expect(saved.version).toBe(Math.min(version, 2));
    const warn = vi.fn();
    expect(classOf(name).fromSaved(saved, { warn }).save()).toEqual(present);
    expect(warn).not.toHaveBeenCalled();
  });
});
