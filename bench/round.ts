/** One contestant in a process of its own, so that none is compiled with another in view: a round for each message. */
import { type Contestant, contestants, interpreted } from "./contestants.js";
import { driveDevice, linuxBoot, mixedWorkload } from "./load.js";

const SHORT = 20_000;
const contestantName = process.argv[2] as Contestant;
const workloads = { linux: linuxBoot(), mixed: mixedWorkload(1_000_000) };
/** The boot is short: it is driven so many times a round, on one device. */
const TIMES = { linux: 10, mixed: 1 };

process.on("message", async (loadName: keyof typeof workloads) => {
  const isInterpreted = interpreted.includes(contestantName);
  const { length } = workloads[loadName].kinds;
  const accesses = isInterpreted ? Math.min(SHORT, length) : length;
  const repetitions = isInterpreted ? 1 : TIMES[loadName];
  const uartDevice = await contestants[contestantName]();
  const startTime = process.hrtime.bigint();
  for (let i = 0; i < repetitions; i++) driveDevice(uartDevice, workloads[loadName], accesses);
  const nanoseconds = Number(process.hrtime.bigint() - startTime);
  process.send?.(nanoseconds / accesses / repetitions);
});
process.send?.("ready");
