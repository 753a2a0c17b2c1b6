import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Uart } from "../../src/guests/host/index.js";
import { DEVICES } from "./devices.js";
import { Guest } from "./guest.js";

const COMMANDS = 10;
/** How long a command may stay without an answer, in milliseconds. */
const ANSWER = 10_000;

/** Types commands while the kernel prints without end. Gives how many were answered. */
async function answered(device: Uart): Promise<number> {
  const guest = await Guest.shell(device);
  try {
    await guest.run("dmesg -n 8");
    await guest.run("{ while :; do echo flood >/dev/kmsg; done & }");
    let count = 0;
    for (let i = 1; i <= COMMANDS; i++) {
      const from = guest.printed.length;
      guest.type(`echo "answer $((${i} * 1000))"\n`);
      // The kernel's messages come between any two characters of the answer.
      const came = () =>
        guest.printed
          .slice(from)
          .replace(/\[ *[\d.]+\] flood\r\n/g, "")
          .includes(`answer ${i * 1000}\r\n`);
      for (let waited = 0; waited < ANSWER && !came(); waited += 20) await setTimeout(20);
      if (came()) count++;
      await setTimeout(50);
    }
    return count;
  } finally {
    await guest.end();
  }
}

describe("commands typed during a flood of kernel messages", () => {
  test.each(Object.entries(DEVICES))("%s answers all", async (_, make) => {
    expect(await answered(make())).toBe(COMMANDS);
  });
});
