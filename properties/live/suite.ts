import { createHash, randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Uart } from "../../src/guests/host/index.js";
import { openRecording, replay } from "../../src/guests/index.js";
import { writeJournal } from "../../src/journal/index.js";
import { countsBefore } from "./counts.js";
import { answeredInFlood, COMMANDS, endFlood } from "./flood.js";
import { Guest, PROMPT } from "./guest.js";

const TYPED = 20_000;
const LINES = 500;
/** Each takes an emulator of its own: on the three devices together some 50. */
const SNAPSHOTS = 17;

/** What must hold of Linux on a device. One boot serves all of it; the last test ends it. */
export function linuxOn(name: string, make: () => Uart): void {
  describe(`Linux on ${name}`, () => {
    let guest: Guest;
    beforeAll(async () => {
      guest = await Guest.shell(make());
      await guest.record(`SeaBIOS and Linux on ${name}`);
    });
    afterAll(() => guest?.end());

    test("takes it for a 16550A", async () => {
      expect(await guest.run("dmesg | grep 'ttyS0 at'")).toContain(
        "ttyS0 at I/O 0x3f8 (irq = 4, base_baud = 115200) is a 16550A",
      );
    });

    test("counts in /proc/tty/driver/serial what the journal counts", async () => {
      // What sets the terminal waits until all has been sent.
      const said = await guest.run("stty sane; cat /proc/tty/driver/serial");
      const [, tx, rx] = /^0: uart:16550A .* tx:(\d+) rx:(\d+) /m.exec(said) ?? [];
      expect({ tx: Number(tx), rx: Number(rx) }).toEqual(countsBefore(guest.device.journal, "serinfo"));
    });

    test(`prints ${LINES} lines in order`, async () => {
      const lines = (await guest.run(`seq 1 ${LINES} | sed 's/^/line /'`)).split("\r\n").slice(0, -1);
      expect(lines).toEqual(Array.from({ length: LINES }, (_, i) => `line ${i + 1}`));
    });

    test(`receives ${TYPED} random bytes as they were typed`, async () => {
      const bytes = randomBytes(TYPED);
      guest.type(`stty raw -echo; echo "re""ady"; head -c ${TYPED} >/tmp/typed; stty sane; echo "ta""ken"\n`);
      await guest.expect("ready");
      guest.type(bytes);
      await guest.expect("taken");
      await guest.expect(PROMPT);
      const [md5] = (await guest.run("md5sum /tmp/typed")).split(" ");
      expect(md5).toBe(createHash("md5").update(bytes).digest("hex"));
    });

    test(`goes on from the middle of a line in a fresh emulator, ${SNAPSHOTS} times (some 50 on the three devices), with no byte lost or doubled`, async () => {
      guest.type('stty -echo; echo "re""ady"; while read line; do echo "got $line."; done\n');
      await guest.expect("ready\r\n");
      for (let i = 0; i < SNAPSHOTS; i++) {
        const line = randomBytes(20).toString("hex");
        const cut = 1 + ((7 * i) % (line.length - 1));
        guest.type(line.slice(0, cut));
        // Every other time what was typed is still in the FIFO.
        if (i % 2 === 0) await setTimeout(i % 7);
        await guest.until(() => guest.waiting === 0);
        const state = await guest.machine.emulator.save_state();
        // The one that was saved ends its line otherwise.
        guest.type(" elsewhere\n");
        await guest.expect(`got ${line.slice(0, cut)} elsewhere.\r\n`);
        expect(await afterRestore(make(), state, line.slice(cut))).toBe(`got ${line}.\r\ngot the next.\r\n`);
      }
      guest.type("\x03stty sane\n");
      await guest.expect(PROMPT);
    });

    test("answers all commands that are typed during a flood of kernel messages", async () => {
      expect(await answeredInFlood(guest)).toBe(COMMANDS);
      await endFlood(guest);
    });

    test("ends cleanly", async () => {
      guest.type("poweroff\n");
      await guest.machine.halted;
      expect(guest.printed).toMatch(/reboot: (System halted|Power down)\r\n$/);
    });

    test("replays to the same output, to the byte", async () => {
      const { journal } = guest.device;
      const { steps } = await openRecording(writeJournal(journal.header, journal.entries()));
      let printed = "";
      const output = (bytes: Uint8Array) => {
        printed += String.fromCharCode(...bytes);
      };
      await replay(make(), steps ?? [], { output, coverage: false });
      expect(printed).toBe(guest.printed);
    });
  });
}

/** What a restored guest prints when the rest of a line is typed, and one more line: what came after the first is seen too. */
async function afterRestore(device: Uart, state: ArrayBuffer, rest: string): Promise<string> {
  const guest = await Guest.restored(device, state);
  try {
    guest.type(`${rest}\nthe next\n`);
    await guest.expect("the next.\r\n");
    return guest.printed;
  } finally {
    await guest.end();
  }
}
