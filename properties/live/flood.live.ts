import { expect, test } from "vitest";
import { serial081 } from "./devices.js";
import { answeredInFlood, COMMANDS } from "./flood.js";
import { Guest } from "./guest.js";

/** Every other device answers within a few messages. */
const PATIENCE = 50;

test("serial 0.8.1 loses commands that are typed during a flood of kernel messages", async () => {
  const guest = await Guest.shell(serial081());
  try {
    const answered = await answeredInFlood(guest, PATIENCE);
    console.log(`serial 0.8.1 answers ${answered} of ${COMMANDS} commands`);
    expect(answered).toBeLessThan(COMMANDS);
  } finally {
    await guest.end();
  }
});
