/** Where a command writes to. */
export interface Sink {
  /** Writes text, or bytes as they are. A promise is kept when there is room for more. */
  write(text: string | Uint8Array): void | Promise<void>;
  /** Whether a person looks at it. */
  readonly isTTY: boolean;
}

/** What surrounds a command: everything that it may touch but files. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The environment's variables that matter. */
  readonly env: Readonly<Partial<Record<"NO_COLOR" | "TERM", string>>>;
  /** Milliseconds from any fixed point. */
  now(): number;
  /** Gives each key to us as it is typed, or gives the terminal back; absent where the standard input is none. */
  readonly setRaw?: (raw: boolean) => void;
  /** Calls back once, when the process is asked to end, with the signal's name. What it returns ends that; until then the process stays. */
  readonly onSignal?: (listener: (signal: string) => void) => () => void;
  /** Resolves when the user ends a command that runs until then. */
  stopped(): Promise<void>;
}

/** How a command ends: 0 as hoped, 1 with a difference found, 2 for bad usage or unreadable input. */
export type ExitCode = 0 | 1 | 2;

/** A command cannot do what was asked: one line that says what was wrong and what would be right. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
