/** What a journal costs, and what it gives: memory, save and restore, seeking. */
import { Serial } from "../src/device/index.js";
import { drive, mixed } from "./load.js";

const MILLION = 1_000_000;
const ROUNDS = 101;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

const timed = (work: () => void): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1000;
};

const load = mixed(MILLION);
const memory = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const collect = globalThis.gc ?? (() => {});

const warm = new Serial({ journal: false });
drive(warm, load);
collect();
const before = memory();
const journalled = new Serial({ journal: "all" });
drive(journalled, load);
collect();
console.log(`a million journalled accesses: ${((memory() - before) / 1e6).toFixed(2)} MB more in use,`);
console.log(`  of which the journal's entries ${(journalled.journal.bytes / 1e6).toFixed(2)} MB`);

const saved = journalled.save();
const saves = Array.from({ length: ROUNDS }, () => timed(() => journalled.save()));
const loads = Array.from({ length: ROUNDS }, () => timed(() => Serial.fromSaved(saved)));
console.log(`save ${median(saves).toFixed(1)} µs, restore ${median(loads).toFixed(1)} µs`);

const long = new Serial({ journal: "all" });
while (long.journal.next < 10 * MILLION) drive(long, load);
const { next } = long.journal;
const seeks = Array.from({ length: ROUNDS }, (_, i) => {
  const until = Math.floor(((i * 0.618_034) % 1) * next);
  return timed(() => Serial.fromJournal(long.journal, { until }));
});
const worst = Math.max(...seeks.slice(ROUNDS >> 1));
console.log(
  `seek in ${(next / MILLION).toFixed(1)} million: ${(median(seeks) / 1000).toFixed(2)} ms, at worst ${(worst / 1000).toFixed(2)} ms`,
);
