/** The CPU time of single accesses: each contestant in a process of its own, in turn within one run; medians, and ratios to v86's own UART. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { ACCESSES, type AccessName } from "./access-names.js";
import { median } from "./median.js";

const ROUNDS = Number(process.env["ROUNDS"] ?? 7);
const WARM_UP = 3;
const NAMES = [
  "hand-written",
  "v86's UART",
  "Serial",
  "Serial, journal",
  "Uart16550, instant",
  "Uart16550, qemu",
  "Uart16550, timed",
] as const;
type Name = (typeof NAMES)[number];

/** The contestants of each measurement: a character takes its time in one of them alone. */
const takesPart = (name: Name, accessName: AccessName): boolean =>
  (name === "Uart16550, timed") === (accessName === "character sent");

async function start(name: Name): Promise<ChildProcess> {
  const child = fork(new URL("./access-round.ts", import.meta.url), [name], {
    execArgv: ["--import", "tsx"],
  });
  await once(child, "message");
  return child;
}

async function round(child: ChildProcess, accessName: AccessName): Promise<number> {
  child.send(accessName);
  const [nanoseconds] = await once(child, "message");
  return nanoseconds as number;
}

const wanted = process.argv.slice(2);
const children = new Map<Name, ChildProcess>();
for (const name of NAMES) children.set(name, await start(name));
console.log(`CPU ns an access, medians of ${ROUNDS} rounds in turn; in brackets v86's UART over it`);
console.log("".padEnd(16), ...NAMES.map((name) => name.padStart(20)));
for (const accessName of Object.keys(ACCESSES) as AccessName[]) {
  if (wanted.length > 0 && !wanted.includes(accessName)) continue;
  const names = NAMES.filter((name) => takesPart(name, accessName));
  const times = new Map(names.map((name): [Name, number[]] => [name, []]));
  for (let index = -WARM_UP; index < ROUNDS; index++)
    for (const name of names) {
      const time = await round(children.get(name) as ChildProcess, accessName);
      if (index >= 0) times.get(name)?.push(time);
    }
  const reference = times.get("v86's UART");
  const cells = NAMES.map((name) => {
    const own = times.get(name);
    if (own === undefined) return "".padStart(20);
    const ratio = reference && median(own.map((time, index) => (reference[index] as number) / time));
    return `${median(own).toFixed(1)}${ratio === undefined ? "" : ` (${ratio.toFixed(2)})`}`.padStart(20);
  });
  console.log(accessName.padEnd(16), ...cells);
}
for (const child of children.values()) child.disconnect();
