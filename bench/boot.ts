/**
 * From power-on to a shell: Linux in v86, with a device of ours and its journal beside v86's own UART, in turn, each boot in a process
 * of its own. `npm run bench:boot [PAIRS] [serial|uart16550]`, after `npm run guest:linux`.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { median } from "./median.js";

/** What one boot gives. */
export interface Boot {
  /** Seconds from power-on to the prompt. */
  readonly seconds: number;
  /** Seconds in which the device's journal is driven through a fresh device; 0 for v86's own UART. */
  readonly device: number;
  /** How many accesses and bytes the journal holds. */
  readonly entries: number;
}

const pairs = Number(process.argv[2] ?? 10);
const name = process.argv[3] ?? "serial";

async function boot(which: string): Promise<Boot> {
  const child = fork(new URL("./boot-round.ts", import.meta.url), [which], { execArgv: ["--import", "tsx"] });
  const [result] = await once(child, "message");
  await once(child, "exit");
  return result as Boot;
}

/** The two of these numbers, in order, between which the median lies with a probability of at least 0.95: by the binomial distribution. */
function interval(numbers: readonly number[]): [number, number] {
  const sorted = [...numbers].sort((a, b) => a - b);
  const n = sorted.length;
  let [below, term, k] = [0, 2 ** -n, 0];
  for (; below + term <= 0.025; k++) {
    below += term;
    term *= (n - k) / (k + 1);
  }
  const first = Math.max(0, k - 1);
  return [sorted[first] as number, sorted[n - 1 - first] as number];
}

const inWords = (numbers: readonly number[], digits: number, unit = ""): string =>
  `${median(numbers).toFixed(digits)}${unit} (${interval(numbers)
    .map((each) => each.toFixed(digits))
    .join(" to ")})`;

const ours: Boot[] = [];
const theirs: Boot[] = [];
console.log(
  `${pairs} pairs of boots, ${name} and v86's own UART; medians, in brackets where they lie at 95 %`,
);
for (let i = 0; i < pairs; i++) {
  // Who begins alternates, so that neither has the warmer machine.
  const order = i % 2 === 0 ? [name, "v86"] : ["v86", name];
  for (const which of order) (which === "v86" ? theirs : ours).push(await boot(which));
  console.log(`  ${ours.at(-1)?.seconds.toFixed(2)} s, v86's own ${theirs.at(-1)?.seconds.toFixed(2)} s`);
}
const seconds = (boots: readonly Boot[]) => boots.map((each) => each.seconds);
console.log(`${name.padEnd(12)} ${inWords(seconds(ours), 2, " s")}`);
console.log(`v86's own    ${inWords(seconds(theirs), 2, " s")}`);
console.log(
  `of v86's own ${inWords(
    ours.map((each, i) => each.seconds / (theirs[i] as Boot).seconds),
    3,
  )}`,
);
const share = ours.map((each) => (100 * each.device) / each.seconds);
console.log(
  `in the device ${inWords(share, 2, " %")} of ${median(ours.map((each) => each.entries))} journal entries`,
);
