import { describe, expect, test } from "vitest";
import type { Uart } from "../../src/guests/host/index.js";
import { DEVICES, serial081 } from "./devices.js";
import { Guest } from "./guest.js";

/** Where a BIOS keeps what it found (BIOS data area): the addresses of COM1 and COM2, and its list of equipment. */
const COM1_ADDRESS = 0x400;
const EQUIPMENT = 0x410;
const PATIENCE = 600_000;

/** Boots a CD, and tells GRUB by the keyboard to use the serial port. */
async function grubOn(
  name: string,
  device: Uart,
  speaks: boolean,
): Promise<{ ports: number; address: number; said: string }> {
  const guest = await Guest.grub(device);
  const { emulator } = guest.machine;
  const screen = async (text: RegExp) =>
    expect(await emulator.wait_until_vga_screen_contains(text, { timeout_msec: PATIENCE })).toBe(true);
  // The BIOS keeps 15 keys: so many are typed as are seen again.
  const keys = async (text: string) => {
    for (let typed = 0; typed < text.length; typed += 8) {
      const end = Math.min(typed + 8, text.length);
      emulator.keyboard_send_text(text.slice(typed, end));
      await screen(new RegExp(`grub> ${text.slice(0, end).trimEnd()}`));
    }
  };
  try {
    guest.machine.run();
    await screen(/command-line/);
    const word = (at: number) => emulator.read_memory(at, 2).reduceRight((sum, byte) => sum * 256 + byte, 0);
    const [address, equipment] = [word(COM1_ADDRESS), word(EQUIPMENT)];
    emulator.keyboard_send_text("c");
    await screen(/grub>/);
    await keys("serial --unit=0; terminal_output serial; echo GRUB speaks");
    emulator.keyboard_send_text("\n");
    if (speaks) await guest.expect("GRUB speaks");
    else await screen(/^GRUB speaks/);
    if (speaks) await guest.record(`SeaBIOS and GRUB on ${name}`);
    return { ports: (equipment >> 9) & 7, address, said: guest.printed };
  } finally {
    await guest.end();
  }
}

describe("SeaBIOS finds the port, and GRUB's serial --unit=0 speaks", () => {
  test.each(Object.entries(DEVICES))("on %s", async (name, make) => {
    expect(await grubOn(name, make(), true)).toMatchObject({ ports: 1, address: 0x3f8 });
  });

  test("but not on serial 0.8.1, where enabling the THR empty interrupt raises none", async () => {
    expect(await grubOn("serial 0.8.1", serial081(), false)).toEqual({ ports: 0, address: 0, said: "" });
  });
});
