import {
  edgePicMachine,
  linuxDriverMachine,
  plicMachine,
  serialMachine,
  serialMachine081,
  uart16550Machine,
} from "../../machines/index.js";
import { drawOverview, type RegionGroup } from "./overview.js";
import { drawPicture } from "./picture.js";

/** The regions of `uart16550` in pictures that fit on a page, by the name in the file name. */
export const UART16550_GROUPS: Readonly<Record<string, RegionGroup>> = {
  modes: {
    title: "Modes: what an access does",
    regions: [
      "divisorLatch",
      "fifoMode",
      "baudClock",
      "triggerLevel",
      "dmaMode",
      "loopback",
      "breakControl",
      "autoFlow",
    ],
  },
  transmitting: {
    title: "Transmitting: from THR to SOUT",
    regions: ["hostOutput", "transmitter", "transmitFifo", "serialOutput"],
  },
  receiving: {
    title: "Receiving: from SIN to RBR and LSR",
    regions: ["serialInput", "receiver", "receiveFifo", "lineStatus", "errorInFifo", "characterTimeout"],
  },
  interrupts: {
    title: "Interrupts: from IER to INTR",
    regions: [
      "lineStatusInterrupt",
      "receivedDataInterrupt",
      "thrEmptyInterrupt",
      "modemStatusInterrupt",
      "interruptIdentification",
      "interruptLine",
    ],
  },
  modem: {
    title: "Modem and DMA: the other pins",
    regions: ["modemStatus", "modemSampling", "DTR", "RTS", "OUT1", "OUT2", "receiveReady", "transmitReady"],
  },
};

const SERIAL_OPTIONS = { comparedTo: serialMachine081, legend: "blue: not in 0.8.1" } as const;

/** Compound states with a drawing of their own, because their arrows would cross others. */
const UART16550_APART = ["uart16550.receiveFifo.triggered", "uart16550.transmitFifo.empty"];

const groupPictures = Object.entries(UART16550_GROUPS).map(
  ([groupName, group]) =>
    [
      `uart16550-${groupName}.svg`,
      () =>
        drawPicture(uart16550Machine, {
          ...group,
          title: `PC16550D. ${group.title}`,
          apartIds: UART16550_APART,
        }),
    ] as const,
);

/** Sequences of the driver, which have drawings of their own. */
const LINUX_DRIVER_APART = [
  "starting",
  ...["identification", "clearing", "thrEmptyTest", "txEnableTest", "clearingAgain", "settingUp"].map(
    (stateName) => `linux-driver.thread.starting.${stateName}`,
  ),
  ...["sending", "printing"].map((stateName) => `linux-driver.thread.${stateName}`),
  "backup",
];

/** The pictures in machines/, by file name. */
export const CHART_PICTURES: Readonly<Record<string, () => string | Promise<string>>> = {
  "serial.svg": () => drawPicture(serialMachine, SERIAL_OPTIONS),
  "serial-0.8.1.svg": () => drawPicture(serialMachine081),
  "serial-full.svg": () => drawPicture(serialMachine, { ...SERIAL_OPTIONS, showsSelfTransitions: true }),
  "uart16550.svg": () => drawOverview(uart16550Machine, Object.values(UART16550_GROUPS)),
  ...Object.fromEntries(groupPictures),
  "linux-driver.svg": () => drawPicture(linuxDriverMachine, { width: 1600, apartIds: LINUX_DRIVER_APART }),
  "pic.svg": () => drawPicture(edgePicMachine),
  "plic.svg": () => drawPicture(plicMachine),
};
