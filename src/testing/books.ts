import { byteInWords, bytesInWords } from "./action.js";
import { Violation } from "./claims.js";
import type { Arrival } from "./subject.js";

/** Each way takes its bytes from a range of its own, in turn: which way a byte went shows in its value. */
const RANGES = { send: [0x41, 26], print: [0x30, 10], arrive: [0x61, 26], error: [0x21, 15] } as const;

/** A way by which bytes go. */
export type Way = keyof typeof RANGES;

const isOf = (way: Way, byte: number): boolean =>
  byte >= RANGES[way][0] && byte < RANGES[way][0] + RANGES[way][1];

/** A character that the device holds, or gave: one with an error need not reach the user. */
interface Expected {
  readonly byte: number;
  readonly optional: boolean;
}

/** What was sent and what arrived, and what became of it. */
export class Books {
  readonly #counts: Record<Way, number> = { send: 0, print: 0, arrive: 0, error: 0 };
  readonly #sent: Record<"send" | "print", number[]> = { send: [], print: [] };
  readonly #left: Record<"send" | "print", number> = { send: 0, print: 0 };
  readonly #expected: Expected[] = [];
  #delivered = 0;
  /** How many bytes were written to THR. */
  written = 0;

  /** The next byte that goes this way. */
  next(way: Way): number {
    const [first, count] = RANGES[way];
    return first + (this.#counts[way]++ % count);
  }

  /** The driver was given a byte to send. */
  sent(way: "send" | "print", byte: number): void {
    this.#sent[way].push(byte);
  }

  /** The driver did not take the byte that it was given last. */
  refused(way: "send" | "print"): void {
    if (this.#left[way] < this.#sent[way].length) this.#sent[way].pop();
  }

  /** A byte left the device. */
  output(byte: number): void {
    const way = isOf("print", byte) ? "print" : "send";
    const expected = this.#sent[way][this.#left[way]];
    if (expected !== byte) {
      const due = expected === undefined ? "nothing" : byteInWords(expected);
      throw new Violation("sent-in-order", `${byteInWords(byte)} appears on the line, where ${due} was due`);
    }
    this.#left[way]++;
  }

  /** A character arrived. */
  arrived(byte: number, arrival: Arrival, optional: boolean): void {
    if (arrival === "ignored" || arrival === "overrun") return;
    // RBR alone, which had not been read: the chip has reported an overrun, and the older one is gone. If that had an error, then LSR
    // still says so, and the driver cannot know which of the two it was.
    const replaced = arrival === "replaced" ? this.#expected.pop() : undefined;
    this.#expected.push({ byte, optional: optional || (replaced?.optional ?? false) });
  }

  /** A break was reported at once, and not with its character: what is queued cannot be told from it. */
  blur(): void {
    for (let i = this.#delivered; i < this.#expected.length; i++) {
      this.#expected[i] = { ...(this.#expected[i] as Expected), optional: true };
    }
  }

  /** The user got a byte. */
  delivered(byte: number): void {
    const from = this.#delivered;
    let at = from;
    while (this.#expected[at]?.optional && this.#expected[at]?.byte !== byte) at++;
    if (this.#expected[at]?.byte !== byte) {
      const due = this.#expected[from];
      const wanted = due === undefined ? "nothing" : byteInWords(due.byte);
      throw new Violation("received-in-order", `the user gets ${byteInWords(byte)}, where ${wanted} was due`);
    }
    this.#delivered = at + 1;
  }

  /** How many bytes have gone either way: it grows whenever something does. */
  get moved(): number {
    return this.#left.send + this.#left.print + this.#delivered;
  }

  /** Nothing moves any more. `holds` says whether the device has something received, `reads` whether the user can get it. */
  close(holds: boolean, reads: boolean): void {
    if (reads) this.#closeReceived(holds);
    this.#closeSent();
  }

  #closeReceived(holds: boolean): void {
    const due = this.#expected.slice(this.#delivered).filter(({ optional }) => !optional);
    const bytes = bytesInWords(due.map(({ byte }) => byte));
    if (holds) {
      const what = due.length > 0 ? `${bytes} never reached the user, and ` : "";
      throw new Violation("received-not-stuck", `${what}the device still has something received`);
    }
    if (due.length > 0) throw new Violation("received-in-order", `${bytes} never reached the user`);
  }

  #closeSent(): void {
    const pending = (["send", "print"] as const).flatMap((way) => this.#sent[way].slice(this.#left[way]));
    if (pending.length === 0) return;
    const total = this.#sent.send.length + this.#sent.print.length;
    const lost = this.written >= total;
    throw new Violation(
      lost ? "sent-in-order" : "sent-not-stuck",
      `${bytesInWords(pending)} never appeared on the line${lost ? ", though written to THR" : ""}`,
    );
  }
}
