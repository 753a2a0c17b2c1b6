/** Accesses a second of every contestant on every load, measured in turn within one run; medians. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Contestant, contestants, interpreted } from "./contestants.js";
import { median } from "./median.js";

const ROUNDS = 15;
const WARM_UP = 3;
const LOADS = { linux: "Linux boot", mixed: "mixed load" } as const;
type LoadName = keyof typeof LOADS;

async function start(name: Contestant): Promise<ChildProcess> {
  const child = fork(new URL("./round.ts", import.meta.url), [name], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return child;
}

async function round(child: ChildProcess, load: LoadName): Promise<number> {
  child.send(load);
  const [nanoseconds] = await once(child, "message");
  return nanoseconds as number;
}

const names = Object.keys(contestants) as Contestant[];
const children = await Promise.all(names.map(start));
console.log(`Node ${process.version}, ${process.arch}; medians of ${ROUNDS} rounds in turn`);
for (const load of Object.keys(LOADS) as LoadName[]) {
  const times = names.map((): number[] => []);
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    for (const [c, child] of children.entries()) {
      const time = await round(child, load);
      if (i >= 0) times[c]?.push(time);
    }
  }
  const ratio = (one: Contestant, other: Contestant): number => {
    const [of, to] = [times[names.indexOf(one)], times[names.indexOf(other)]] as [number[], number[]];
    return median(of.map((time, i) => (to[i] as number) / time));
  };
  console.log(`\n${LOADS[load].padEnd(24)} ns/access  M accesses/s  of hand-written`);
  for (const [c, name] of names.entries()) {
    const time = median(times[c] as number[]);
    const share = ratio(name, "hand-written").toFixed(4).padStart(16);
    console.log(name.padEnd(24), time.toFixed(1).padStart(9), (1000 / time).toFixed(3).padStart(13), share);
  }
  console.log(`journalled, Serial of hand-written: ${ratio("Serial", "hand-written, journal").toFixed(2)}`);
  console.log(
    `Serial of a plain XState actor: ${ratio("Serial, no journal", "plain XState actor").toFixed(0)} times`,
  );
}
console.log(`\n${interpreted.join(" and ")}: the first 20,000 accesses of each load only.`);
console.log(
  "v86's UART: its port dispatch included; callbacks and errors, which it has not, left out. Both loads keep to what it has, " +
    "offsets 0 to 7 and no more arriving than there is room for: all accesses are compared.",
);
for (const child of children) child.disconnect();
