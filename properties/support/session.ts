import type { Emission, Serial, Transition } from "../../src/device/index.js";
import { SerialError } from "../../src/device/index.js";
import type { Input } from "../../src/journal/index.js";
import type { RegisterState } from "./steps.js";

/** The results of one input, without its index: entries about failures shift that. */
export interface ReplayMoment {
  readonly tick: number;
  readonly taken: readonly string[];
  readonly value: unknown;
  readonly emissions: readonly Omit<Emission, "index">[];
  readonly state: RegisterState;
}

/** Lets a device take inputs and tells what each did. What its surroundings do about it, failing included, is not told. */
export function playInputs(serialDevice: Serial, inputList: Iterable<Input>): ReplayMoment[] {
  let last: Transition | undefined;
  const subscription = serialDevice.transition$.subscribe((transition) => {
    last = transition;
  });
  const moments: ReplayMoment[] = [];
  for (const input of inputList) {
    attempt(() => serialDevice.apply(input));
    if (last === undefined) throw new Error("an input without a transition");
    const { tick, taken, value, emissions } = last;
    moments.push({
      tick,
      taken: taken.map(({ id }) => id),
      value,
      emissions: emissions.map(({ index: _, ...emission }) => emission),
      state: serialDevice.state(),
    });
    last = undefined;
  }
  subscription.unsubscribe();
  return moments;
}

/** Applies an input as a virtual machine does: by the device's own methods where there are such. */
export function driveSerial(serialDevice: Serial, input: Input): void {
  if (input.type === "read") serialDevice.read(input.offset);
  else if (input.type === "write") attempt(() => serialDevice.write(input.offset, input.value));
  else attempt(() => serialDevice.apply(input));
}

/** Calls, and passes over what the device's surroundings failed to do. */
export function attempt(operation: () => unknown): void {
  try {
    operation();
  } catch (error) {
    if (!(error instanceof SerialError)) throw error;
  }
}
