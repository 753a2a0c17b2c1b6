import { expect, test } from "vitest";
import { Serial, type SerialOptions } from "../src/device/index.js";
import { linuxBoot, mixedWorkload, type RegisterAccess } from "./load.js";
import { Yardstick } from "./yardstick.js";

type Device = RegisterAccess & Pick<Serial, "state" | "fifoCapacity">;

/** Drives a device, and keeps everything that can be seen of it. */
function observedEffects(
  createDevice: (options: SerialOptions) => Device,
  workload: ReturnType<typeof linuxBoot>,
): unknown[] {
  const callLog: unknown[] = [];
  const noteCall = (effectName: string) => () => void callLog.push(effectName);
  const uartDevice = createDevice({
    out: { write: (byte) => void callLog.push(byte), flush: noteCall("flush") },
    trigger: noteCall("trigger"),
    events: { bufferRead: noteCall("read"), outByte: noteCall("out"), inBufferEmpty: noteCall("empty") },
  });
  let enqueued = 0;
  for (const [i, accessKind] of workload.kinds.entries()) {
    const registerOffset = workload.offsets[i] as number;
    if (accessKind === 0) callLog.push(uartDevice.read(registerOffset));
    else if (accessKind === 1) uartDevice.write(registerOffset, workload.values[i] as number);
    else callLog.push(uartDevice.enqueueRawBytes(workload.bytes[enqueued++] as Uint8Array));
  }
  return [...callLog, uartDevice.state(), uartDevice.fifoCapacity()];
}

test.each([
  ["the Linux boot", linuxBoot()],
  ["the mixed load", mixedWorkload(50_000)],
])("the yardstick does what Serial does, on %s", (_, workload) => {
  const yardstick = observedEffects((options) => new Yardstick(options), workload);
  expect(yardstick.length).toBeGreaterThan(workload.kinds.length);
  expect(yardstick).toEqual(observedEffects((options) => new Serial(options), workload));
});
