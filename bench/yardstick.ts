import {
  SerialError,
  type SerialEvents,
  type SerialOptions,
  type SerialSink,
  type SerialState,
} from "../src/device/index.js";

const SIZE = 64;

const checkByte = (registerValue: number, argumentName: string): void => {
  if ((registerValue & 0xff) !== registerValue)
    throw new RangeError(`${argumentName}: a byte from 0 to 255 was expected, not ${registerValue}`);
};

/**
 * vm-superio 0.8.2's `Serial` as one would write it by hand for speed: fields, a ring buffer and two switches.
 * It has `Serial`'s face, with checks, sink and callbacks, and no chart, journal or stream. What the chart is
 * measured against.
 */
export class Yardstick {
  #divisorLow = 0x0c;
  #divisorHigh = 0;
  #interruptEnable = 0;
  #identification = 1;
  #lineControl = 3;
  #lineStatus = 0x60;
  #modemControl = 8;
  #modemStatus = 0xb0;
  #scratch = 0;
  readonly #ringBuffer = new Uint8Array(SIZE);
  #headIndex = 0;
  #length = 0;
  readonly #out: SerialSink;
  readonly #trigger: () => unknown;
  readonly #events: SerialEvents;

  constructor(options: Pick<SerialOptions, "out" | "trigger" | "events"> = {}) {
    this.#out = options.out ?? { write: () => {} };
    this.#trigger = options.trigger ?? (() => {});
    this.#events = options.events ?? {};
  }

  read(registerOffset: number): number {
    checkByte(registerOffset, "offset");
    switch (registerOffset) {
      case 0:
        return this.#lineControl & 0x80 ? this.#divisorLow : this.#takeByte();
      case 1:
        return this.#lineControl & 0x80 ? this.#divisorHigh : this.#interruptEnable;
      case 2: {
        const identification = this.#identification | 0xc0;
        this.#identification = 1;
        return identification;
      }
      case 3:
        return this.#lineControl;
      case 4:
        return this.#modemControl;
      case 5:
        return this.#lineStatus;
      case 6: {
        if (!(this.#modemControl & 0x10)) return this.#modemStatus;
        const modemControl = this.#modemControl;
        return (
          (this.#modemStatus & 0x0f) |
          ((modemControl & 1) << 5) |
          ((modemControl & 2) << 3) |
          ((modemControl & 12) << 4)
        );
      }
      case 7:
        return this.#scratch;
      default:
        return 0;
    }
  }

  write(registerOffset: number, registerValue: number): void {
    checkByte(registerOffset, "offset");
    checkByte(registerValue, "value");
    switch (registerOffset) {
      case 0:
        if (this.#lineControl & 0x80) this.#divisorLow = registerValue;
        else if (this.#modemControl & 0x10) this.#loopBack(registerValue);
        else this.#transmit(registerValue);
        break;
      case 1:
        if (this.#lineControl & 0x80) this.#divisorHigh = registerValue;
        else this.#enableInterrupts(registerValue & 0x0f);
        break;
      case 3:
        this.#lineControl = registerValue;
        break;
      case 4:
        this.#modemControl = registerValue;
        break;
      case 7:
        this.#scratch = registerValue;
        break;
    }
  }

  enqueueRawBytes(dataBytes: Uint8Array | readonly number[]): number {
    for (let i = 0; i < dataBytes.length; i++) checkByte(dataBytes[i] as number, "byte");
    if (this.#modemControl & 0x10 || dataBytes.length === 0) return 0;
    if (this.#length === SIZE) throw new SerialError("FullFifo");
    const acceptedCount = Math.min(dataBytes.length, SIZE - this.#length);
    for (let i = 0; i < acceptedCount; i++) this.#queueByte(dataBytes[i] as number);
    this.#lineStatus |= 1;
    if (this.#interruptEnable & 1) this.#raiseInterrupt(4);
    return acceptedCount;
  }

  fifoCapacity(): number {
    return SIZE - this.#length;
  }

  state(): SerialState {
    return {
      baudDivisorLow: this.#divisorLow,
      baudDivisorHigh: this.#divisorHigh,
      interruptEnable: this.#interruptEnable,
      interruptIdentification: this.#identification,
      lineControl: this.#lineControl,
      lineStatus: this.#lineStatus,
      modemControl: this.#modemControl,
      modemStatus: this.#modemStatus,
      scratch: this.#scratch,
      inBuffer: Array.from(
        { length: this.#length },
        (_, i) => this.#ringBuffer[(this.#headIndex + i) % SIZE] as number,
      ),
    };
  }

  #queueByte(registerValue: number): void {
    this.#ringBuffer[(this.#headIndex + this.#length++) % SIZE] = registerValue;
  }

  #takeByte(): number {
    let registerValue = 0;
    if (this.#length > 0) {
      registerValue = this.#ringBuffer[this.#headIndex] as number;
      this.#headIndex = (this.#headIndex + 1) % SIZE;
      this.#length--;
    }
    this.#identification = this.#identification & ~4 || 1;
    if (this.#length === 0) {
      this.#lineStatus &= ~1;
      this.#events.inBufferEmpty?.();
    }
    this.#events.bufferRead?.();
    return registerValue;
  }

  #transmit(registerValue: number): void {
    let failure: SerialError | undefined;
    try {
      if (this.#out.write(registerValue) === 0) throw new Error("failed to write whole buffer");
      this.#out.flush?.();
      this.#events.outByte?.();
    } catch (cause) {
      this.#events.txLostByte?.();
      failure = new SerialError("IOError", cause);
    }
    if (this.#interruptEnable & 2) this.#raiseInterrupt(2);
    if (failure) throw failure;
  }

  #loopBack(registerValue: number): void {
    if (this.#length === SIZE) return;
    this.#queueByte(registerValue);
    this.#lineStatus |= 1;
    if (this.#interruptEnable & 1) this.#raiseInterrupt(4);
  }

  #enableInterrupts(registerValue: number): void {
    this.#interruptEnable = registerValue;
    const thrEmpty = registerValue & 2 && !(this.#identification & 2);
    const receivedData = registerValue & 1 && this.#length > 0 && !(this.#identification & 4);
    this.#identification = thrEmpty || receivedData ? this.#identification & ~1 : this.#identification;
    if (thrEmpty) this.#identification |= 2;
    if (receivedData) this.#identification |= 4;
    if (thrEmpty) this.#callTrigger();
    if (receivedData) this.#callTrigger();
  }

  #raiseInterrupt(sourceBit: number): void {
    if (this.#identification & sourceBit) return;
    this.#identification = (this.#identification & ~1) | sourceBit;
    this.#callTrigger();
  }

  #callTrigger(): void {
    try {
      this.#trigger();
    } catch (failure) {
      throw new SerialError("Trigger", failure);
    }
  }
}
