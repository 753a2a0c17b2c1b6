import { describe, expect, test } from "vitest";
import type { Uart } from "../../src/guests/host/index.js";
import { DEVICES, serial081 } from "./devices.js";
import { LiveGuest } from "./guest.js";

/** Where a BIOS keeps what it found (BIOS data area): the addresses of COM1 and COM2, and its list of equipment. */
const COM1_ADDRESS = 0x400;
const EQUIPMENT = 0x410;
const PATIENCE = 600_000;

/** Boots a CD, and tells GRUB by the keyboard to use the serial port. */
async function grubOn(
  deviceName: string,
  uartDevice: Uart,
  speaks: boolean,
): Promise<{ ports: number; address: number; printed: string }> {
  const liveGuest = await LiveGuest.grub(uartDevice);
  const { emulator } = liveGuest.machine;
  const screen = async (typedText: RegExp) =>
    expect(await emulator.wait_until_vga_screen_contains(typedText, { timeout_msec: PATIENCE })).toBe(true);
  // The BIOS keeps 15 keys: so many are typed as are seen again.
  const keys = async (typedText: string) => {
    for (let typed = 0; typed < typedText.length; typed += 8) {
      const end = Math.min(typed + 8, typedText.length);
      emulator.keyboard_send_text(typedText.slice(typed, end));
      await screen(new RegExp(`grub> ${typedText.slice(0, end).trimEnd()}`));
    }
  };
  try {
    liveGuest.machine.run();
    await screen(/command-line/);
    const word = (memoryAddress: number) =>
      emulator.read_memory(memoryAddress, 2).reduceRight((sum, byte) => sum * 256 + byte, 0);
    const [address, equipment] = [word(COM1_ADDRESS), word(EQUIPMENT)];
    emulator.keyboard_send_text("c");
    await screen(/grub>/);
    await keys("serial --unit=0; terminal_output serial; echo GRUB speaks");
    emulator.keyboard_send_text("\n");
    if (speaks) await liveGuest.expect("GRUB speaks");
    else await screen(/^GRUB speaks/);
    if (speaks) await liveGuest.record(`SeaBIOS and GRUB on ${deviceName}`);
    return { ports: (equipment >> 9) & 7, address, printed: liveGuest.printed };
  } finally {
    await liveGuest.end();
  }
}

describe("SeaBIOS finds the port, and GRUB's serial --unit=0 speaks", () => {
  test.each(Object.entries(DEVICES))("on %s", async (deviceName, make) => {
    expect(await grubOn(deviceName, make(), true)).toMatchObject({ ports: 1, address: 0x3f8 });
  });

  test("but not on serial 0.8.1, where enabling the THR empty interrupt raises none", async () => {
    expect(await grubOn("serial 0.8.1", serial081(), false)).toEqual({ ports: 0, address: 0, printed: "" });
  });
});
