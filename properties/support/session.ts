import type { Emission, Serial, Transition } from "../../src/device/index.js";
import { SerialError } from "../../src/device/index.js";
import type { Input } from "../../src/journal/index.js";
import type { RegisterState } from "./steps.js";

/** What one input did, but for its index: entries about failures shift that. */
export interface Moment {
  readonly tick: number;
  readonly taken: readonly string[];
  readonly value: unknown;
  readonly emissions: readonly Omit<Emission, "index">[];
  readonly state: RegisterState;
}

/** Lets a device take inputs and tells what each did. What its surroundings do about it, failing included, is not told. */
export function play(serial: Serial, inputs: Iterable<Input>): Moment[] {
  let last: Transition | undefined;
  const subscription = serial.transition$.subscribe((transition) => {
    last = transition;
  });
  const moments: Moment[] = [];
  for (const input of inputs) {
    attempt(() => serial.apply(input));
    if (last === undefined) throw new Error("an input without a transition");
    const { tick, taken, value, emissions } = last;
    moments.push({
      tick,
      taken: taken.map(({ id }) => id),
      value,
      emissions: emissions.map(({ index: _, ...emission }) => emission),
      state: serial.state(),
    });
    last = undefined;
  }
  subscription.unsubscribe();
  return moments;
}

/** Gives a device an input the way a virtual machine does: by its own methods where there are such. */
export function drive(serial: Serial, input: Input): void {
  if (input.type === "read") serial.read(input.offset);
  else if (input.type === "write") attempt(() => serial.write(input.offset, input.value));
  else attempt(() => serial.apply(input));
}

/** Calls, and passes over what the device's surroundings failed to do. */
export function attempt(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof SerialError)) throw error;
  }
}
