import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { IER, LCR, REGISTERS, type RegisterName } from "../../../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../../../device/index.js";
import type { Input } from "../../../journal/index.js";
import type { Reason } from "./reason.js";
import { factsOfRegister } from "./register-facts.js";
import { Session } from "./session.js";
import { sessionOf } from "./session.test-helper.js";
import { whyNoInterrupt } from "./why-not.js";

/** More polls than any search backwards once looked at. */
const POLLS = 9000;
const POLL: Input = { type: "read", offset: REGISTERS.SCR.offset };

const DEVICES: readonly (() => Device)[] = [
  () => new Serial({ revision: "0.8.1" }),
  () => new Serial(),
  () => new Uart16550({ preset: { board: "pc" } }),
];
const inputArbitrary: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ type: fc.constant("read" as const), offset: fc.nat(7) }),
  fc.record({
    type: fc.constant("write" as const),
    offset: fc.constantFrom(0, 1, 1, 2, 3, 4),
    value: fc.constantFrom(0x00, 0x01, 0x02, 0x03, 0x07, 0x08, 0x0b, 0x10, 0x80, 0x83),
  }),
  fc.record({ type: fc.constant("receive" as const), characters: fc.constant([0x41]) }),
);

function play(createDevice: () => Device, inputs: readonly Input[]): Session {
  const device = createDevice();
  for (const input of inputs) device.apply(input);
  return sessionOf(device);
}

/** Returns all that is said after the last row, with the numbers of entries changed. */
function answersOf(session: Session, renumber: (index: number) => number): unknown {
  const lastRow = session.length - 1;
  const inWords = ({ kind, sentence, rowIndex, rules }: Reason) => ({
    kind,
    sentence: sentence.replace(/#(\d+)/g, (_, digits) => `#${renumber(Number(digits))}`),
    rowIndex: rowIndex === undefined ? undefined : renumber(rowIndex),
    rules,
  });
  const registerNames = session.chart.registers.map(({ name }) => name);
  return [
    whyNoInterrupt(session, lastRow).map(inWords),
    ...registerNames.map((name: RegisterName) => factsOfRegister(session, lastRow, name).map(inWords)),
  ];
}

test("polls that change nothing change no answer, however many they are", () => {
  fc.assert(
    fc.property(
      fc.nat(DEVICES.length - 1),
      fc.array(inputArbitrary, { minLength: 1, maxLength: 16, size: "max" }),
      fc.nat(15),
      (deviceIndex, inputs, pollPosition) => {
        const createDevice = DEVICES[deviceIndex] as () => Device;
        const position = Math.min(pollPosition, inputs.length);
        const polls = (count: number) => [
          ...inputs.slice(0, position),
          ...Array.from({ length: count }, () => POLL),
          ...inputs.slice(position),
        ];
        // One poll is there in any case: it may be the first read after something.
        const short = play(createDevice, polls(1));
        const long = play(createDevice, polls(1 + POLLS));
        const answers = answersOf(long, (index) => (index > position ? index - POLLS : index));
        expect(answers).toEqual(answersOf(short, (index) => index));
      },
    ),
    { numRuns: 10 },
  );
});

test("a byte that came while it was masked is named after a long output, and what 0.8.2 does with it later", () => {
  const serial = new Serial({ revision: "0.8.1", journal: "all" });
  serial.read(2);
  serial.apply({ type: "receive", characters: [0x41] }); // 1
  for (let i = 0; i < 12_000; i++) {
    serial.read(5);
    serial.write(0, 0x2e);
  }
  serial.write(1, IER.ERBFI); // 24_002
  for (let i = 0; i < 10_000; i++) serial.read(5);
  const session = sessionOf(serial);
  const readEntries = vi.spyOn(session.journal, "entries");
  const [reason] = whyNoInterrupt(session, session.length - 1);
  expect(reason).toMatchObject({ kind: "masked", rowIndex: 1 });
  expect(reason?.sentence).toContain("Nothing has noted it since. 0.8.2 interrupts at #24002 IER <- 0x01");
  // Each answer plays from the state that is kept before its row.
  const counts = readEntries.mock.calls.map(
    ([{ from = 0, until = session.journal.next } = {}]) => until - from,
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(8 * 1024);
});

test("a search for an unmasking write that ends early says how far it went", () => {
  const uart = new Uart16550({ journal: "all" });
  uart.write(3, LCR.DLAB | LCR.WLS);
  uart.write(1, IER.ERBFI); // 1: into the divisor latch
  uart.write(3, LCR.WLS);
  uart.apply({ type: "receive", characters: [0x41] });
  const early = sessionOf(uart);
  const [found] = whyNoInterrupt(early, early.length - 1);
  expect(found).toMatchObject({ kind: "DLAB", rowIndex: 1 });
  for (let i = 0; i < 60_000; i++)
    if (i % 500 === 0) uart.write(1, IER.EDSSI);
    else uart.read(5);
  const session = sessionOf(uart);
  const [reason] = whyNoInterrupt(session, session.length - 1);
  expect(reason?.kind).toBe("masked");
  const [, searchedFrom = ""] = /a write before #(\d+) .* not looked at/.exec(reason?.sentence ?? "") ?? [];
  expect(Number(searchedFrom)).toBeGreaterThan(session.length - 30_000);
  expect(Number(searchedFrom)).toBeLessThan(session.length - 20_000);
});

test("a FIFO that is empty loses nothing", () => {
  const serial = new Serial();
  serial.write(1, IER.ERBFI);
  const session = sessionOf(serial);
  expect(whyNoInterrupt(session, 0).map(({ kind }) => kind)).toEqual(["no source"]);
});

test("a live session that has dropped entries answers of the others as before", () => {
  const serial = new Serial({ journal: "all", revision: "0.8.1" });
  const live = new Session(
    { name: "live", live: true, header: serial.journal.header, differences: [], warnings: [] },
    { heldEntries: 4096, droppedEntries: 1024 },
  );
  for (let i = 0; i < 9000; i++)
    if (i === 8000) serial.apply({ type: "receive", characters: [0x41] });
    else if (i % 900 === 0) serial.write(1, i === 8100 ? IER.ERBFI : 0);
    else serial.read(5);
  for (const { entry } of serial.journal.entries()) {
    live.appendEntry(entry);
    live.dropOldest();
  }
  const whole = sessionOf(serial);
  expect(live.firstIndex).toBeGreaterThan(2000);
  const answers = answersOf(live, (index) => index) as { rowIndex?: number }[][];
  const shifted = answers.map((reasons) =>
    reasons.map(({ rowIndex, ...reason }) => ({
      ...reason,
      rowIndex: rowIndex === undefined ? undefined : rowIndex + live.firstIndex,
    })),
  );
  expect(shifted).toEqual(answersOf(whole, (index) => index));
  expect(JSON.stringify(shifted)).toContain("#8000 ");
  expect(JSON.stringify(shifted)).toContain("0.8.2 interrupts at #8100");
});
