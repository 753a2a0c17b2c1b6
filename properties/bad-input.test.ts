/** Whatever is passed where it does not belong is refused in one short line, before anything has changed. */
import { expect, it } from "vitest";
import * as bus from "../src/bus/index.js";
import * as device from "../src/device/index.js";
import { Serial, Uart16550 } from "../src/device/index.js";
import * as host from "../src/guests/host/index.js";
import * as node from "../src/guests/node/index.js";
import { invalid } from "../src/invalid.test-helper.js";
import * as journal from "../src/journal/index.js";
import { describeRefusals, type EntryPoint, type EntryTable } from "./support/hostile-values.js";

const serial = (): Serial => {
  const made = new Serial();
  made.write(1, 3);
  made.offer([1, 2]);
  return made;
};
const uart = (): Uart16550 => {
  const made = new Uart16550({ preset: "qemu" });
  made.write(2, 1);
  made.offer([1, 2]);
  return made;
};

/** What a stream's own rules, or text, let through. */
const TEXTS = ["a text", "a megabyte of text"];
const BYTES = ["words of 64 bits"];

const METHODS: Readonly<Record<string, EntryPoint["call"]>> = {
  read: (value, made: Serial) => made.read(value),
  write: (value, made: Serial) => made.write(7, value),
  peek: (value, made: Serial) => made.peek(value),
  offer: (value, made: Serial) => made.offer(value),
  enqueueRawBytes: (value, made: Serial) => made.enqueueRawBytes(value),
  apply: (value, made: Serial) => made.apply(value),
  "apply receive": (value, made: Serial) => made.apply({ type: "receive", characters: value }),
  "apply restore": (value, made: Serial) => made.apply({ type: "restore", state: value }),
  advance: (value, made: Serial) => made.advance(value),
  advanceTo: (value, made: Serial) => made.advanceTo(value),
  toTicks: (value, made: Serial) => made.toTicks(value),
  toSeconds: (value, made: Serial) => made.toSeconds(value),
  explain: (value, made: Serial) => made.explain(value),
  "journal.entries": (value, made: Serial) => [...made.journal.entries(value)],
  "journal.checkpoint": (value, made: Serial) => made.journal.checkpoint(value),
};
const FITTING: Readonly<Record<string, readonly string[]>> = { toTicks: ["1.5"] };

const OPTION_NAMES = ["out", "journal", "engine", "machine", "room", "unmapped"] as const;

const pointsOf = (
  name: string,
  make: () => Serial | Uart16550,
  Class: typeof Serial,
): [string, EntryPoint][] => [
  ...Object.entries(METHODS).map(([method, call]): [string, EntryPoint] => [
    `${name}.${method}`,
    { make, call, fits: FITTING[method] ?? [] },
  ]),
  ...OPTION_NAMES.map((option): [string, EntryPoint] => [
    `new ${name}({ ${option} })`,
    { call: (value) => new Class({ [option]: value }) },
  ]),
  [`new ${name}`, { call: (value) => new Class(value) }],
  [`${name}.fromState`, { call: (value) => Class.fromState(value) }],
  [`${name}.fromSaved`, { call: (value) => Class.fromSaved(value) }],
  [`${name}.fromSaved, options`, { call: (value) => Class.fromSaved(make().save(), value) }],
  [`${name}.fromJournal`, { call: (value) => Class.fromJournal(value) }],
  [`${name}.fromJournal, options`, { call: (value) => Class.fromJournal(make().journal, value) }],
];

const TABLE: EntryTable = {
  Serial: [
    ...pointsOf("Serial", serial, Serial),
    ...["trigger", "events", "revision", "interrupt"].map((option): [string, EntryPoint] => [
      `new Serial({ ${option} })`,
      // An object of events may have fields of its own.
      {
        call: (value) => new Serial({ [option]: value }),
        fits: option === "events" ? ["an empty array's like", "an unknown option", "a symbol's option"] : [],
      },
    ]),
  ],
  Uart16550: [
    ...pointsOf("Uart16550", uart, Uart16550 as unknown as typeof Serial),
    ...["interrupt", "preset"].map((option): [string, EntryPoint] => [
      `new Uart16550({ ${option} })`,
      {
        call: (value) => new Uart16550({ [option]: value }),
      },
    ]),
    ["receive", { make: uart, call: (value, made: Uart16550) => made.receive(value) }],
    [
      "breakCondition",
      { make: uart, call: (value, made: Uart16550) => made.breakCondition(value), fits: ["true"] },
    ],
    ["setSerialInput", { make: uart, call: (value, made: Uart16550) => made.setSerialInput(value) }],
    [
      "setModemInputs",
      {
        make: uart,
        call: (value, made: Uart16550) => made.setModemInputs(value),
      },
    ],
  ],
  connect: [
    ["connect(a)", { call: (value) => device.connect(value, uart()) }],
    ["connect(b)", { call: (value) => device.connect(uart(), value) }],
  ],
  serialStateFromSerde: [["serialStateFromSerde", { call: (value) => device.serialStateFromSerde(value) }]],
  serialStateFromCloudHypervisor: [
    ["serialStateFromCloudHypervisor", { call: (value) => device.serialStateFromCloudHypervisor(value) }],
  ],
  serialStateToCloudHypervisor: [
    ["serialStateToCloudHypervisor", { call: (value) => device.serialStateToCloudHypervisor(value) }],
  ],
  oddSerialState: [["oddSerialState", { call: (value) => device.oddSerialState(value) }]],
  serialStateToSerde: [["serialStateToSerde", { call: (value) => device.serialStateToSerde(value) }]],
  HostPort: [
    ["new HostPort", { call: (value) => new host.HostPort(value) }],
    ["HostPort.open", { call: (value) => new host.HostPort(serial()).open(value) }],
    ...["bufferSize", "overflow", "flowControl", "baudRate", "parity", "limit"].map(
      (option): [string, EntryPoint] => [
        `HostPort.open({ ${option} })`,
        { call: (value) => new host.HostPort(serial()).open({ [option]: value }) },
      ],
    ),
    [
      "HostPort.setSignals",
      {
        make: uart,
        call: async (value, made: Uart16550) => {
          const port = new host.HostPort(made);
          await port.open();
          await port.setSignals(value);
        },
      },
    ],
    [
      "HostPort.writable",
      {
        make: serial,
        call: async (value, made: Serial) => {
          const port = new host.HostPort(made);
          await port.open();
          const writer = port.writable?.getWriter();
          writer?.closed.catch(() => {});
          await writer?.write(value);
        },
        fits: BYTES,
      },
    ],
  ],
  attachTerminal: [
    [
      "attachTerminal(device)",
      { call: (value) => host.attachTerminal(value, invalid({ write() {}, onData() {} })) },
    ],
    ["attachTerminal(terminal)", { call: (value) => host.attachTerminal(serial(), value) }],
    [
      "attachTerminal(options)",
      { call: (value) => host.attachTerminal(serial(), invalid({ write() {}, onData() {} }), value) },
    ],
  ],
  limitOutput: [
    ["limitOutput(sink)", { call: (value) => host.limitOutput(value, { bytesPerSecond: 1, burst: 1 }) }],
    ["limitOutput(limit)", { call: (value) => host.limitOutput({ write() {} }, value) }],
  ],
  HostDuplex: [
    ["new HostDuplex", { call: (value) => new node.HostDuplex(value) }],
    ["new HostDuplex, options", { call: (value) => new node.HostDuplex(serial(), value) }],
    [
      "HostDuplex.write",
      {
        make: serial,
        call: (value, made: Serial) => new node.HostDuplex(made).write(value),
        fits: [...TEXTS, ...BYTES],
      },
    ],
  ],
  journalSink: [
    ["journalSink(write)", { call: (value) => journal.journalSink(value) }],
    ["journalSink(options)", { call: (value) => journal.journalSink(() => {}, value) }],
  ],
  writeJournal: [
    ["writeJournal(header)", { call: (value) => journal.writeJournal(value, []).next() }],
    [
      "writeJournal(entries)",
      {
        call: (value) => journal.writeJournal(serial().journal.header, value).next(),
      },
    ],
  ],
  loadJournal: [["loadJournal", { call: (value) => journal.loadJournal(value) }]],
  parseStory: [["parseStory", { call: (value) => journal.parseStory(value) }]],
};

/** Exports that have no table of their own: what they are, or the test that holds them to the same. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  SerialError: "an error",
  OverflowError: "an error",
  JournalError: "an error",
  JournalSinkError: "an error",
  hex: "formats what the package has checked",
  bitsInWords: "formats what the package has checked",
  inputInWords: "formats what the package has checked",
  valueInWords: "formats what the package has checked",
  activeStates: "takes a machine's own state value",
  statesOf: "takes a machine",
  transitionsOf: "takes a machine",
  serialChart: "through new Serial",
  uart16550Chart: "through new Uart16550",
  uart16550Options: "through new Uart16550({ preset })",
  Journal: "through journal.entries and checkpoint",
  definitionHash: "takes a machine",
  packEntries: "takes entries that the package has checked",
  unpackEntries: "takes bytes that the package has packed",
  isJournalText: "takes any text",
  isStoryText: "takes any text",
  openJournal: "through new Serial({ journal })",
  readJournal: "through loadJournal",
  textLines: "through loadJournal",
  journalFile: "src/guests/node/journal-file.test.ts",
};

describeRefusals(TABLE);

it("knows every function and class that is exported", () => {
  const exported = [device, host, node, journal].flatMap((module) =>
    Object.entries(module)
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name),
  );
  const known = new Set([...Object.keys(TABLE), ...Object.keys(ELSEWHERE)]);
  expect([...new Set(exported)].filter((name) => !known.has(name))).toEqual([]);
  expect([...known].filter((name) => !exported.includes(name))).toEqual([]);
  expect(Object.keys(bus)).toContain("BusWindow");
});
