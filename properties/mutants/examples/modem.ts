/** Cases of modem inputs and outputs: loopback, automatic flow control and their interrupts. */
import { UART16550_PRESETS } from "../../../machines/index.js";
import { FAST, type UartStep } from "../../arbitraries/uart16550.js";
import { ASK, advance, DUE, type Example, HOLD, modem, RELEASE, read, receive, write } from "./steps.js";

const { pc16550d, ins8250, tl16c550c, tl16c750, qemu } = UART16550_PRESETS;

export const MODEM_EXAMPLES: readonly Example[] = [
  {
    name: "a reset gives MSR the inputs as they came, where they are shown and RI's last edge is forgotten",
    options: { ...pc16550d, teriStays: false },
    steps: [modem({ dsr: false }), ...read(6), { type: "reset" }, ...read(6)],
  },
  {
    name: "loopback is set while a character waits for the host",
    options: pc16550d,
    steps: [
      ...FAST,
      HOLD,
      write(0, 0x41),
      advance(200),
      write(4, 0x10),
      RELEASE,
      ...ASK,
      write(0, 0x42),
      advance(200),
      ...ASK,
    ],
  },
  {
    name: "RI's trailing edge is forgotten by an input that shows at once",
    options: { ...pc16550d, teriStays: false },
    steps: [
      write(1, 8),
      modem({ ri: true }),
      modem(),
      modem({ dsr: false }),
      ...read(2, 6),
      modem({ ri: true }),
      modem(),
      ...read(6),
    ],
  },
  {
    name: "loopback begins and ends without a change",
    options: { ...pc16550d, loopbackChangeHasDeltas: false },
    steps: loops(),
  },
  {
    name: "loopback begins and ends without a change, and has none",
    options: { ...pc16550d, loopbackHasDeltas: false, loopbackChangeHasDeltas: false },
    steps: loops(),
  },
  ...[qemu, { ...qemu, teriStays: true }].flatMap((options): Example[] => [
    {
      name: "RI's trailing edge, and what changes after it, where inputs are sampled",
      options,
      steps: [...samples(...read(6)), ...samples(write(1, 0), write(1, 8)), ...samples(advance(1e7))],
    },
    {
      name: "MCR is written while an input has changed that has yet to be sampled",
      options,
      steps: [
        write(1, 8),
        modem({ dsr: false }),
        write(4, 3),
        ...read(2),
        modem({ cts: false }),
        write(4, 1),
        ...read(2, 6),
      ],
    },
    { name: "EDSSI takes THR empty's place while an input has changed", options, steps: handsOver(0x00) },
    {
      name: "EDSSI takes THR empty's place while an input has changed, under automatic flow control",
      options: { ...options, autoFlow: true },
      steps: handsOver(0x22),
    },
  ]),
  {
    name: "an 8250 whose MSR is read in loopback, which clears nothing",
    options: { ...ins8250, loopbackHasDeltas: false, loopbackChangeHasDeltas: false },
    steps: [write(1, 8), modem({ dsr: false }), write(4, 0x10), ...read(2, 6, 2), write(4, 0), ...read(6, 2)],
  },
  {
    name: "loopback begins with automatic flow control while CTS alone has changed: the interrupt line stays up",
    options: tl16c550c,
    steps: [modem({ cts: false }), write(1, 0x08), write(4, 0x32), ...read(2, 6)],
  },
  {
    name: "loopback ends with automatic flow control: CTS alone looks different, or more does",
    options: tl16c550c,
    steps: [
      write(4, 0x3b),
      write(1, 0x08),
      ...read(6),
      modem({ cts: false }),
      write(4, 0x23),
      ...read(2, 6),
      write(4, 0x1b),
      ...read(6),
      write(4, 0x2b),
      ...read(2, 6),
    ],
  },
  {
    name: "loopback begins and ends quietly, and an input changes meanwhile",
    options: { ...tl16c550c, loopbackChangeHasDeltas: false },
    steps: [
      write(1, 0x08),
      write(4, 0x30),
      modem({ cts: false }),
      write(4, 0x20),
      ...read(2, 6),
      write(4, 0x10),
      modem({ dsr: false }),
      write(4, 0x20),
      ...read(2, 6),
    ],
  },
  {
    name: "a modem input changes, and then a character that it has held back moves on",
    options: tl16c550c,
    steps: [
      modem({ cts: false }),
      ...read(6),
      write(4, 0x22),
      write(0, 0x41),
      write(1, 0x0f),
      modem({ dsr: false }),
      ...read(2, 6),
    ],
  },
  {
    name: "MCR is written when the baud clock has stopped: the next sample of the modem inputs stays where it was",
    options: { ...pc16550d, modemInputsAreLive: false },
    steps: [
      write(1, 0x08),
      write(3, 0x83),
      write(0, 0x00),
      write(1, 0x00),
      write(3, 0x03),
      write(4, 0x02),
      modem({ dsr: false }),
      DUE,
      ...read(2, 6),
    ],
  },
  ...[100, 300, 1100, 1240].map((tickCount) => ({
    name: `automatic flow control is turned on ${tickCount} ticks into the sixteenth character`,
    options: tl16c550c,
    steps: [
      write(2, 0xc1),
      receive(...new Array(15).fill(0x10)),
      { type: "line", level: 0 } as const,
      advance(tickCount),
      write(4, 0x22),
      ...read(5, 0),
      { type: "line", level: 1 } as const,
      advance(400),
      ...read(5, 0, 0),
    ],
  })),
  {
    name: "loopback forgets that RTS was held back: afterwards the FIFO is below its trigger level, though not empty",
    options: tl16c750,
    steps: [
      write(2, 0x01),
      write(4, 0x32),
      write(0, 0x41),
      advance(2000),
      write(2, 0x81),
      write(4, 0x22),
      ...read(5, 0),
    ],
  },
  {
    name: "MCR is written again while RTS is held back: RTS is asserted when there is room",
    options: tl16c550c,
    steps: [write(2, 0x01), write(4, 0x22), receive(0x41), write(4, 0x22), ...read(5, 0, 5)],
  },
];

function loops(): UartStep[] {
  return [
    write(1, 8),
    modem({ dsr: false }),
    ...read(6),
    write(4, 0x1f),
    ...read(2),
    modem({ cts: false, dsr: false }),
    write(4, 0x10),
    write(4, 0x00),
    ...read(2, 6, 2),
    write(4, 0x13),
    ...read(6),
    write(4, 0x03),
    ...read(2, 6, 2),
  ];
}

/** RI falls, and is sampled by what is given; then DSR changes, and is. */
function samples(...sampling: readonly UartStep[]): UartStep[] {
  return [
    write(1, 8),
    ...read(6),
    modem({ ri: true }),
    ...read(6),
    modem(),
    write(1, 0),
    write(1, 8),
    modem({ dsr: false }),
    ...sampling,
    ...read(2, 6),
  ];
}

function handsOver(modemControl: number): UartStep[] {
  return [modem({ dsr: false }), modem({ cts: false }), modem({ dsr: false, ri: true })].flatMap((change) => [
    modem(),
    write(1, 0),
    ...read(6),
    write(4, modemControl),
    change,
    write(1, 2),
    write(1, 8),
    ...read(2, 6),
  ]);
}
