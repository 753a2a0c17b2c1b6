/** One contestant in a process of its own, so that none is compiled with another in view: a round for each message. */
import { type Contestant, contestants, interpreted } from "./contestants.js";
import { drive, linuxBoot, mixed } from "./load.js";

const SHORT = 20_000;
const name = process.argv[2] as Contestant;
const loads = { linux: linuxBoot(), mixed: mixed(1_000_000) };

process.on("message", (load: keyof typeof loads) => {
  const { kinds } = loads[load];
  const accesses = interpreted.includes(name) ? Math.min(SHORT, kinds.length) : kinds.length;
  const device = contestants[name]();
  const start = process.hrtime.bigint();
  drive(device, loads[load], accesses);
  const nanoseconds = Number(process.hrtime.bigint() - start);
  process.send?.(nanoseconds / accesses);
});
process.send?.("ready");
