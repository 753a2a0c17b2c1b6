/** Reads the encodings of a WebAssembly module from its bytes. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.end;
  }

  /** @throws RangeError at the end. */
  byte(): number {
    if (this.isAtEnd) throw new RangeError(`the module ends early, at byte ${this.offset}`);
    return this.bytes[this.offset++] as number;
  }

  /** Reads an unsigned LEB128 number of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Skips a LEB128 number of any size. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  skip(count: number): void {
    this.offset += count;
  }

  /** Reads a vector of bytes with its length. */
  vector(): Uint8Array {
    const length = this.u32();
    this.skip(length);
    if (this.offset > this.end) throw new RangeError(`the module ends early, at byte ${this.end}`);
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /** Reads a name. */
  name(): string {
    return new TextDecoder().decode(this.vector());
  }
}

/** Writes the encodings of a WebAssembly module. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  /** The number of bytes so far. */
  get length(): number {
    return this.#bytes.length;
  }

  byte(value: number): this {
    this.#bytes.push(value);
    return this;
  }

  /** Writes an unsigned LEB128 number. */
  u32(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) + 0x80);
    this.#bytes.push(rest);
    return this;
  }

  /** Writes a signed LEB128 number of 32 bits. */
  s32(value: number): this {
    let rest = value | 0;
    for (;;) {
      const byte = rest & 0x7f;
      rest >>= 7;
      const isLast = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
      this.#bytes.push(isLast ? byte : byte | 0x80);
      if (isLast) return this;
    }
  }

  /** Writes bytes without their length. */
  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Writes bytes with their length. */
  vector(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  name(text: string): this {
    return this.vector(new TextEncoder().encode(text));
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }
}
