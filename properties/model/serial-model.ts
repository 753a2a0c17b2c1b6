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
  type SerialStep,
  type Subject,
} from "../support/steps.js";
import { Failure, ModelHost } from "./model-host.js";

const FIFO_SIZE = 64;

export class SerialModel implements Subject {
  readonly #revision: Revision;
  #registers: RegisterState = copyState(DEFAULT_STATE);
  readonly #slots = new Map<number, RegisterState>();

  #world = new ModelHost();

  constructor(revision: Revision) {
    this.#revision = revision;
  }

  step(nextStep: SerialStep): Observation {
    const armedFault = "fault" in nextStep ? nextStep.fault : undefined;
    switch (nextStep.op) {
      case "write":
        return this.write(nextStep.offset, nextStep.value, armedFault);
      case "read":
        return this.read(nextStep.offset, armedFault);
      case "enqueue":
        return this.enqueue(nextStep.bytes, armedFault);
      case "capacity":
        return this.#observe({}, () => ({ value: this.capacity() }));
      case "state":
        return this.#observe({}, () => ({ ok: true }));
      case "save":
        this.#slots.set(nextStep.slot, this.state());
        return this.#observe({}, () => ({ ok: true }));
      case "restore":
        return this.restore(
          nextStep.from ?? this.#slots.get(nextStep.slot ?? 0) ?? DEFAULT_STATE,
          armedFault,
        );
    }
  }

  write(registerOffset: number, registerValue: number, armedFault: Fault = {}): Observation {
    return this.#observe(armedFault, () => {
      this.#write(registerOffset, registerValue);
      return { ok: true };
    });
  }

  read(registerOffset: number, armedFault: Fault = {}): Observation {
    return this.#observe(armedFault, () => ({ value: this.#read(registerOffset) }));
  }

  enqueue(dataBytes: readonly number[], armedFault: Fault = {}): Observation {
    return this.#observe(armedFault, () => ({ count: this.#enqueue(dataBytes) }));
  }

  /** Replaces the device, unless it fails: then the old one stays in use. */
  restore(registers: RegisterState, armedFault: Fault = {}): Observation {
    return this.#observe(armedFault, () => {
      // Too many bytes is the only check, and it precedes every trigger [37]. Nothing is masked [38].
      if (registers.inBuffer.length > FIFO_SIZE) throw new Failure({ error: "FullFifo" });
      const { interruptEnable, interruptIdentification: identification } = registers;
      if (interruptEnable & 0x02 && identification & 0x02) this.#world.trigger();
      if (interruptEnable & 0x01 && identification & 0x04) this.#world.trigger();
      this.#registers = copyState(registers);
      return { ok: true };
    });
  }

  capacity(): number {
    return FIFO_SIZE - this.#registers.inBuffer.length;
  }

  state(): RegisterState {
    return copyState(this.#registers);
  }

  #observe(armedFault: Fault | undefined, operation: () => Outcome): Observation {
    this.#world = new ModelHost(armedFault);
    const outcome = this.#world.outcomeOf(operation);
    return { outcome, ...this.#world.log, state: this.state() };
  }

  #write(registerOffset: number, registerValue: number): void {
    const registers = this.#registers;
    const latchOpen = (registers.lineControl & 0x80) !== 0;
    switch (registerOffset) {
      case 0:
        // DLAB beats loopback [14].
        if (latchOpen) registers.baudDivisorLow = registerValue;
        else if (registers.modemControl & 0x10) this.#loopBack(registerValue);
        else this.#transmit(registerValue);
        return;
      case 1:
        if (latchOpen) registers.baudDivisorHigh = registerValue;
        else this.#enableInterrupts(registerValue);
        return;
      case 3:
        registers.lineControl = registerValue;
        return;
      case 4:
        registers.modemControl = registerValue;
        return;
      case 7:
        registers.scratch = registerValue;
        return;
      default:
        // FCR, LSR, MSR and what lies beyond ignore a write [13].
        return;
    }
  }

  #read(registerOffset: number): number {
    const registers = this.#registers;
    const latchOpen = (registers.lineControl & 0x80) !== 0;
    switch (registerOffset) {
      case 0:
        return latchOpen ? registers.baudDivisorLow : this.#receive();
      case 1:
        return latchOpen ? registers.baudDivisorHigh : registers.interruptEnable;
      case 2: {
        // Reading identifies the interrupt and drops both causes [1].
        const identified = registers.interruptIdentification | 0xc0;
        registers.interruptIdentification = 0x01;
        return identified;
      }
      case 3:
        return registers.lineControl;
      case 4:
        return registers.modemControl;
      case 5:
        return registers.lineStatus;
      case 6:
        return registers.modemControl & 0x10 ? this.#loopedModemStatus() : registers.modemStatus;
      case 7:
        return registers.scratch;
      default:
        return 0;
    }
  }

  /** DTR shows as DSR, RTS as CTS, OUT1 as RI, OUT2 as DCD; the stored register is not touched [17]. */
  #loopedModemStatus(): number {
    const { modemControl, modemStatus } = this.#registers;
    let status = modemStatus & 0x0f;
    if (modemControl & 0x01) status |= 0x20;
    if (modemControl & 0x02) status |= 0x10;
    if (modemControl & 0x04) status |= 0x40;
    if (modemControl & 0x08) status |= 0x80;
    return status;
  }

  #receive(): number {
    const registers = this.#registers;
    const byte = registers.inBuffer.shift() ?? 0;
    // Only the first read drops received data, and nothing else is dropped with it [4, 5]; a bare 0 becomes 1 [11].
    registers.interruptIdentification &= ~0x04;
    if (registers.interruptIdentification === 0) registers.interruptIdentification = 0x01;
    if (registers.inBuffer.length === 0) {
      registers.lineStatus &= ~0x01;
      this.#world.callback("in_buffer_empty", "E");
    }
    this.#world.callback("buffer_read", "R");
    return byte;
  }

  #enqueue(dataBytes: readonly number[]): number {
    // Loopback takes nothing, full or not; then an empty list, then a full FIFO [25].
    if (this.#registers.modemControl & 0x10) return 0;
    if (dataBytes.length === 0) return 0;
    if (this.capacity() === 0) throw new Failure({ error: "FullFifo" });
    const takenBytes = dataBytes.slice(0, this.capacity());
    this.#registers.inBuffer.push(...takenBytes);
    this.#registers.lineStatus |= 0x01;
    this.#raiseReceivedData();
    return takenBytes.length;
  }

  #loopBack(byte: number): void {
    if (this.capacity() === 0) return;
    this.#registers.inBuffer.push(byte);
    this.#registers.lineStatus |= 0x01;
    this.#raiseReceivedData();
  }

  #transmit(byte: number): void {
    let writeFailure: Failure | undefined;
    try {
      this.#world.send(byte);
      this.#world.callback("out_byte", "O");
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      writeFailure = failure;
      this.#world.callback("tx_lost_byte", "L");
    }
    // A lost byte empties the holding register as well [29]; a failing trigger hides the writer's error [31].
    this.#raiseThrEmpty();
    if (writeFailure !== undefined) throw writeFailure;
  }

  #enableInterrupts(registerValue: number): void {
    const registers = this.#registers;
    registers.interruptEnable = registerValue & 0x0f;
    // 0.8.1 raises nothing and drops nothing here [8].
    if (this.#revision === "0.8.1") return;
    const thrEmpty = (registerValue & 0x02) !== 0 && this.#identify(0x02);
    const receivedData =
      (registerValue & 0x01) !== 0 && registers.inBuffer.length > 0 && this.#identify(0x04);
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
  #identify(bitIndex: number): boolean {
    const registers = this.#registers;
    if (registers.interruptIdentification & bitIndex) return false;
    registers.interruptIdentification = (registers.interruptIdentification & ~0x01) | bitIndex;
    return true;
  }
}
