import { LCR, LSR, type RegisterName, registerAt } from "../../machines/index.js";
import { hex } from "../device/index.js";
import type { Checkpoint } from "./checkpoint.js";
import { Violation } from "./claims.js";
import type { Subject } from "./subject.js";

/** The bits of LCR that define the character format. */
const FORMAT_BITS = 0x3f;

/** Checks the driver's accesses against the part's rules. Each run of an entry point has a call number. */
export class RegisterRules {
  readonly #subject: Subject;
  #lineControl: number;
  #divisor: readonly [number, number] = [-1, -1];
  #latchOpener = -1;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#lineControl = subject.device.peek(3);
  }

  /** True if the divisor latch is open. */
  get isLatchOpen(): boolean {
    return (this.#lineControl & LCR.DLAB) !== 0;
  }

  /** @throws Violation if the read breaks a rule. */
  checkRead(offset: number, callNumber: number): void {
    this.#checkDataAccess(offset, callNumber);
  }

  /** @throws Violation if the write breaks a rule. */
  checkWrite(offset: number, value: number, callNumber: number): void {
    this.#checkDataAccess(offset, callNumber);
    const register = registerAt("write", offset, this.isLatchOpen);
    if (register === "THR" && !this.#subject.hasRoom())
      throw new Violation("thr-room", `THR <- ${hex(value)} finds no room`);
    if (register !== undefined) this.#checkReservedBits(register, value);
    if ((offset < 2 && this.isLatchOpen) || offset === 3) this.#checkFormatChange(offset, value);
  }

  /** Records a write, whether it kept the rules or not. */
  recordWrite(offset: number, value: number, callNumber: number): void {
    if (offset < 2 && this.isLatchOpen)
      this.#divisor = offset === 0 ? [value, this.#divisor[1]] : [this.#divisor[0], value];
    if (offset !== 3) return;
    if (!this.isLatchOpen && (value & LCR.DLAB) !== 0) this.#latchOpener = callNumber;
    this.#lineControl = value;
  }

  /** Returns the state of what the rules depend on, while no entry point runs. */
  checkpoint(): Checkpoint {
    const [lineControl, divisor] = [this.#lineControl, this.#divisor];
    return {
      key: `${lineControl},${divisor}`,
      restore: () => {
        this.#lineControl = lineControl;
        this.#divisor = divisor;
        this.#latchOpener = -1;
      },
    };
  }

  /** Records that the part has lost its registers. */
  recordReset(): void {
    this.#lineControl = this.#subject.device.peek(3);
    this.#divisor = [-1, -1];
  }

  #checkDataAccess(offset: number, callNumber: number): void {
    if (offset < 2 && this.isLatchOpen && this.#latchOpener !== callNumber)
      throw new Violation("dlab-closed", `offset ${offset} is accessed while an earlier call left DLAB set`);
  }

  #checkReservedBits(register: RegisterName, value: number): void {
    const { reservedBits: reserved } = this.#subject;
    const reservedMask = register in reserved ? reserved[register as keyof typeof reserved] : 0;
    const wrongBits = register === "LSR" || register === "MSR" ? 0xff : reservedMask & value;
    if (wrongBits !== 0)
      throw new Violation("reserved-bits", `${register} <- ${hex(value)} sets ${hex(wrongBits)}`);
  }

  #checkFormatChange(offset: number, value: number): void {
    const oldFormat = offset === 3 ? this.#lineControl & FORMAT_BITS : this.#divisor[offset];
    const newFormat = offset === 3 ? value & FORMAT_BITS : value;
    if (oldFormat === newFormat || (this.#subject.device.peek(5) & LSR.TEMT) !== 0) return;
    throw new Violation(
      "format-idle",
      `${offset === 3 ? "LCR" : "the divisor"} changes while a character is sent`,
    );
  }
}
