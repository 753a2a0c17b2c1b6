import { expect, test } from "vitest";
import { Serial, type SerialOptions } from "../src/device/index.js";
import { type Face, linuxBoot, mixed } from "./load.js";
import { Yardstick } from "./yardstick.js";

type Device = Face & Pick<Serial, "state" | "fifoCapacity">;

/** Drives a device, and keeps everything that can be seen of it. */
function seen(make: (options: SerialOptions) => Device, load: ReturnType<typeof linuxBoot>): unknown[] {
  const log: unknown[] = [];
  const note = (what: string) => () => void log.push(what);
  const device = make({
    out: { write: (byte) => void log.push(byte), flush: note("flush") },
    trigger: note("trigger"),
    events: { bufferRead: note("read"), outByte: note("out"), inBufferEmpty: note("empty") },
  });
  let enqueued = 0;
  for (const [i, kind] of load.kinds.entries()) {
    const offset = load.offsets[i] as number;
    if (kind === 0) log.push(device.read(offset));
    else if (kind === 1) device.write(offset, load.values[i] as number);
    else log.push(device.enqueueRawBytes(load.bytes[enqueued++] as Uint8Array));
  }
  return [...log, device.state(), device.fifoCapacity()];
}

test.each([
  ["the Linux boot", linuxBoot()],
  ["the mixed load", mixed(50_000)],
])("the yardstick does what Serial does, on %s", (_, load) => {
  const yardstick = seen((options) => new Yardstick(options), load);
  expect(yardstick.length).toBeGreaterThan(load.kinds.length);
  expect(yardstick).toEqual(seen((options) => new Serial(options), load));
});
