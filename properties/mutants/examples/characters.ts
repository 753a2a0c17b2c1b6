/** Cases of characters: sent, received, broken and queued, with the interrupts about them. */
import { UART16550_PRESETS } from "../../../machines/index.js";
import { FAST, type UartStep } from "../../arbitraries/uart16550.js";
import {
  ASK,
  advance,
  BREAK,
  DUE,
  type Example,
  HOLD,
  line,
  many,
  modem,
  RELEASE,
  read,
  receive,
  write,
} from "./steps.js";

const { pc16550d, ins8250, tl16c750 } = UART16550_PRESETS;

export const CHARACTER_EXAMPLES: readonly Example[] = [
  {
    name: "the factory's test sets errors and clears them",
    options: { ...pc16550d, factoryTestWrites: true },
    steps: [write(1, 0x04), write(5, 0x1e), write(5, 0x02), write(5, 0x00), ...ASK],
  },
  {
    name: "a break that restarts no timeout comes when the baud clock has stopped: the timeout that runs goes on",
    options: { ...pc16550d, breakRestartsTimeout: false },
    steps: [
      write(2, 0x41),
      ...FAST,
      receive(0x10),
      write(3, 0x83),
      write(0, 0),
      write(3, 0x03),
      { type: "receive", characters: [{ value: 0x7e, break: true }] },
      DUE,
      ...ASK,
    ],
  },
  {
    name: "the format that closes the divisor latch is another than the one that opened it",
    options: pc16550d,
    steps: [
      write(2, 0x01),
      ...FAST,
      write(3, 0x83),
      write(3, 0x80),
      receive(1),
      DUE,
      write(3, 0x1f),
      receive(2),
      DUE,
    ],
  },
  {
    name: "a change of FIFO enable, a flush and a write of ETBEI while THR empty is delayed",
    options: pc16550d,
    steps: delays(),
  },
  {
    name: "the same where its interrupt alone is delayed",
    options: { ...pc16550d, threDelay: "interrupt" },
    steps: delays(),
  },
  {
    name: "characters are queued together until the FIFO is full",
    options: pc16550d,
    steps: [
      ...FAST,
      write(2, 1),
      write(1, 2),
      HOLD,
      ...many(17, write(0, 0x55)),
      RELEASE,
      ...many(180, DUE),
      ...ASK,
    ],
  },
  {
    name: "the last place of the FIFO is taken by the second of two characters, of which one was sent",
    options: pc16550d,
    steps: [...FAST, write(2, 1), write(1, 2), ...many(18, write(0, 0x55)), ...many(185, DUE), ...ASK],
  },
  {
    name: "a break hides what is sent without time",
    options: { ...pc16550d, transmitterIsTimed: false },
    steps: [
      write(1, 2),
      write(3, 0x43),
      write(0, 0x41),
      ...read(5, 2),
      write(3, 0x03),
      write(0, 0x42),
      ...read(5, 2),
    ],
  },
  {
    name: "the baud clock stops within a frame whose stop bit is wrong",
    options: pc16550d,
    steps: [
      ...FAST,
      ...line(0, 1, 1),
      write(3, 0x83),
      write(0, 0),
      write(3, 0x03),
      ...line(1, 1, 1, 1, 1, 1, 0, 0, 1),
      ...FAST,
      ...line(0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
      ...ASK,
    ],
  },
  {
    name: "a full ring wraps, and is sent",
    options: { ...pc16550d, overflow: "wrap" },
    steps: [
      ...FAST,
      write(2, 1),
      HOLD,
      write(0, 0),
      advance(400),
      ...Array.from({ length: 18 }, (_, stepIndex) => write(0, stepIndex)),
      RELEASE,
      ...many(40, DUE),
      ...read(5),
    ],
  },
  {
    name: "the empty FIFO is cleared, and THR empty is told again",
    options: { ...pc16550d, transmitResetIsSilent: false },
    steps: [write(2, 1), write(1, 2), ...read(2, 2), write(2, 5), ...read(2, 2), write(2, 3), ...read(2)],
  },
  {
    name: "what was received behind DLAB is cleared by a change of divisor",
    options: { ...pc16550d, formatChange: "flushReceive" },
    steps: [0x01, 0xc1].flatMap((fifoControl) =>
      [0, 1].flatMap((registerOffset): UartStep[] => [
        ...FAST,
        write(2, fifoControl),
        write(1, 5),
        write(3, 0x83),
        { type: "receive", characters: [1, 2, { value: 3, parity: true }, 4] },
        ...read(5),
        write(registerOffset, 1),
        ...read(5, 2),
        ...many(3, DUE),
        write(3, 0x03),
        ...ASK,
      ]),
    ),
  },
  {
    name: "a break that does not wait in the FIFO",
    options: { ...pc16550d, breakWaitsInFifo: false, breakRestartsTimeout: false },
    steps: [
      ...FAST,
      write(1, 5),
      ...[0x01, 0x81].flatMap((fifoControl): UartStep[] => [
        write(2, 0),
        write(2, fifoControl),
        {
          type: "receive",
          characters: [1, { value: 0, break: true }, { value: 0, break: true, framing: true }, 2],
        },
        ...ASK,
        ...ASK,
        ...ASK,
        ...ASK,
        receive(...new Array(15).fill(7)),
        { type: "receive", characters: [{ value: 0, break: true }] },
        ...many(16, ...read(0, 5)),
        receive(...new Array(16).fill(8)),
        ...read(5),
        { type: "receive", characters: [{ value: 0, break: true }] },
        ...read(2, 5),
        ...many(16, ...read(0, 5)),
      ]),
    ],
  },
  {
    name: "a break that starts no timeout, and one of several characters is read",
    options: { ...pc16550d, breakRestartsTimeout: false },
    steps: [
      ...FAST,
      write(2, 0xc1),
      write(1, 1),
      {
        type: "receive",
        characters: [
          { value: 0, break: true },
          { value: 0, break: true },
          { value: 0, break: true },
        ],
      },
      ...many(2, DUE),
      ...read(0),
      ...many(2, DUE),
      ...ASK,
    ],
  },
  {
    name: "RBR is read while a timeout runs, or is pending, and the baud clock has stopped",
    options: pc16550d,
    steps: [0, 1000].flatMap((tickCount): UartStep[] => [
      ...FAST,
      write(2, 0xc1),
      write(1, 1),
      receive(1, 2, 3),
      advance(tickCount),
      write(3, 0x83),
      write(0, 0),
      write(3, 0x03),
      ...read(0, 2),
      DUE,
      ...read(2, 0, 2, 0),
    ]),
  },
  {
    name: "a timeout and the trigger level at once, and a read that leaves fewer",
    options: { ...pc16550d, receivedDataBeforeTimeout: false },
    steps: [...FAST, write(2, 0x41), write(1, 1), receive(1, 2, 3, 4), DUE, ...read(2, 0, 2, 0, 2)],
  },
  {
    name: "the source that an 8250 reported is served while another is pending",
    options: ins8250,
    steps: [
      write(1, 0x0a),
      modem({ dsr: false }),
      ...read(2),
      write(1, 8),
      write(1, 0x0a),
      write(0, 1),
      ...read(2, 6, 2),
    ],
  },
  {
    name: "the trigger level is lowered to what is queued as THR becomes empty: received data comes at once",
    options: pc16550d,
    steps: [
      write(2, 0xc1),
      receive(0x10),
      write(0, 0x41),
      write(0, 0x42),
      write(1, 0x03),
      write(2, 0x05),
      ...read(2),
    ],
  },
  ...[0x81, 0x41].flatMap((pinLevel): readonly Example[] => {
    const count = pinLevel === 0x81 ? 8 : 4;
    return [count - 1, count].map((queued) => ({
      name: `the trigger level is lowered to ${count} with ${queued} queued as THR becomes empty`,
      options: pc16550d,
      steps: [
        write(2, 0xc1),
        receive(...new Array(queued).fill(0x10)),
        write(0, 0x41),
        write(0, 0x42),
        write(1, 0x03),
        write(2, pinLevel | 0x04),
        ...read(2),
      ],
    }));
  }),
  {
    name: "the transmit FIFO of 64 characters is written when it is full",
    options: { ...tl16c750, overflow: "overwriteLast" },
    steps: [
      ...FAST,
      write(3, 0x83),
      write(2, 0x21),
      write(3, 0x03),
      HOLD,
      ...many(67, write(0, 1)),
      RELEASE,
      advance(20_000),
      ...read(5),
    ],
  },
  ...(
    [
      ["below the trigger level", 0xc1, 1],
      ["at the trigger level", 0x01, 2],
      ["in the last place", 0x01, 15],
      ["where there is none left", 0x01, 16],
    ] as const
  ).map(([situation, fifoControl, count]) => ({
    name: `a break is queued ${situation}, and loads RBR, which is read when the FIFOs are off`,
    options: { ...pc16550d, breakWaitsInFifo: false, breakLoadsRBR: true },
    steps: [
      receive(0x5a),
      ...read(0),
      write(2, fifoControl),
      receive(...new Array(count).fill(0x10)),
      ...BREAK,
      write(2, 0x00),
      ...read(0, 5),
    ],
  })),
  ...(
    [
      ["and are not read", [], []],
      ["and are read", [...read(0)], []],
      ["and are cleared by FCR", [...read(0)], [write(2, 0x02)]],
      ["and are cleared by FCR, unread", [], [write(2, 0x02)]],
      ["and are cleared by switching the FIFOs", [...read(0)], [write(2, 0x01), write(2, 0x00)]],
      ["and are cleared by switching the FIFOs, unread", [], [write(2, 0x01), write(2, 0x00)]],
    ] as const
  ).flatMap(([situation, reads, clears]) =>
    [15, 16].map((count) => ({
      name: `${count} breaks enter the FIFO that is off ${situation}, and one more`,
      options: {
        ...pc16550d,
        breakOverruns: false,
        breakIsFramingError: false,
        breaksQueueWithoutFifo: true,
        fcrNeedsEnable: false,
      },
      steps: [
        ...many(count, ...BREAK, ...reads),
        ...clears,
        ...read(5),
        ...BREAK,
        ...read(5, 0, 5),
        receive(0x41, 0x42),
        ...read(5),
      ],
    })),
  ),
];

function delays(): UartStep[] {
  const character = [write(0, 0x55), ...read(5, 2)];
  const transmitted = [...many(13, DUE), ...read(5, 2, 2)];
  return [
    ...FAST,
    write(1, 0),
    write(2, 1),
    ...[
      [write(1, 2), write(1, 2)],
      [write(1, 0), write(1, 2)],
      [write(2, 5)],
      [write(2, 0), write(2, 1)],
      [write(2, 0), ...read(2), write(0, 1), write(2, 1), write(0, 2)],
      [write(2, 0), write(0, 1), write(0, 2)],
      [write(2, 1), write(0, 1)],
      [write(0, 1), write(0, 2), write(2, 0), write(2, 1), write(0, 3)],
      [write(0, 1), write(0, 2), write(2, 0), write(0, 3), write(2, 1)],
    ].flatMap((within) => [
      ...character,
      ...within,
      ...read(5, 2),
      ...transmitted,
      write(2, 1),
      ...character,
      ...transmitted,
    ]),
  ];
}
