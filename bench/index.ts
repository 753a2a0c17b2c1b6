/** Accesses a second of every contestant on every load, measured in turn within one run; medians. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Contestant, contestants, interpreted } from "./contestants.js";
import { median } from "./median.js";

const ROUNDS = 15;
const WARM_UP = 3;
const LOADS = { linux: "Linux boot", mixed: "mixed load" } as const;
type LoadName = keyof typeof LOADS;

async function startContestant(contestantName: Contestant): Promise<ChildProcess> {
  const childProcess = fork(new URL("./round.ts", import.meta.url), [contestantName], {
    execArgv: ["--import", "tsx"],
  });
  await once(childProcess, "message");
  return childProcess;
}

async function runRound(childProcess: ChildProcess, loadName: LoadName): Promise<number> {
  childProcess.send(loadName);
  const [nanoseconds] = await once(childProcess, "message");
  return nanoseconds as number;
}

const contestantNames = Object.keys(contestants) as Contestant[];
const children = await Promise.all(contestantNames.map(startContestant));
console.log(`Node ${process.version}, ${process.arch}; medians of ${ROUNDS} rounds in turn`);
for (const loadName of Object.keys(LOADS) as LoadName[]) {
  const roundTimes = contestantNames.map((): number[] => []);
  for (let roundIndex = -WARM_UP; roundIndex < ROUNDS; roundIndex++) {
    for (const [contestantIndex, childProcess] of children.entries()) {
      const roundTime = await runRound(childProcess, loadName);
      if (roundIndex >= 0) roundTimes[contestantIndex]?.push(roundTime);
    }
  }
  const medianRatio = (contestant: Contestant, otherContestant: Contestant): number => {
    const [ownTimes, otherTimes] = [
      roundTimes[contestantNames.indexOf(contestant)],
      roundTimes[contestantNames.indexOf(otherContestant)],
    ] as [number[], number[]];
    return median(ownTimes.map((time, roundIndex) => (otherTimes[roundIndex] as number) / time));
  };
  console.log(`\n${LOADS[loadName].padEnd(24)} ns/access  M accesses/s  of hand-written`);
  for (const [contestantIndex, contestantName] of contestantNames.entries()) {
    const medianTime = median(roundTimes[contestantIndex] as number[]);
    const shareText = medianRatio(contestantName, "hand-written").toFixed(4).padStart(16);
    console.log(
      contestantName.padEnd(24),
      medianTime.toFixed(1).padStart(9),
      (1000 / medianTime).toFixed(3).padStart(13),
      shareText,
    );
  }
  console.log(
    `journalled, Serial of hand-written: ${medianRatio("Serial", "hand-written, journal").toFixed(2)}`,
  );
  console.log(
    `Serial of a plain XState actor: ${medianRatio("Serial, no journal", "plain XState actor").toFixed(0)} times`,
  );
}
console.log(`\n${interpreted.join(" and ")}: the first 20,000 accesses of each load only.`);
console.log(
  "v86's UART: its port dispatch included; callbacks and errors, which it has not, left out. Both loads keep to what it has, " +
    "offsets 0 to 7 and no more arriving than there is room for: all accesses are compared.",
);
for (const childProcess of children) childProcess.disconnect();
