import { ByteReader } from "../byte-reader.js";

/** Reads DWARF as compilers write it for WebAssembly: little-endian, with offsets and addresses of 32 bits. */
export class DwarfReader extends ByteReader {
  u8(): number {
    return this.byte();
  }

  u16(): number {
    return this.#fixed(2);
  }

  u24(): number {
    return this.#fixed(3);
  }

  uword(): number {
    return this.#fixed(4);
  }

  /** Reads a signed LEB128 number of up to 32 bits. */
  s32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - 2 ** (shift + 7);
    }
  }

  /** Reads a string that ends with a zero. */
  text(): string {
    const start = this.offset;
    while (this.byte() !== 0);
    return new TextDecoder().decode(this.bytes.subarray(start, this.offset - 1));
  }

  /** Returns a reader of the next bytes, which are skipped. @throws RangeError if there are fewer. */
  part(size: number): DwarfReader {
    const start = this.offset;
    this.skip(size);
    if (this.offset > this.end)
      throw new RangeError(`the debugging information ends early, at byte ${this.end}`);
    return new DwarfReader(this.bytes, start, this.offset);
  }

  #fixed(size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.byte() * 2 ** (8 * i);
    return value;
  }
}

/** Returns the string at an offset of a section. */
export const textAt = (section: Uint8Array | undefined, offset: number): string =>
  section === undefined ? "" : new DwarfReader(section, offset).text();
