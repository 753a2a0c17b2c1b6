import type { Guest } from "./guest.js";

/** How many commands are typed. */
export const COMMANDS = 10;
const IER = 1;
/** What the kernel prints, which comes between any two characters of an answer. */
const FLOOD = /(\[ *[\d.]+\] flood|\*\* \d+ printk messages dropped \*\*)\r\n/g;

/**
 * Types commands while the kernel prints without end, a byte at a time, and each while the kernel's console has turned off the
 * interrupts (IER is 0): the device must tell of it when they are turned on again. Gives how many were answered.
 *
 * @param patience - after how many of the kernel's messages a command without an answer is lost.
 */
export async function answeredInFlood(guest: Guest, patience = Number.POSITIVE_INFINITY): Promise<number> {
  guest.type("dmesg -n 8; while :; do echo flood >/dev/kmsg; done &\n");
  await guest.expect(" flood\r\n");
  let answered = 0;
  for (let i = 1; i <= COMMANDS; i++) {
    const from = guest.printed.length;
    for (const character of `echo "answer $((${i} * 1000))"\n`) {
      await guest.until(() => guest.device.peek(IER) === 0);
      guest.type(character);
    }
    const typed = guest.printed.length;
    const came = () =>
      guest.printed
        .slice(from)
        .replace(FLOOD, "")
        .includes(`answer ${i * 1000}\r\n`);
    const lost = () => (guest.printed.slice(typed).match(FLOOD)?.length ?? 0) > patience;
    await guest.until(() => came() || lost());
    if (came()) answered++;
  }
  return answered;
}

/** Ends the messages. */
export async function endFlood(guest: Guest): Promise<void> {
  guest.type('kill $!; wait; dmesg -n 1; echo "qui""et"\n');
  await guest.expect("quiet\r\n");
  await guest.run("true");
}
