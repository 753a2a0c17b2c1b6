import type { Surroundings } from "./surroundings.js";

/** Surroundings for a test, which keep what was written. */
export interface TestSurroundings extends Surroundings {
  readonly out: () => string;
  readonly err: () => string;
}

/** What a test may choose. */
export interface TestChoices {
  readonly stdin?: string | Uint8Array;
  readonly isTTY?: boolean;
  readonly env?: Surroundings["env"];
  /** Milliseconds that pass between two looks at the clock. */
  readonly tick?: number;
  /** When the user ends a command that runs until then: by default at once. */
  readonly stopped?: () => Promise<void>;
}

/** Makes surroundings in memory. */
export function testSurroundings(choices: TestChoices = {}): TestSurroundings {
  const { stdin = "", isTTY = false, env = {}, tick = 0 } = choices;
  const written = { out: "", err: "" };
  const decoder = new TextDecoder();
  let now = 0;
  const sink = (to: keyof typeof written) => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      written[to] += typeof text === "string" ? text : decoder.decode(text, { stream: true });
    },
  });
  return {
    stdin: (async function* () {
      yield typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
    })(),
    stdout: sink("out"),
    stderr: sink("err"),
    env,
    now: () => {
      now += tick;
      return now;
    },
    stopped: choices.stopped ?? (() => Promise.resolve()),
    out: () => written.out,
    err: () => written.err,
  };
}
