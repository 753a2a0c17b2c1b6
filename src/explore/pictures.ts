import { readFile, writeFile } from "node:fs/promises";
import { serialMachine, serialMachine081 } from "../../machines/index.js";
import { picture } from "./picture.js";

const FOLDER = new URL("../../machines/", import.meta.url);

/** The pictures of the charts that the project keeps, by file name in machines/. */
export const PICTURES: Readonly<Record<string, () => Promise<string>>> = {
  "serial.svg": () => picture(serialMachine, { without: serialMachine081, legend: "blue: not in 0.8.1" }),
  "serial-full.svg": () =>
    picture(serialMachine, { stays: true, without: serialMachine081, legend: "blue: not in 0.8.1" }),
};

/** The picture as it is kept now; undefined where there is none. */
export const kept = (name: string): Promise<string | undefined> =>
  readFile(new URL(name, FOLDER), "utf8").catch(() => undefined);

if (process.argv[1]?.endsWith("pictures.ts"))
  for (const [name, draw] of Object.entries(PICTURES)) await writeFile(new URL(name, FOLDER), await draw());
