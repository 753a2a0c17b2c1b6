import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { picture } from "./picture.js";

/** The pictures of the charts that the project keeps, by file name in machines/. */
export const KEPT_PICTURES: Readonly<Record<string, () => Promise<string>>> = {
  "serial.svg": () => picture(serialMachine, { without: serialMachine081, legend: "blue: not in 0.8.1" }),
  "serial-full.svg": () =>
    picture(serialMachine, { stays: true, without: serialMachine081, legend: "blue: not in 0.8.1" }),
  "uart16550.svg": () => picture(uart16550Machine, { width: 1600 }),
};
