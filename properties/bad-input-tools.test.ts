/** The same of the buses and the tools: whatever does not belong there is refused in one short line. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMachine } from "xstate";
import { plicMachine } from "../machines/index.js";
import * as bus from "../src/bus/index.js";
import { Serial, serialChart, Uart16550 } from "../src/device/index.js";
import * as engine from "../src/engine/index.js";
import * as explorer from "../src/explore/index.js";
import * as guests from "../src/guests/index.js";
import * as node from "../src/guests/node/index.js";
import * as v86 from "../src/guests/v86/index.js";
import * as exporting from "../src/inspect/export/index.js";
import * as inspecting from "../src/inspect/index.js";
import * as stately from "../src/inspect/stately/index.js";
import { serveStately } from "../src/inspect/stately-server/index.js";
import { invalid } from "../src/invalid.test-helper.js";
import { journalText } from "../src/testing/index.js";
import { describeRefusals, type EntryPoint, type EntryTable } from "./support/hostile-values.js";

/** Entry points of a function with options: the options as a whole, and each of them. */
const optionPoints = (
  name: string,
  options: readonly string[],
  call: (options: never) => unknown,
  fits: Readonly<Record<string, readonly string[]>> = {},
): [string, EntryPoint][] => [
  [`${name}, options`, { call }],
  ...options.map((option): [string, EntryPoint] => [
    `${name}, { ${option} }`,
    { call: (value) => call({ [option]: value } as never), fits: fits[option] ?? [] },
  ]),
];

const serial = (): Serial => {
  const made = new Serial();
  made.offer([1, 2]);
  return made;
};
const busOf = (): bus.Bus => {
  const made = new bus.Bus();
  made.attach(new bus.BusWindow(serial(), { base: 0x100 }));
  return made;
};
const TRUE = ["true"];
/** An asynchronous iteration reads what it yields, before anybody sees it. */
const PROXIES = ["a proxy that throws", "a revoked proxy"];
const TEXTS = ["a text", "a megabyte of text"];
const recording = journalText(serial().journal);
const file = join(tmpdir(), "vm-superio-bad-input.jsonl");
async function* chunksOf(chunk: unknown): AsyncGenerator<Uint8Array> {
  yield chunk as Uint8Array;
}
const machine = createMachine({ initial: "a", states: { a: { on: { GO: "b" } }, b: {} } });
const GO = { events: [{ type: "GO" }] } as const;
const TABLE: EntryTable = {
  Bus: [
    ...optionPoints("new Bus", ["unmapped"], (options) => new bus.Bus(options)),
    ["Bus.attach", { call: (value) => busOf().attach(value) }],
    ["Bus.read(address)", { call: (value) => busOf().read(value) }],
    ["Bus.read(width)", { call: (value) => busOf().read(0x105, value) }],
    ["Bus.write(address)", { call: (value) => busOf().write(value, 0) }],
    ["Bus.write(value)", { call: (value) => busOf().write(0x107, value) }],
    ["Bus.write(width)", { call: (value) => busOf().write(0x107, 0, value) }],
    ["Bus.write(value) over an end", { call: (value) => busOf().write(0x107, value, 2) }],
  ],
  BusWindow: [
    ["new BusWindow", { call: (value) => new bus.BusWindow(value) }],
    ...optionPoints(
      "new BusWindow",
      ["regShift", "regIoWidth", "bigEndian", "base", "space", "unmapped", "beforeAccess"],
      (options) => new bus.BusWindow(serial(), options),
      { bigEndian: TRUE },
    ),
    ["BusWindow.read(address)", { call: (value) => new bus.BusWindow(serial()).read(value) }],
    ["BusWindow.read(width)", { call: (value) => new bus.BusWindow(serial()).read(5, value) }],
    ["BusWindow.write(address)", { call: (value) => new bus.BusWindow(serial()).write(value, 1) }],
    ["BusWindow.write(value)", { call: (value) => new bus.BusWindow(serial()).write(7, value) }],
  ],
  ChartInterruptController: [
    ["new ChartInterruptController", { call: (value) => new bus.ChartInterruptController(value) }],
    ["its callback", { call: (value) => new bus.ChartInterruptController("edge", value) }],
    ["setLevel", { call: (value) => new bus.ChartInterruptController("edge").setLevel(value) }],
    ["restore", { call: (value) => new bus.ChartInterruptController("edge").restore(value) }],
    [
      "setInterruptsEnabled",
      { call: (value) => new bus.ChartInterruptController("edge").setInterruptsEnabled(value), fits: TRUE },
    ],
  ],
  SharedInterruptLine: [
    ["new SharedInterruptLine", { call: (value) => new bus.SharedInterruptLine(value) }],
    [
      "connect",
      {
        call: (value) => new bus.SharedInterruptLine(() => {}).connect(value),
        fits: ["a text", "a megabyte of text"],
      },
    ],
    ["drive", { call: (value) => new bus.SharedInterruptLine(() => {}).connect("COM1").drive(value) }],
  ],
  journalFile: [
    ["journalFile", { call: (value) => node.journalFile(value), fits: ["a text"] }],
    ...optionPoints(
      "journalFile",
      ["gzip", "flushEvery", "onError", "fsync", "rotate"],
      (options) => node.journalFile(file, options),
      { gzip: TRUE, fsync: TRUE, flushEvery: ["1.5"] },
    ),
  ],
  attachUart: [["attachUart(emulator)", { call: (value) => v86.attachUart(value, serial()) }]],
  replay: [
    ["replay(device)", { call: (value) => guests.replay(value, []) }],
    ["replay(steps)", { call: (value) => guests.replay(serial(), value) }],
    ...optionPoints(
      "replay",
      ["output", "progress", "coverage", "clock", "difference"],
      (options) => guests.replay(serial(), [], options),
      { coverage: TRUE },
    ),
  ],
  Replay: [
    ["new Replay", { call: (value) => new guests.Replay(value) }],
    ...optionPoints(
      "new Replay",
      ["coverage", "clock", "difference"],
      (options) => new guests.Replay(serial(), options),
      { coverage: TRUE },
    ),
  ],
  replayTraces: [
    ["replayTraces(traces)", { call: (value) => guests.replayTraces(serial, value) }],
    ...optionPoints(
      "replayTraces",
      ["progress", "coverage", "clock"],
      (options) => guests.replayTraces(serial, [], options),
      { coverage: TRUE },
    ),
  ],
  explore: [
    ["explore(machine)", { call: (value) => explorer.explore(value, invalid(GO)) }],
    ["explore(scope)", { call: (value) => explorer.explore(machine, value) }],
    ...optionPoints("explore", ["limit", "progress"], (options) => explorer.explore(machine, GO, options)),
  ],
  compile: [
    ["compile(machine)", { call: (value) => engine.compile(value) }],
    ...optionPoints("compile", ["source", "context"], (options) => engine.compile(plicMachine, options)),
  ],
  generate: [
    ["generate(machine)", { call: (value) => engine.generate(value) }],
    ["generate(options)", { call: (value) => engine.generate(plicMachine, value) }],
  ],
  interpret: [["interpret(machine)", { call: (value) => engine.interpret(value) }]],
  inspect: [
    ["inspect(device)", { call: (value) => inspecting.inspect(value) }],
    ...optionPoints("inspect", ["port", "name", "type"], (options) => inspecting.inspect(serial(), options), {
      name: ["a text", "a megabyte of text"],
    }),
  ],
  openRecording: [
    ["openRecording(chunks)", { call: (value) => guests.openRecording(value) }],
    ["openRecording([chunk])", { call: (value) => guests.openRecording(chunksOf(value)), fits: PROXIES }],
    ...optionPoints(
      "openRecording",
      ["salvage", "window", "format", "inputClock", "irq", "port", "baud", "frame", "signal"],
      (options) => guests.openRecording(chunksOf(new TextEncoder().encode(recording)), options),
      { salvage: TRUE, inputClock: ["1.5"], port: TEXTS, signal: TEXTS },
    ),
  ],
  exportInputs: [
    ["exportInputs(chart)", { call: (value) => exporting.exportInputs(value, {}, [], { as: "csv" }).next() }],
    [
      "exportInputs(inputs)",
      { call: (value) => exporting.exportInputs(serialChart(), {}, value, { as: "csv" }).next() },
    ],
    [
      "exportInputs([input])",
      {
        call: (value) => exporting.exportInputs(serialChart(), {}, [value], { as: "csv" }).next(),
        fits: PROXIES,
      },
    ],
    [
      "exportInputs(options)",
      { call: (value) => exporting.exportInputs(serialChart(), {}, [], value).next() },
    ],
  ],
  serveStately: [
    ["serveStately(inspection)", { call: (value) => serveStately(value) }],
    ...optionPoints("serveStately", ["port", "page"], (options) =>
      serveStately(stately.inspectWithStately(new Uart16550()), options),
    ),
  ],
  Exporter: [
    ["new Exporter(chart)", { call: (value) => new exporting.Exporter(value, {}, { as: "csv" }) }],
    ["new Exporter(options)", { call: (value) => new exporting.Exporter(serialChart(), {}, value) }],
    ...["as", "timescale", "signals"].map((option): [string, EntryPoint] => [
      `new Exporter, { ${option} }`,
      { call: (value) => new exporting.Exporter(serialChart(), {}, invalid({ as: "csv", [option]: value })) },
    ]),
  ],
  exportJournal: [
    ["exportJournal(journal)", { call: (value) => [...exporting.exportJournal(value, { as: "csv" })] }],
    ["exportJournal(options)", { call: (value) => [...exporting.exportJournal(serial().journal, value)] }],
    ...["as", "from", "until"].map((option): [string, EntryPoint] => [
      `exportJournal, { ${option} }`,
      {
        call: (value) => [
          ...exporting.exportJournal(serial().journal, invalid({ as: "csv", [option]: value })),
        ],
      },
    ]),
  ],
  inspectWithStately: [
    ["inspectWithStately(target)", { call: (value) => stately.inspectWithStately(value) }],
    ...optionPoints(
      "inspectWithStately",
      ["to", "perSecond"],
      (options) => stately.inspectWithStately(new Uart16550(), options),
      { perSecond: ["1.5"] },
    ),
  ],
};

describeRefusals(TABLE);
