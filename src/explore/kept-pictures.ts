import {
  edgePicMachine,
  linuxDriverMachine,
  serialMachine,
  serialMachine081,
  uart16550Machine,
} from "../../machines/index.js";
import { picture } from "./picture.js";

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
export const KEPT_PICTURES: Readonly<Record<string, () => Promise<string>>> = {
  "serial.svg": () => picture(serialMachine, { without: serialMachine081, legend: "blue: not in 0.8.1" }),
  "serial-full.svg": () =>
    picture(serialMachine, { stays: true, without: serialMachine081, legend: "blue: not in 0.8.1" }),
  "uart16550.svg": () => picture(uart16550Machine, { width: 1600 }),
  "linux-driver.svg": () => picture(linuxDriverMachine, { width: 1600, apart: LINUX_DRIVER_APART }),
  "pic.svg": () => picture(edgePicMachine),
};
