import { createHash, randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Uart } from "../../src/guests/host/index.js";
import { openRecording, replay } from "../../src/guests/index.js";
import { writeJournal } from "../../src/journal/index.js";
import { countsBefore } from "./counts.js";
import { LiveGuest, PROMPT } from "./guest.js";
import { answeredInFlood, COMMANDS, endFlood } from "./message-flood.js";

const TYPED = 20_000;
const LINES = 500;
/** Each takes an emulator of its own: on the three devices together some 50. */
const SNAPSHOTS = 17;

/** Tests Linux on a device. One boot serves all tests; the last one ends it. */
export function linuxOn(deviceName: string, make: () => Uart): void {
  describe(`Linux on ${deviceName}`, () => {
    let liveGuest: LiveGuest;
    beforeAll(async () => {
      liveGuest = await LiveGuest.shell(make());
      await liveGuest.record(`SeaBIOS and Linux on ${deviceName}`);
    });
    afterAll(() => liveGuest?.end());

    test("takes it for a 16550A", async () => {
      expect(await liveGuest.run("dmesg | grep 'ttyS0 at'")).toContain(
        "ttyS0 at I/O 0x3f8 (irq = 4, base_baud = 115200) is a 16550A",
      );
    });

    test("counts in /proc/tty/driver/serial what the journal counts", async () => {
      // What sets the terminal waits until all has been sent.
      const driverCounts = await liveGuest.run("stty sane; cat /proc/tty/driver/serial");
      const [, tx, rx] = /^0: uart:16550A .* tx:(\d+) rx:(\d+) /m.exec(driverCounts) ?? [];
      expect({ tx: Number(tx), rx: Number(rx) }).toEqual(countsBefore(liveGuest.device.journal, "serinfo"));
    });

    test(`prints ${LINES} lines in order`, async () => {
      const textLines = (await liveGuest.run(`seq 1 ${LINES} | sed 's/^/line /'`)).split("\r\n").slice(0, -1);
      expect(textLines).toEqual(Array.from({ length: LINES }, (_, attempt) => `line ${attempt + 1}`));
    });

    test(`receives ${TYPED} random bytes as they were typed`, async () => {
      const bytes = randomBytes(TYPED);
      liveGuest.type(
        `stty raw -echo; echo "re""ady"; head -c ${TYPED} >/tmp/typed; stty sane; echo "ta""ken"\n`,
      );
      await liveGuest.expect("ready");
      liveGuest.type(bytes);
      await liveGuest.expect("taken");
      await liveGuest.expect(PROMPT);
      const [md5] = (await liveGuest.run("md5sum /tmp/typed")).split(" ");
      expect(md5).toBe(createHash("md5").update(bytes).digest("hex"));
    });

    test(`goes on from the middle of a line in a fresh emulator, ${SNAPSHOTS} times (some 50 on the three devices), with no byte lost or doubled`, async () => {
      liveGuest.type('stty -echo; echo "re""ady"; while read line; do echo "got $line."; done\n');
      await liveGuest.expect("ready\r\n");
      for (let attempt = 0; attempt < SNAPSHOTS; attempt++) {
        const textLine = randomBytes(20).toString("hex");
        const cut = 1 + ((7 * attempt) % (textLine.length - 1));
        liveGuest.type(textLine.slice(0, cut));
        // Every other time what was typed is still in the FIFO.
        if (attempt % 2 === 0) await setTimeout(attempt % 7);
        await liveGuest.until(() => liveGuest.waiting === 0);
        const savedState = await liveGuest.machine.emulator.save_state();
        // The one that was saved ends its line otherwise.
        liveGuest.type(" elsewhere\n");
        await liveGuest.expect(`got ${textLine.slice(0, cut)} elsewhere.\r\n`);
        expect(await afterRestore(make(), savedState, textLine.slice(cut))).toBe(
          `got ${textLine}.\r\ngot the next.\r\n`,
        );
      }
      liveGuest.type("\x03stty sane\n");
      await liveGuest.expect(PROMPT);
    });

    test("answers all commands that are typed during a flood of kernel messages", async () => {
      expect(await answeredInFlood(liveGuest)).toBe(COMMANDS);
      await endFlood(liveGuest);
    });

    test("ends cleanly", async () => {
      liveGuest.type("poweroff\n");
      await liveGuest.machine.halted;
      expect(liveGuest.printed).toMatch(/reboot: (System halted|Power down)\r\n$/);
    });

    test("replays to the same output, to the byte", async () => {
      const { journal } = liveGuest.device;
      const { steps } = await openRecording(writeJournal(journal.header, journal.entries()));
      let printed = "";
      const output = (dataBytes: Uint8Array) => {
        printed += String.fromCharCode(...dataBytes);
      };
      await replay(make(), steps ?? [], { output, coverage: false });
      expect(printed).toBe(liveGuest.printed);
    });
  });
}

/** Returns the output of a restored guest when the rest of a line is typed, and one more line, so that output after the first is seen too. */
async function afterRestore(uartDevice: Uart, savedState: ArrayBuffer, remainder: string): Promise<string> {
  const liveGuest = await LiveGuest.restored(uartDevice, savedState);
  try {
    liveGuest.type(`${remainder}\nthe next\n`);
    await liveGuest.expect("the next.\r\n");
    return liveGuest.printed;
  } finally {
    await liveGuest.end();
  }
}
