/**
 * From power-on to a shell: Linux in v86, with a device of ours and its journal beside v86's own UART, in turn, each boot in a process
 * of its own. `npm run bench:boot [PAIRS] [serial|uart16550]`, after `npm run guest:linux`.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { median } from "./median.js";

/** The figures of one boot. */
export interface BootFigures {
  /** Seconds from power-on to the prompt. */
  readonly seconds: number;
  /** Seconds in which the device's journal is driven through a fresh device; 0 for v86's own UART. */
  readonly device: number;
  /** The numbers of accesses and bytes in the journal. */
  readonly entries: number;
}

const pairCount = Number(process.argv[2] ?? 10);
const contestantName = process.argv[3] ?? "serial";

async function bootOnce(contestant: string): Promise<BootFigures> {
  const childProcess = fork(new URL("./boot-round.ts", import.meta.url), [contestant], {
    execArgv: ["--import", "tsx"],
  });
  const [bootResult] = await once(childProcess, "message");
  await once(childProcess, "exit");
  return bootResult as BootFigures;
}

/** The two of these numbers, in order, between which the median lies with a probability of at least 0.95: by the binomial distribution. */
function interval(numbers: readonly number[]): [number, number] {
  const sorted = [...numbers].sort((a, b) => a - b);
  const sampleSize = sorted.length;
  let [cumulative, binomialTerm, rankIndex] = [0, 2 ** -sampleSize, 0];
  for (; cumulative + binomialTerm <= 0.025; rankIndex++) {
    cumulative += binomialTerm;
    binomialTerm *= (sampleSize - rankIndex) / (rankIndex + 1);
  }
  const lowerRank = Math.max(0, rankIndex - 1);
  return [sorted[lowerRank] as number, sorted[sampleSize - 1 - lowerRank] as number];
}

const inWords = (numbers: readonly number[], fractionDigits: number, unitText = ""): string =>
  `${median(numbers).toFixed(fractionDigits)}${unitText} (${interval(numbers)
    .map((figure) => figure.toFixed(fractionDigits))
    .join(" to ")})`;

const ownBoots: BootFigures[] = [];
const v86Boots: BootFigures[] = [];
console.log(
  `${pairCount} pairs of boots, ${contestantName} and v86's own UART; medians, in brackets where they lie at 95 %`,
);
for (let roundIndex = 0; roundIndex < pairCount; roundIndex++) {
  // Who begins alternates, so that neither has the warmer machine.
  const bootOrder = roundIndex % 2 === 0 ? [contestantName, "v86"] : ["v86", contestantName];
  for (const contestant of bootOrder)
    (contestant === "v86" ? v86Boots : ownBoots).push(await bootOnce(contestant));
  console.log(
    `  ${ownBoots.at(-1)?.seconds.toFixed(2)} s, v86's own ${v86Boots.at(-1)?.seconds.toFixed(2)} s`,
  );
}
const seconds = (boots: readonly BootFigures[]) => boots.map((bootRun) => bootRun.seconds);
console.log(`${contestantName.padEnd(12)} ${inWords(seconds(ownBoots), 2, " s")}`);
console.log(`v86's own    ${inWords(seconds(v86Boots), 2, " s")}`);
console.log(
  `of v86's own ${inWords(
    ownBoots.map((bootRun, roundIndex) => bootRun.seconds / (v86Boots[roundIndex] as BootFigures).seconds),
    3,
  )}`,
);
const shareText = ownBoots.map((bootRun) => (100 * bootRun.device) / bootRun.seconds);
console.log(
  `in the device ${inWords(shareText, 2, " %")} of ${median(ownBoots.map((bootRun) => bootRun.entries))} journal entries`,
);
