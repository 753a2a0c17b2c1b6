/** One contestant in a process of its own, so that none is compiled with another in view: a round for each message. */
import { type Contestant, contestants, interpreted } from "./contestants.js";
import { drive, linuxBoot, mixed } from "./load.js";

const SHORT = 20_000;
const name = process.argv[2] as Contestant;
const loads = { linux: linuxBoot(), mixed: mixed(1_000_000) };
/** The boot is short: it is driven so many times a round, on one device. */
const TIMES = { linux: 10, mixed: 1 };

process.on("message", async (load: keyof typeof loads) => {
  const slow = interpreted.includes(name);
  const { length } = loads[load].kinds;
  const accesses = slow ? Math.min(SHORT, length) : length;
  const times = slow ? 1 : TIMES[load];
  const device = await contestants[name]();
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) drive(device, loads[load], accesses);
  const nanoseconds = Number(process.hrtime.bigint() - start);
  process.send?.(nanoseconds / accesses / times);
});
process.send?.("ready");
