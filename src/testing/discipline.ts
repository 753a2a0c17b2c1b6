import { LCR, LSR, type RegisterName, registerAt } from "../../machines/index.js";
import { hex } from "../device/index.js";
import { Violation } from "./claims.js";
import type { Subject } from "./subject.js";

/** The bits of LCR that say what a character is. */
const FORMAT = 0x3f;

/** Holds the driver's accesses against the part's rules. A call is one run of an entry point, numbered. */
export class Discipline {
  readonly #subject: Subject;
  #lcr: number;
  #divisor: readonly [number, number] = [-1, -1];
  #opener = -1;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#lcr = subject.device.peek(3);
  }

  /** Whether the divisor latch is open. */
  get dlab(): boolean {
    return (this.#lcr & LCR.DLAB) !== 0;
  }

  /** @throws Violation if the read breaks a rule. */
  read(offset: number, call: number): void {
    this.#data(offset, call);
  }

  /** @throws Violation if the write breaks a rule. */
  write(offset: number, value: number, call: number): void {
    this.#data(offset, call);
    const register = registerAt("write", offset, this.dlab);
    if (register === "THR" && !this.#subject.hasRoom())
      throw new Violation("thr-room", `THR <- ${hex(value)} finds no room`);
    if (register !== undefined) this.#reserved(register, value);
    if ((offset < 2 && this.dlab) || offset === 3) this.#format(offset, value);
  }

  /** A write was made; it is kept in mind, whatever the rules say of it. */
  note(offset: number, value: number, call: number): void {
    if (offset < 2 && this.dlab)
      this.#divisor = offset === 0 ? [value, this.#divisor[1]] : [this.#divisor[0], value];
    if (offset !== 3) return;
    if (!this.dlab && (value & LCR.DLAB) !== 0) this.#opener = call;
    this.#lcr = value;
  }

  #data(offset: number, call: number): void {
    if (offset < 2 && this.dlab && this.#opener !== call)
      throw new Violation("dlab-closed", `offset ${offset} is accessed while an earlier call left DLAB set`);
  }

  #reserved(register: RegisterName, value: number): void {
    const { reserved } = this.#subject;
    const bits = register in reserved ? reserved[register as keyof typeof reserved] : 0;
    const wrong = register === "LSR" || register === "MSR" ? 0xff : bits & value;
    if (wrong !== 0) throw new Violation("reserved-bits", `${register} <- ${hex(value)} sets ${hex(wrong)}`);
  }

  #format(offset: number, value: number): void {
    const before = offset === 3 ? this.#lcr & FORMAT : this.#divisor[offset];
    const after = offset === 3 ? value & FORMAT : value;
    if (before === after || (this.#subject.device.peek(5) & LSR.TEMT) !== 0) return;
    throw new Violation(
      "format-idle",
      `${offset === 3 ? "LCR" : "the divisor"} changes while a character is sent`,
    );
  }
}
