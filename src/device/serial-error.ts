/** The kind of a failure outside the device, which itself cannot fail. */
export type SerialErrorKind = "Trigger" | "IOError" | "FullFifo";

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const MESSAGES: Record<SerialErrorKind, (cause: unknown) => string> = {
  Trigger: (cause) => `Failed to trigger interrupt: ${messageOf(cause)}`,
  IOError: (cause) => `Couldn't write/flush to the given destination: ${messageOf(cause)}`,
  FullFifo: () => "No space left in FIFO",
};

/** An error as vm-superio's `Error` has it, with its messages (S35). */
export class SerialError extends Error {
  override readonly name = "SerialError";
  /** "Trigger": the trigger failed; "IOError": the sink failed; "FullFifo": there was no room for any byte. */
  readonly kind: SerialErrorKind;

  /**
   * @param kind - what went wrong.
   * @param cause - the error of the sink or the trigger; it becomes `cause`, and its message part of this one's.
   */
  constructor(kind: SerialErrorKind, cause?: unknown) {
    super(MESSAGES[kind](cause), { cause });
    this.kind = kind;
  }
}
