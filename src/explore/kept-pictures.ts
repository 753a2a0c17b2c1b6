import {
  edgePicMachine,
  linuxDriverMachine,
  serialMachine,
  serialMachine081,
  uart16550Machine,
} from "../../machines/index.js";
import { type Group, overview } from "./overview.js";
import { picture } from "./picture.js";

/** The regions of `uart16550` in pictures that fit on a page, by what their files are called. */
export const UART16550_GROUPS: Readonly<Record<string, Group>> = {
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

const SERIAL = { without: serialMachine081, legend: "blue: not in 0.8.1" } as const;

/** What has states of its own is drawn apart where its arrows would cross those round it. */
const UART16550_APART = ["uart16550.receiveFifo.triggered", "uart16550.transmitFifo.empty"];

const groups = Object.entries(UART16550_GROUPS).map(
  ([name, group]) =>
    [
      `uart16550-${name}.svg`,
      () =>
        picture(uart16550Machine, { ...group, title: `PC16550D. ${group.title}`, apart: UART16550_APART }),
    ] as const,
);

/** What the driver does in a row is drawn apart from what it does when. */
const LINUX_DRIVER_APART = [
  "starting",
  ...["identification", "clearing", "thrEmptyTest", "txEnableTest", "clearingAgain", "settingUp"].map(
    (it) => `linux-driver.thread.starting.${it}`,
  ),
  ...["sending", "printing"].map((it) => `linux-driver.thread.${it}`),
  "backup",
];

/** The pictures of the charts that the project keeps, by file name in machines/. */
export const KEPT_PICTURES: Readonly<Record<string, () => string | Promise<string>>> = {
  "serial.svg": () => picture(serialMachine, SERIAL),
  "serial-0.8.1.svg": () => picture(serialMachine081),
  "serial-full.svg": () => picture(serialMachine, { ...SERIAL, stays: true }),
  "uart16550.svg": () => overview(uart16550Machine, Object.values(UART16550_GROUPS)),
  ...Object.fromEntries(groups),
  "linux-driver.svg": () => picture(linuxDriverMachine, { width: 1600, apart: LINUX_DRIVER_APART }),
  "pic.svg": () => picture(edgePicMachine),
};
