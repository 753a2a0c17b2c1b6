import { byteInWords, bytesInWords } from "./action.js";
import { Violation } from "./claims.js";
import type { Arrival } from "./subject.js";

/** First value and size of the range from which each route draws its bytes in turn: a byte's value shows its route. */
const BYTE_RANGES = { send: [0x41, 26], print: [0x30, 10], arrive: [0x61, 26], error: [0x21, 15] } as const;

/** A route that bytes take through driver and device. */
type ByteRoute = keyof typeof BYTE_RANGES;

const isOnRoute = (byteRoute: ByteRoute, byte: number): boolean =>
  byte >= BYTE_RANGES[byteRoute][0] && byte < BYTE_RANGES[byteRoute][0] + BYTE_RANGES[byteRoute][1];

/** A character that the device accepted. One with an error is optional: it need not reach the user. */
interface ExpectedByte {
  readonly byte: number;
  readonly optional: boolean;
}

/** Accounts for every byte that was sent or arrived, from end to end. */
export class ByteLedger {
  readonly #drawnCounts: Record<ByteRoute, number> = { send: 0, print: 0, arrive: 0, error: 0 };
  readonly #sentBytes: Record<"send" | "print", number[]> = { send: [], print: [] };
  readonly #outputCounts: Record<"send" | "print", number> = { send: 0, print: 0 };
  readonly #expectedBytes: ExpectedByte[] = [];
  #deliveredCount = 0;
  /** The number of bytes written to THR. */
  thrWriteCount = 0;

  /** Draws the next byte of a route. */
  drawByte(byteRoute: ByteRoute): number {
    const [firstByte, rangeSize] = BYTE_RANGES[byteRoute];
    return firstByte + (this.#drawnCounts[byteRoute]++ % rangeSize);
  }

  /** Records a byte that the driver was given to send. */
  recordSent(byteRoute: "send" | "print", byte: number): void {
    this.#sentBytes[byteRoute].push(byte);
  }

  /** Records that the driver refused the byte that it was given last. */
  recordRefused(byteRoute: "send" | "print"): void {
    if (this.#outputCounts[byteRoute] < this.#sentBytes[byteRoute].length) this.#sentBytes[byteRoute].pop();
  }

  /** Records a byte that left the device. @throws Violation if another one was due. */
  recordOutput(byte: number): void {
    const byteRoute = isOnRoute("print", byte) ? "print" : "send";
    const expected = this.#sentBytes[byteRoute][this.#outputCounts[byteRoute]];
    if (expected !== byte) {
      const dueText = expected === undefined ? "nothing" : byteInWords(expected);
      throw new Violation(
        "sent-in-order",
        `${byteInWords(byte)} appears on the line, where ${dueText} was due`,
      );
    }
    this.#outputCounts[byteRoute]++;
  }

  /** Records a character that arrived. */
  recordArrival(byte: number, arrival: Arrival, optional: boolean): void {
    if (arrival === "ignored" || arrival === "overrun") return;
    // Without a FIFO an unread RBR is overwritten: the chip reports an overrun, and the older character is gone. If that had an error,
    // LSR still shows it, and the driver cannot know which of the two characters had it.
    const replaced = arrival === "replaced" ? this.#expectedBytes.pop() : undefined;
    this.#expectedBytes.push({ byte, optional: optional || (replaced?.optional ?? false) });
  }

  /** Makes all undelivered characters optional: a break that is reported early cannot be matched to its character. */
  makePendingOptional(): void {
    for (let i = this.#deliveredCount; i < this.#expectedBytes.length; i++) {
      this.#expectedBytes[i] = { ...(this.#expectedBytes[i] as ExpectedByte), optional: true };
    }
  }

  /** Records a byte that reached the user. @throws Violation if another one was due. */
  recordDelivery(byte: number): void {
    const firstIndex = this.#deliveredCount;
    let matchIndex = firstIndex;
    while (this.#expectedBytes[matchIndex]?.optional && this.#expectedBytes[matchIndex]?.byte !== byte)
      matchIndex++;
    if (this.#expectedBytes[matchIndex]?.byte !== byte) {
      const dueByte = this.#expectedBytes[firstIndex];
      const dueText = dueByte === undefined ? "nothing" : byteInWords(dueByte.byte);
      throw new Violation(
        "received-in-order",
        `the user gets ${byteInWords(byte)}, where ${dueText} was due`,
      );
    }
    this.#deliveredCount = matchIndex + 1;
  }

  /** The number of bytes that have left the device or reached the user; it grows with every one. */
  get movedCount(): number {
    return this.#outputCounts.send + this.#outputCounts.print + this.#deliveredCount;
  }

  /**
   * Checks, once nothing moves, that no byte is missing.
   *
   * @param deviceHoldsInput - true if the device still holds input.
   * @param driverReceives - true if the driver has an entry point by which the user receives.
   * @throws Violation if a byte is missing.
   */
  checkComplete(deviceHoldsInput: boolean, driverReceives: boolean): void {
    if (driverReceives) this.#checkReceived(deviceHoldsInput);
    this.#checkSent();
  }

  #checkReceived(deviceHoldsInput: boolean): void {
    const missing = this.#expectedBytes.slice(this.#deliveredCount).filter(({ optional }) => !optional);
    const missingText = bytesInWords(missing.map(({ byte }) => byte));
    if (deviceHoldsInput) {
      const missingClause = missing.length > 0 ? `${missingText} never reached the user, and ` : "";
      throw new Violation("received-not-stuck", `${missingClause}the device still has something received`);
    }
    if (missing.length > 0) throw new Violation("received-in-order", `${missingText} never reached the user`);
  }

  #checkSent(): void {
    const pending = (["send", "print"] as const).flatMap((byteRoute) =>
      this.#sentBytes[byteRoute].slice(this.#outputCounts[byteRoute]),
    );
    if (pending.length === 0) return;
    const sentCount = this.#sentBytes.send.length + this.#sentBytes.print.length;
    const wasWritten = this.thrWriteCount >= sentCount;
    throw new Violation(
      wasWritten ? "sent-in-order" : "sent-not-stuck",
      `${bytesInWords(pending)} never appeared on the line${wasWritten ? ", though written to THR" : ""}`,
    );
  }
}
