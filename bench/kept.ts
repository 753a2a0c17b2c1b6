/** What a journal costs, and what it gives: memory, save and restore, seeking. */
import { Serial } from "../src/device/index.js";
import { drive, mixed } from "./load.js";
import { median } from "./median.js";

const MILLION = 1_000_000;
const ROUNDS = 101;

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
const seekTo = (i: number): number => {
  const until = Math.floor(((i * 0.618_034) % 1) * next);
  return timed(() => Serial.fromJournal(long.journal, { until }));
};
for (let i = 0; i < ROUNDS; i++) seekTo(i);
const seeks = Array.from({ length: ROUNDS }, (_, i) => seekTo(i));
const milliseconds = (microseconds: number): string => `${(microseconds / 1000).toFixed(2)} ms`;
console.log(
  `seek in ${(next / MILLION).toFixed(1)} million: ${milliseconds(median(seeks))}, at worst ${milliseconds(Math.max(...seeks))}`,
);
