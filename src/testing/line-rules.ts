import { IIR, MCR, MSR } from "../../machines/index.js";
import type { Checkpoint } from "./checkpoint.js";
import { Violation } from "./claims.js";
import type { Driver } from "./driver.js";
import type { Subject } from "./subject.js";

/** Checks what a driver does with the lines around it: its interrupt, MCR.OUT2 that connects it, and CTS. */
export class LineRules {
  readonly #subject: Subject;
  #isOut2Set = false;
  /** True if the last MSR that the driver read showed CTS off. */
  #hasSeenCtsOff = false;
  /** The number of bytes written since CTS fell. */
  #sentWithoutCts = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** True if the device has an interrupt pending. */
  get isInterruptPending(): boolean {
    return (this.#subject.device.peek(2) & IIR.NONE) === 0;
  }

  /** @throws Violation if a handler disowns an interrupt that was pending when it was called. */
  checkHandlerResult(wasPending: boolean, result: unknown): void {
    if (wasPending && result === false)
      throw new Violation("interrupt-claimed", "the handler returns false, though IIR reported an interrupt");
  }

  /** Records that `init` has returned. */
  recordInit(): void {
    this.#hasSeenCtsOff = false;
    this.#isOut2Set = (this.#subject.device.peek(4) & MCR.OUT2) !== 0;
  }

  /** @throws Violation if a call has left MCR.OUT2 off with interrupts enabled. */
  checkOut2(): void {
    const { device } = this.#subject;
    if (!this.#isOut2Set || (device.peek(4) & MCR.OUT2) !== 0) return;
    if ((device.peek(1) & 0x0f) !== 0)
      throw new Violation("out2-kept", "MCR.OUT2 is off, which init has set, and IER enables interrupts");
  }

  /** Records an MSR that the driver has read. */
  recordModemStatus(value: number): void {
    this.#hasSeenCtsOff = (value & MSR.CTS) === 0;
  }

  /** Records that the modem inputs have changed. */
  recordInputs(): void {
    if (this.#isCtsOn) this.#sentWithoutCts = 0;
  }

  /** Returns the state of what the rules depend on. */
  checkpoint(): Checkpoint {
    const [isOut2Set, hasSeenCtsOff] = [this.#isOut2Set, this.#hasSeenCtsOff];
    const sentWithoutCts = this.#sentWithoutCts;
    return {
      key: JSON.stringify([isOut2Set, hasSeenCtsOff, sentWithoutCts]),
      restore: () => {
        [this.#isOut2Set, this.#hasSeenCtsOff] = [isOut2Set, hasSeenCtsOff];
        this.#sentWithoutCts = sentWithoutCts;
      },
    };
  }

  get #isCtsOn(): boolean {
    return (this.#subject.device.peek(6) & MSR.CTS) !== 0;
  }

  /** Checks a byte that is written to THR. @throws Violation if CTS forbids it. */
  checkSend({ flowControl }: Driver): void {
    const { device, waitsForCts, fifoSize } = this.#subject;
    if (flowControl !== "hardware" || waitsForCts || this.#isCtsOn || (device.peek(4) & MCR.LOOP) !== 0)
      return;
    this.#sentWithoutCts++;
    if (this.#hasSeenCtsOff)
      throw new Violation("cts-respected", "a byte is written to THR after a read of MSR showed CTS off");
    if (this.#sentWithoutCts > fifoSize)
      throw new Violation(
        "cts-respected",
        `${this.#sentWithoutCts} bytes are written to THR while CTS is off`,
      );
  }
}
