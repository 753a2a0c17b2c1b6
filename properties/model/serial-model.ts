/**
 * An independent model of vm-superio's Serial, written from the description of its behaviour and from nothing of the product.
 * Plain numbers, branches and effects in the order of the original; the numbers in brackets are points of that description.
 */
import {
  copyState,
  DEFAULT_STATE,
  type Fault,
  type Observation,
  type Outcome,
  type RegisterState,
  type Revision,
  type Step,
  type Subject,
} from "../support/steps.js";
import { Failure, World } from "./world.js";

const FIFO_SIZE = 64;

export class SerialModel implements Subject {
  readonly #revision: Revision;
  #registers: RegisterState = copyState(DEFAULT_STATE);
  readonly #slots = new Map<number, RegisterState>();

  #world = new World();

  constructor(revision: Revision) {
    this.#revision = revision;
  }

  step(step: Step): Observation {
    const fault = "fault" in step ? step.fault : undefined;
    switch (step.op) {
      case "write":
        return this.write(step.offset, step.value, fault);
      case "read":
        return this.read(step.offset, fault);
      case "enqueue":
        return this.enqueue(step.bytes, fault);
      case "capacity":
        return this.#observe({}, () => ({ value: this.capacity() }));
      case "state":
        return this.#observe({}, () => ({ ok: true }));
      case "save":
        this.#slots.set(step.slot, this.state());
        return this.#observe({}, () => ({ ok: true }));
      case "restore":
        return this.restore(step.from ?? this.#slots.get(step.slot ?? 0) ?? DEFAULT_STATE, fault);
    }
  }

  write(offset: number, value: number, fault: Fault = {}): Observation {
    return this.#observe(fault, () => {
      this.#write(offset, value);
      return { ok: true };
    });
  }

  read(offset: number, fault: Fault = {}): Observation {
    return this.#observe(fault, () => ({ value: this.#read(offset) }));
  }

  enqueue(bytes: readonly number[], fault: Fault = {}): Observation {
    return this.#observe(fault, () => ({ count: this.#enqueue(bytes) }));
  }

  /** Replaces the device, unless it fails: then the old one stays in use. */
  restore(state: RegisterState, fault: Fault = {}): Observation {
    return this.#observe(fault, () => {
      // Too many bytes is the only check, and it precedes every trigger [37]. Nothing is masked [38].
      if (state.inBuffer.length > FIFO_SIZE) throw new Failure({ error: "FullFifo" });
      const { interruptEnable: ier, interruptIdentification: iir } = state;
      if (ier & 0x02 && iir & 0x02) this.#world.trigger();
      if (ier & 0x01 && iir & 0x04) this.#world.trigger();
      this.#registers = copyState(state);
      return { ok: true };
    });
  }

  capacity(): number {
    return FIFO_SIZE - this.#registers.inBuffer.length;
  }

  state(): RegisterState {
    return copyState(this.#registers);
  }

  #observe(fault: Fault | undefined, call: () => Outcome): Observation {
    this.#world = new World(fault);
    const outcome = this.#world.outcomeOf(call);
    return { outcome, ...this.#world.log, state: this.state() };
  }

  #write(offset: number, value: number): void {
    const r = this.#registers;
    const dlab = (r.lineControl & 0x80) !== 0;
    switch (offset) {
      case 0:
        // DLAB beats loopback [14].
        if (dlab) r.baudDivisorLow = value;
        else if (r.modemControl & 0x10) this.#loopBack(value);
        else this.#transmit(value);
        return;
      case 1:
        if (dlab) r.baudDivisorHigh = value;
        else this.#enableInterrupts(value);
        return;
      case 3:
        r.lineControl = value;
        return;
      case 4:
        r.modemControl = value;
        return;
      case 7:
        r.scratch = value;
        return;
      default:
        // FCR, LSR, MSR and what lies beyond ignore a write [13].
        return;
    }
  }

  #read(offset: number): number {
    const r = this.#registers;
    const dlab = (r.lineControl & 0x80) !== 0;
    switch (offset) {
      case 0:
        return dlab ? r.baudDivisorLow : this.#receive();
      case 1:
        return dlab ? r.baudDivisorHigh : r.interruptEnable;
      case 2: {
        // Reading identifies the interrupt and drops both causes [1].
        const identified = r.interruptIdentification | 0xc0;
        r.interruptIdentification = 0x01;
        return identified;
      }
      case 3:
        return r.lineControl;
      case 4:
        return r.modemControl;
      case 5:
        return r.lineStatus;
      case 6:
        return r.modemControl & 0x10 ? this.#loopedModemStatus() : r.modemStatus;
      case 7:
        return r.scratch;
      default:
        return 0;
    }
  }

  /** DTR shows as DSR, RTS as CTS, OUT1 as RI, OUT2 as DCD; the stored register is not touched [17]. */
  #loopedModemStatus(): number {
    const { modemControl: mcr, modemStatus } = this.#registers;
    let status = modemStatus & 0x0f;
    if (mcr & 0x01) status |= 0x20;
    if (mcr & 0x02) status |= 0x10;
    if (mcr & 0x04) status |= 0x40;
    if (mcr & 0x08) status |= 0x80;
    return status;
  }

  #receive(): number {
    const r = this.#registers;
    const byte = r.inBuffer.shift() ?? 0;
    // Only the first read drops received data, and nothing else is dropped with it [4, 5]; a bare 0 becomes 1 [11].
    r.interruptIdentification &= ~0x04;
    if (r.interruptIdentification === 0) r.interruptIdentification = 0x01;
    if (r.inBuffer.length === 0) {
      r.lineStatus &= ~0x01;
      this.#world.callback("in_buffer_empty", "E");
    }
    this.#world.callback("buffer_read", "R");
    return byte;
  }

  #enqueue(bytes: readonly number[]): number {
    // Loopback takes nothing, full or not; then an empty list, then a full FIFO [25].
    if (this.#registers.modemControl & 0x10) return 0;
    if (bytes.length === 0) return 0;
    if (this.capacity() === 0) throw new Failure({ error: "FullFifo" });
    const taken = bytes.slice(0, this.capacity());
    this.#registers.inBuffer.push(...taken);
    this.#registers.lineStatus |= 0x01;
    this.#raiseReceivedData();
    return taken.length;
  }

  #loopBack(byte: number): void {
    if (this.capacity() === 0) return;
    this.#registers.inBuffer.push(byte);
    this.#registers.lineStatus |= 0x01;
    this.#raiseReceivedData();
  }

  #transmit(byte: number): void {
    let lost: Failure | undefined;
    try {
      this.#world.send(byte);
      this.#world.callback("out_byte", "O");
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      lost = failure;
      this.#world.callback("tx_lost_byte", "L");
    }
    // A lost byte empties the holding register as well [29]; a failing trigger hides the writer's error [31].
    this.#raiseThrEmpty();
    if (lost !== undefined) throw lost;
  }

  #enableInterrupts(value: number): void {
    const r = this.#registers;
    r.interruptEnable = value & 0x0f;
    // 0.8.1 raises nothing and drops nothing here [8].
    if (this.#revision === "0.8.1") return;
    const thrEmpty = (value & 0x02) !== 0 && this.#identify(0x02);
    const receivedData = (value & 0x01) !== 0 && r.inBuffer.length > 0 && this.#identify(0x04);
    // Both bits stand before either trigger is called, and a failing one prevents the other.
    if (thrEmpty) this.#world.trigger();
    if (receivedData) this.#world.trigger();
  }

  #raiseThrEmpty(): void {
    if (this.#registers.interruptEnable & 0x02 && this.#identify(0x02)) this.#world.trigger();
  }

  #raiseReceivedData(): void {
    if (this.#registers.interruptEnable & 0x01 && this.#identify(0x04)) this.#world.trigger();
  }

  /** Sets a cause's bit and says whether it was new: only then is there a trigger [6]. A failing one takes nothing back [7]. */
  #identify(bit: number): boolean {
    const r = this.#registers;
    if (r.interruptIdentification & bit) return false;
    r.interruptIdentification = (r.interruptIdentification & ~0x01) | bit;
    return true;
  }
}
