import type { LiveGuest } from "./guest.js";

/** The number of commands typed. */
export const COMMANDS = 10;
const IER = 1;
/** The kernel's messages, which may come between any two characters of an answer. */
const FLOOD = /(\[ *[\d.]+\] flood|\*\* \d+ printk messages dropped \*\*)\r\n/g;

/**
 * Types commands while the kernel prints without end, a byte at a time, and each while the kernel's console has turned off the
 * interrupts (IER is 0): the device must tell of it when they are turned on again. Gives how many were answered.
 *
 * @param patience - after how many of the kernel's messages a command without an answer is lost.
 */
export async function answeredInFlood(
  liveGuest: LiveGuest,
  patience = Number.POSITIVE_INFINITY,
): Promise<number> {
  liveGuest.type("dmesg -n 8; while :; do echo flood >/dev/kmsg; done &\n");
  await liveGuest.expect(" flood\r\n");
  let answered = 0;
  for (let attempt = 1; attempt <= COMMANDS; attempt++) {
    const from = liveGuest.printed.length;
    for (const character of `echo "answer $((${attempt} * 1000))"\n`) {
      await liveGuest.until(() => liveGuest.device.peek(IER) === 0);
      liveGuest.type(character);
    }
    const typed = liveGuest.printed.length;
    const came = () =>
      liveGuest.printed
        .slice(from)
        .replace(FLOOD, "")
        .includes(`answer ${attempt * 1000}\r\n`);
    const lost = () => (liveGuest.printed.slice(typed).match(FLOOD)?.length ?? 0) > patience;
    await liveGuest.until(() => came() || lost());
    if (came()) answered++;
  }
  return answered;
}

/** Ends the messages. */
export async function endFlood(liveGuest: LiveGuest): Promise<void> {
  liveGuest.type('kill $!; wait; dmesg -n 1; echo "qui""et"\n');
  await liveGuest.expect("quiet\r\n");
  await liveGuest.run("true");
}
