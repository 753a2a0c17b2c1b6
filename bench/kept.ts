/** The cost of a journal: memory, save and restore, seeking. */
import { Serial } from "../src/device/index.js";
import { driveDevice, mixedWorkload } from "./load.js";
import { median } from "./median.js";

const MILLION = 1_000_000;
const ROUNDS = 101;

const nanosecondsOf = (measuredWork: () => void): number => {
  const startTime = process.hrtime.bigint();
  measuredWork();
  return Number(process.hrtime.bigint() - startTime) / 1000;
};

const workload = mixedWorkload(MILLION);
const heapBytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const collect = globalThis.gc ?? (() => {});

const warmUpDevice = new Serial({ journal: false });
driveDevice(warmUpDevice, workload);
collect();
const heapBefore = heapBytes();
const journalled = new Serial({ journal: "all" });
driveDevice(journalled, workload);
collect();
console.log(
  `a million journalled accesses: ${((heapBytes() - heapBefore) / 1e6).toFixed(2)} MB more in use,`,
);
console.log(`  of which the journal's entries ${(journalled.journal.bytes / 1e6).toFixed(2)} MB`);

const savedState = journalled.save();
const saveTimes = Array.from({ length: ROUNDS }, () => nanosecondsOf(() => journalled.save()));
const loadTimes = Array.from({ length: ROUNDS }, () => nanosecondsOf(() => Serial.fromSaved(savedState)));
console.log(`save ${median(saveTimes).toFixed(1)} µs, restore ${median(loadTimes).toFixed(1)} µs`);

const longRecording = new Serial({ journal: "all" });
while (longRecording.journal.next < 10 * MILLION) driveDevice(longRecording, workload);
const { next: entryCount } = longRecording.journal;
const measureSeek = (entryIndex: number): number => {
  const endTick = Math.floor(((entryIndex * 0.618_034) % 1) * entryCount);
  return nanosecondsOf(() => Serial.fromJournal(longRecording.journal, { until: endTick }));
};
for (let i = 0; i < ROUNDS; i++) measureSeek(i);
const seekTimes = Array.from({ length: ROUNDS }, (_, i) => measureSeek(i));
const milliseconds = (microseconds: number): string => `${(microseconds / 1000).toFixed(2)} ms`;
console.log(
  `seek in ${(entryCount / MILLION).toFixed(1)} million: ${milliseconds(median(seekTimes))}, at worst ${milliseconds(Math.max(...seekTimes))}`,
);
