import type { SerialOptions } from "../../src/device/index.js";

interface Unreliable {
  readonly options: Required<Pick<SerialOptions, "out" | "trigger">>;
  /** The failures so far, in order. */
  readonly failures: string[];
}

/** A sink and a trigger of which every third call fails. */
export function unreliable(): Unreliable {
  let calls = 0;
  const failures: string[] = [];
  const call = (subjectName: string) => (): void => {
    calls += 1;
    if (calls % 3 !== 0) return;
    failures.push(subjectName);
    throw new Error("fails");
  };
  return { options: { out: { write: call("out") }, trigger: call("trigger") }, failures };
}
