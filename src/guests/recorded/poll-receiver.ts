import { LSR, REGISTERS } from "../../../machines/index.js";
import type { Device } from "../../device/index.js";
import { applyRecorded } from "./apply-recorded.js";
import { ClockChange } from "./clock-change.js";
import type { Step } from "./step.js";

const LSR_OFFSET = REGISTERS.LSR.offset;
const RBR_OFFSET = REGISTERS.RBR.offset;

/**
 * Adds a reader to a capture of a line: whenever a character is there, LSR and RBR are read, as a driver that polls does. What is there is asked
 * of a device of the same part, which is driven along.
 *
 * @param device - a device of the same part, which is driven with all steps.
 * @param clock - ticks a second of the steps; the device's by default.
 * @param received - called with each byte that was read.
 * @throws RecordingError for an input that the device does not take.
 */
export async function* pollReceiver(
  device: Device,
  steps: AsyncIterable<Step> | Iterable<Step>,
  clock: number | undefined,
  received: (byte: number) => void = () => {},
): AsyncGenerator<Step, void> {
  const clockChange = clock === undefined ? undefined : new ClockChange(clock, device.chart.clock);
  const apply = ({ line, input }: Step) =>
    applyRecorded(
      device,
      input.type === "advance" && clockChange
        ? { type: "advance", ticks: clockChange.ticks(input.ticks) }
        : input,
      { line },
    );
  for await (const step of steps) {
    apply(step);
    yield step;
    while ((device.peek(LSR_OFFSET) & LSR.DR) !== 0) {
      received(device.peek(RBR_OFFSET));
      for (const offset of [LSR_OFFSET, RBR_OFFSET]) {
        const poll: Step = { line: step.line, counts: false, input: { type: "read", offset } };
        apply(poll);
        yield poll;
      }
    }
  }
}
