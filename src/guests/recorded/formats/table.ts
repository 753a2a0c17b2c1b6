import { serialChart } from "../../../device/index.js";
import { isJournalText, type JournalHeader, readJournal } from "../../../journal/index.js";
import { journalSteps } from "../journal.js";
import { isQemu, QEMU_CLOCK, qemuTraces, stepsOfOnly } from "../qemu.js";
import type { Step } from "../step.js";
import { isV86, v86Steps } from "../v86.js";
import type { LineReader } from "./access-log.js";
import { openEvents, openLineLog } from "./access-recording.js";
import { bochsReader, isBochsLine } from "./bochs.js";
import { plainBytes } from "./byte-stream.js";
import { dosboxReader, isDosboxLine } from "./dosbox.js";
import { linesOf, type Recording, type RecordingFormat, withCut } from "./format.js";
import { isKvmLine, kvmReader } from "./kvm.js";
import { LeftOut } from "./left-out.js";
import { isPcap, PCAP_CLOCK, pcapSteps } from "./pcap.js";
import { isQemuLogLine, qemuLogReader } from "./qemu-log.js";
import { isQtestLine, qtestReader } from "./qtest.js";
import { isRenodeLine, renodeReader } from "./renode.js";
import { isSigrok, SigrokReader } from "./sigrok.js";
import { isSimpletrace, simpletraceEvents } from "./simpletrace.js";
import { isV86LogLine, v86LogReader } from "./v86-log.js";
import { isVcdLine, VcdReader } from "./vcd.js";
import { type WireFormat, wireFormat } from "./wire.js";

/** A part's clock ticks so often in a bit, with a divisor of 1. */
const TICKS_A_BIT = 16;
const NANOSECOND_CLOCK = 1_000_000_000;

/** Declares a log of lines. */
const lineLog = (
  description: Pick<RecordingFormat, "name" | "title" | "example" | "provenance">,
  matchesLine: (line: string) => boolean,
  createReader: () => LineReader,
): RecordingFormat => ({
  ...description,
  matchesLine,
  toleratesOthers: true,
  open: (context) => openLineLog(description, createReader(), context),
});

/** All formats that recordings may have; the first that recognises a file reads it. */
export const RECORDING_FORMATS: readonly RecordingFormat[] = [
  {
    name: "v86",
    title: "v86 accesses",
    example: '["w",1,2]',
    provenance: "recorded",
    matchesLine: isV86,
    open: ({ byteChunks, translator }) => {
      const recordingLines = linesOf(byteChunks);
      const recordedSteps = v86Steps(recordingLines, translator?.limits);
      const steps = translator?.translateEach(recordedSteps) ?? recordedSteps;
      return withCut({ format: "v86", title: "v86 accesses", steps }, recordingLines);
    },
  },
  {
    name: "journal",
    title: "a vm-superio journal",
    example: '{"format":"vm-superio-journal",...}',
    provenance: "ours",
    matchesLine: isJournalText,
    open: async ({ byteChunks, translator, readOptions }) => {
      const reading = await readJournal(byteChunks, readOptions);
      const { header } = reading;
      const recordedSteps = journalSteps(reading);
      const steps = translator?.translateEach(recordedSteps) ?? recordedSteps;
      const { entries } = reading;
      return withCut(
        { format: "journal", title: "a vm-superio journal", header, clock: clockOf(header), steps, entries },
        reading,
      );
    },
  },
  {
    name: "qemu",
    title: "QEMU's 16550A, in our JSON",
    example: '{"name":...,"backend":"socket","steps":[...]}',
    provenance: "recorded",
    matchesLine: isQemu,
    open: ({ byteChunks, translator }) => {
      const recordingLines = linesOf(byteChunks);
      const traces = qemuTraces(recordingLines, translator);
      return withCut(
        {
          ...{ format: "qemu", title: "QEMU's 16550A, in our JSON", clock: QEMU_CLOCK },
          ...{ traces, steps: stepsOfOnly(traces) },
        },
        recordingLines,
      );
    },
  },
  {
    name: "qemu-simpletrace",
    title: "QEMU's simpletrace file",
    example: "QEMU's trace-PID",
    provenance: "recorded",
    matchesBytes: isSimpletrace,
    open: (context) => {
      const leftOut = new LeftOut();
      const cutSource: { cut: string | undefined } = { cut: undefined };
      const events = simpletraceEvents(plainBytes(context.byteChunks), (cut) => {
        cutSource.cut = cut;
      });
      const format = { name: "qemu-simpletrace", title: "QEMU's simpletrace file" };
      return openEvents(format, events, leftOut, context, cutSource);
    },
  },
  {
    name: "sigrok",
    title: "a sigrok session",
    example: "sigrok-cli -o FILE.sr",
    provenance: "recorded",
    matchesBytes: isSigrok,
    open: (context) => {
      const wire = wireFormat(context.wire);
      const reader = new SigrokReader(plainBytes(context.byteChunks), wire, context.wire.signal);
      return lineRecording({ name: "sigrok", title: "a sigrok session" }, reader, wire);
    },
  },
  {
    name: "pcap",
    title: "a capture of a serial line",
    example: "pcap, link type 250",
    provenance: "our own exports",
    matchesBytes: isPcap,
    open: ({ byteChunks }) => {
      const leftOut = new LeftOut();
      let cutText: string | undefined;
      const steps = pcapSteps(plainBytes(byteChunks), leftOut, (cut) => {
        cutText = cut;
      });
      return {
        ...{ format: "pcap", title: "a capture of a serial line", clock: PCAP_CLOCK, origin: "line", steps },
        get cut() {
          return cutText;
        },
        get leftOut() {
          return leftOut.inWords();
        },
      };
    },
  },
  {
    name: "vcd",
    title: "a value change dump",
    example: "$timescale 1 us $end",
    provenance: "recorded",
    matchesLine: isVcdLine,
    open: (context) => {
      const leftOut = new LeftOut();
      const wire = wireFormat(context.wire);
      const recordingLines = linesOf(context.byteChunks);
      const reader = new VcdReader(recordingLines, wire, context.wire.signal, leftOut);
      return lineRecording({ name: "vcd", title: "a value change dump" }, reader, wire, leftOut);
    },
  },
  lineLog(
    {
      name: "kvm",
      title: "KVM's trace events",
      example: "CPU 0/KVM-1001 [000] ..... 1000.728737: kvm_pio: pio_write at 0x3f8 ...",
      provenance: "recorded",
    },
    isKvmLine,
    kvmReader,
  ),
  lineLog(
    {
      name: "qemu-log",
      title: "QEMU's trace log",
      example: "serial_write write addr 0x03 val 0x80",
      provenance: "recorded",
    },
    isQemuLogLine,
    qemuLogReader,
  ),
  lineLog(
    {
      ...{ name: "bochs", title: "Bochs' log of a serial port", provenance: "recorded" },
      example: "00012345678d[SER   ] com1 register write to  address: 0x03fb = 0x83",
    },
    isBochsLine,
    bochsReader,
  ),
  lineLog(
    {
      ...{ name: "dosbox", title: "DOSBox's log of a serial port", provenance: "recorded" },
      example: "12.345 [      7] write 0x83 to LCR.",
    },
    isDosboxLine,
    dosboxReader,
  ),
  lineLog(
    {
      ...{ name: "renode", title: "Renode's log of accesses", provenance: "from source, not tried" },
      example: "15:04:05.1234 [INFO] uart0: [cpu: 0x1118] WriteByte to 0x3 (LineControl), value 0x83.",
    },
    isRenodeLine,
    renodeReader,
  ),
  lineLog(
    {
      ...{ name: "v86-log", title: "v86's debug log", provenance: "recorded" },
      example: "[SERI] line control: 0x83",
    },
    isV86LogLine,
    v86LogReader,
  ),
  lineLog(
    {
      ...{ name: "qtest", title: "a log of QEMU's qtest protocol", provenance: "recorded" },
      example: "[R +0.012345] outb 0x3fb 0x83",
    },
    isQtestLine,
    qtestReader,
  ),
];

/** The clock of the device that wrote a journal. */
function clockOf({ chart, options: { clock } }: JournalHeader): number | undefined {
  if (chart === "serial") return serialChart().clock;
  return Number.isSafeInteger(clock) && (clock as number) >= 1 ? (clock as number) : undefined;
}

/** Returns a capture of a line, whose steps are edges and nanoseconds. */
function lineRecording(
  { name, title }: Pick<RecordingFormat, "name" | "title">,
  reader: { steps(): AsyncIterable<Step> },
  { baud }: WireFormat,
  leftOut = new LeftOut(),
): Recording {
  return {
    ...{ format: name, title, origin: "line", steps: reader.steps(), cut: undefined },
    clock: NANOSECOND_CLOCK,
    part: { inputClock: baud * TICKS_A_BIT, clock: NANOSECOND_CLOCK },
    get leftOut() {
      return leftOut.inWords();
    },
  };
}

/** Returns the format of a context's file, by its name. */
export const formatNamed = (name: string): RecordingFormat | undefined =>
  RECORDING_FORMATS.find((format) => format.name === name);
