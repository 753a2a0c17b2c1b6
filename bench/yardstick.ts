import {
  SerialError,
  type SerialEvents,
  type SerialOptions,
  type SerialSink,
  type SerialState,
} from "../src/device/index.js";

const SIZE = 64;

const byte = (value: number, name: string): void => {
  if ((value & 0xff) !== value)
    throw new RangeError(`${name}: a byte from 0 to 255 was expected, not ${value}`);
};

/**
 * vm-superio 0.8.2's `Serial` as one would write it by hand for speed: fields, a ring buffer and two switches.
 * It has `Serial`'s face, with checks, sink and callbacks, and no chart, journal or stream. What the chart is
 * measured against.
 */
export class Yardstick {
  #dll = 0x0c;
  #dlm = 0;
  #ier = 0;
  #iir = 1;
  #lcr = 3;
  #lsr = 0x60;
  #mcr = 8;
  #msr = 0xb0;
  #scr = 0;
  readonly #ring = new Uint8Array(SIZE);
  #head = 0;
  #length = 0;
  readonly #out: SerialSink;
  readonly #trigger: () => unknown;
  readonly #events: SerialEvents;

  constructor(options: Pick<SerialOptions, "out" | "trigger" | "events"> = {}) {
    this.#out = options.out ?? { write: () => {} };
    this.#trigger = options.trigger ?? (() => {});
    this.#events = options.events ?? {};
  }

  read(offset: number): number {
    byte(offset, "offset");
    switch (offset) {
      case 0:
        return this.#lcr & 0x80 ? this.#dll : this.#take();
      case 1:
        return this.#lcr & 0x80 ? this.#dlm : this.#ier;
      case 2: {
        const iir = this.#iir | 0xc0;
        this.#iir = 1;
        return iir;
      }
      case 3:
        return this.#lcr;
      case 4:
        return this.#mcr;
      case 5:
        return this.#lsr;
      case 6: {
        if (!(this.#mcr & 0x10)) return this.#msr;
        const mcr = this.#mcr;
        return (this.#msr & 0x0f) | ((mcr & 1) << 5) | ((mcr & 2) << 3) | ((mcr & 12) << 4);
      }
      case 7:
        return this.#scr;
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    byte(offset, "offset");
    byte(value, "value");
    switch (offset) {
      case 0:
        if (this.#lcr & 0x80) this.#dll = value;
        else if (this.#mcr & 0x10) this.#loop(value);
        else this.#transmit(value);
        break;
      case 1:
        if (this.#lcr & 0x80) this.#dlm = value;
        else this.#enable(value & 0x0f);
        break;
      case 3:
        this.#lcr = value;
        break;
      case 4:
        this.#mcr = value;
        break;
      case 7:
        this.#scr = value;
        break;
    }
  }

  enqueueRawBytes(bytes: Uint8Array | readonly number[]): number {
    for (let i = 0; i < bytes.length; i++) byte(bytes[i] as number, "byte");
    if (this.#mcr & 0x10 || bytes.length === 0) return 0;
    if (this.#length === SIZE) throw new SerialError("FullFifo");
    const count = Math.min(bytes.length, SIZE - this.#length);
    for (let i = 0; i < count; i++) this.#put(bytes[i] as number);
    this.#lsr |= 1;
    if (this.#ier & 1) this.#raise(4);
    return count;
  }

  fifoCapacity(): number {
    return SIZE - this.#length;
  }

  state(): SerialState {
    return {
      baudDivisorLow: this.#dll,
      baudDivisorHigh: this.#dlm,
      interruptEnable: this.#ier,
      interruptIdentification: this.#iir,
      lineControl: this.#lcr,
      lineStatus: this.#lsr,
      modemControl: this.#mcr,
      modemStatus: this.#msr,
      scratch: this.#scr,
      inBuffer: Array.from({ length: this.#length }, (_, i) => this.#ring[(this.#head + i) % SIZE] as number),
    };
  }

  #put(value: number): void {
    this.#ring[(this.#head + this.#length++) % SIZE] = value;
  }

  #take(): number {
    let value = 0;
    if (this.#length > 0) {
      value = this.#ring[this.#head] as number;
      this.#head = (this.#head + 1) % SIZE;
      this.#length--;
    }
    this.#iir = this.#iir & ~4 || 1;
    if (this.#length === 0) {
      this.#lsr &= ~1;
      this.#events.inBufferEmpty?.();
    }
    this.#events.bufferRead?.();
    return value;
  }

  #transmit(value: number): void {
    let failure: SerialError | undefined;
    try {
      if (this.#out.write(value) === 0) throw new Error("failed to write whole buffer");
      this.#out.flush?.();
      this.#events.outByte?.();
    } catch (cause) {
      this.#events.txLostByte?.();
      failure = new SerialError("IOError", cause);
    }
    if (this.#ier & 2) this.#raise(2);
    if (failure) throw failure;
  }

  #loop(value: number): void {
    if (this.#length === SIZE) return;
    this.#put(value);
    this.#lsr |= 1;
    if (this.#ier & 1) this.#raise(4);
  }

  #enable(value: number): void {
    this.#ier = value;
    const thrEmpty = value & 2 && !(this.#iir & 2);
    const receivedData = value & 1 && this.#length > 0 && !(this.#iir & 4);
    this.#iir = thrEmpty || receivedData ? this.#iir & ~1 : this.#iir;
    if (thrEmpty) this.#iir |= 2;
    if (receivedData) this.#iir |= 4;
    if (thrEmpty) this.#call();
    if (receivedData) this.#call();
  }

  #raise(source: number): void {
    if (this.#iir & source) return;
    this.#iir = (this.#iir & ~1) | source;
    this.#call();
  }

  #call(): void {
    try {
      this.#trigger();
    } catch (cause) {
      throw new SerialError("Trigger", cause);
    }
  }
}
