/** Accesses a second of every contestant on every load, measured in turn within one run; medians. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Contestant, contestants } from "./contestants.js";

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

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

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
  console.log(`\n${LOADS[load]}`.padEnd(25), "ns/access", " M accesses/s", " of hand-written");
  for (const [c, name] of names.entries()) {
    const own = times[c] as number[];
    const time = median(own);
    const share = median(own.map((t, i) => (times[0]?.[i] as number) / t));
    console.log(
      name.padEnd(24),
      time.toFixed(1).padStart(9),
      (1000 / time).toFixed(3).padStart(13),
      share.toFixed(4).padStart(16),
    );
  }
}
for (const child of children) child.disconnect();
