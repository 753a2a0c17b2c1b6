import { expect, test } from "vitest";
import { serial081 } from "./devices.js";
import { LiveGuest } from "./guest.js";
import { answeredInFlood, COMMANDS } from "./message-flood.js";

/** Every other device answers within a few messages. */
const PATIENCE = 50;

test("serial 0.8.1 loses commands that are typed during a flood of kernel messages", async () => {
  const liveGuest = await LiveGuest.shell(serial081());
  try {
    const answered = await answeredInFlood(liveGuest, PATIENCE);
    console.log(`serial 0.8.1 answers ${answered} of ${COMMANDS} commands`);
    expect(answered).toBeLessThan(COMMANDS);
  } finally {
    await liveGuest.end();
  }
});
