/** The claims that a driver is held to: a sentence by id. In brackets are the chart's rules behind it. */
export const CLAIMS = {
  "sent-in-order": "Every byte sent appears on the line once, in order, and nothing else does (I9).",
  "received-in-order":
    "Every byte that the device accepted reaches the user once, in order, or an overrun was reported (I8, I9).",
  "sent-not-stuck": "Once the environment is quiet, no byte waits to be sent: no interrupt was lost.",
  "received-not-stuck":
    "Once the environment is quiet, nothing received stays in the device: no interrupt was lost.",
  "handler-ends":
    "The interrupt handler ends, and is not entered again, within what the sources and the bytes account for (I18).",
  "no-hang": "No poll goes on past its bound.",
  "no-throw": "No entry point throws.",
  "dlab-closed":
    "No data register is accessed while the divisor latch is open, except by the call that opened it (I14).",
  "thr-room": "THR is written only when there is room (I7).",
  "reserved-bits": "Bits that the part reserves are written as zero.",
  "format-idle": "The character format and the divisor change only while the transmitter is idle.",
  "interrupt-claimed": "A handler that returns false was not called for an interrupt of its own device.",
  "out2-kept": "If init sets MCR.OUT2, it stays set while interrupts are enabled: on a PC it connects them.",
  "cts-respected":
    "A driver with hardware flow control sends no more than a FIFO holds after CTS has fallen, and nothing once it has seen that.",
  "rts-in-time":
    "A driver with hardware flow control lowers RTS before its buffer is full, as the other end may still send what a FIFO holds, and raises it when there is room.",
  "still-detected": "At the end Linux's probe still finds a UART, and takes it for the part that it was.",
} as const;

/** The id of a claim. */
export type ClaimId = keyof typeof CLAIMS;

/** Reports a claim that does not hold. It is thrown through the driver, which must not catch it. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** The id of the claim. */
  readonly claim: ClaimId;
  /** A description of what happened instead. */
  readonly detail: string;

  constructor(claim: ClaimId, detail: string) {
    super(`${claim}: ${detail}`);
    this.claim = claim;
    this.detail = detail;
  }
}
