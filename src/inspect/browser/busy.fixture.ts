/** A live device with more accesses than a page holds, once a line has come on the standard input. */
import { Serial } from "../../device/index.js";
import { inspect } from "../index.js";

/** More than a page holds, and than it drops twice. */
const ACCESSES = 1_800_000;
/** The milliseconds of work, and of rest, in turn. */
const WORK = 5;

const serial = new Serial();
const inspector = await inspect(serial);
console.log(inspector.url);
serial.write(7, 0x5a);
let accessCount = 1;
const work = (): void => {
  const end = Date.now() + WORK;
  while (Date.now() < end && accessCount < ACCESSES) {
    serial.read(5);
    serial.write(0, 0x41 + (accessCount % 26));
    accessCount += 2;
  }
  if (accessCount < ACCESSES) setTimeout(work, WORK);
};
process.stdin.once("data", work);
process.once("SIGTERM", () => {
  void inspector.close().then(() => process.exit(0));
});
