import type { Io } from "./io.js";

/** An `Io` for tests, which keeps the written text. */
interface TestIo extends Io {
  readonly stdoutText: () => string;
  readonly stderrText: () => string;
}

/** The options of an `Io` for tests. */
export interface TestIoOptions {
  readonly stdin?: string | Uint8Array;
  readonly isTTY?: boolean;
  readonly env?: Io["env"];
  /** The milliseconds that pass between two readings of the clock. */
  readonly clockStep?: number;
  /** When the user ends a command that runs until then: by default at once. */
  readonly stopped?: () => Promise<void>;
}

/** Creates an `Io` in memory. */
export function createTestIo(options: TestIoOptions = {}): TestIo {
  const { stdin = "", isTTY = false, env = {}, clockStep: tick = 0 } = options;
  const written = { out: "", err: "" };
  const decoder = new TextDecoder();
  let currentTime = 0;
  const createSink = (streamName: keyof typeof written) => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      written[streamName] += typeof text === "string" ? text : decoder.decode(text, { stream: true });
    },
  });
  return {
    stdin: (async function* () {
      yield typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
    })(),
    stdout: createSink("out"),
    stderr: createSink("err"),
    env,
    now: () => {
      currentTime += tick;
      return currentTime;
    },
    waitForStop: options.stopped ?? (() => Promise.resolve()),
    stdoutText: () => written.out,
    stderrText: () => written.err,
  };
}
