/** A stream that a command writes to. */
export interface OutputSink {
  /** Writes text or bytes. A promise resolves when there is room for more. */
  write(text: string | Uint8Array): void | Promise<void>;
  /** True if it is a terminal. */
  readonly isTTY: boolean;
}

/** A command's streams, clock and signals: everything that it may use but files. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
  /** The environment variables that matter. */
  readonly env: Readonly<Partial<Record<"NO_COLOR" | "TERM", string>>>;
  /** Returns milliseconds since any fixed point. */
  now(): number;
  /** Sets the terminal's raw mode, in which every key arrives as it is typed; absent if the standard input is no terminal. */
  readonly setRawMode?: (raw: boolean) => void;
  /** Adds a listener, called once with the name of a signal that asks the process to end. Returns a function that removes it; until then the process stays. */
  readonly onSignal?: (listener: (signal: string) => void) => () => void;
  /** Resolves when the user ends a command that runs until then. */
  waitForStop(): Promise<void>;
}

/** An exit code: 0 for success, 1 if a difference was found, 2 for usage errors or unreadable input, 3 if a claim is neither proved nor refuted. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Reports that a command cannot run: one line with what was expected and what was found. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
