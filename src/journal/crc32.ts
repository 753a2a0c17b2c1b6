/** Four tables of 256 remainders each: the CRC of a byte followed by 0, 1, 2 or 3 zero bytes. */
const TABLES = createTables();

function createTables(): Int32Array {
  const tables = new Int32Array(1024);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
    tables[byte] = remainder;
  }
  for (let index = 256; index < tables.length; index++) {
    const previous = tables[index - 256] as number;
    tables[index] = (previous >>> 8) ^ (tables[previous & 0xff] as number);
  }
  return tables;
}

/**
 * Continues a CRC-32 as RFC 1952 defines it; four bytes are taken in a step. It differs for any two texts of the same length of which
 * one has a single bit flipped, or several within 32 bits.
 *
 * @param checksum - of the bytes before these; 0 begins one.
 */
export function crc32(bytes: Uint8Array, checksum = 0): number {
  let remainder = ~checksum;
  let offset = 0;
  for (const end = bytes.length - 3; offset < end; offset += 4) {
    remainder ^=
      (bytes[offset] as number) |
      ((bytes[offset + 1] as number) << 8) |
      ((bytes[offset + 2] as number) << 16) |
      ((bytes[offset + 3] as number) << 24);
    remainder =
      (TABLES[768 + (remainder & 0xff)] as number) ^
      (TABLES[512 + ((remainder >>> 8) & 0xff)] as number) ^
      (TABLES[256 + ((remainder >>> 16) & 0xff)] as number) ^
      (TABLES[remainder >>> 24] as number);
  }
  for (; offset < bytes.length; offset++)
    remainder = (remainder >>> 8) ^ (TABLES[(remainder ^ (bytes[offset] as number)) & 0xff] as number);
  return ~remainder >>> 0;
}

/** Formats a CRC-32 as eight hexadecimal digits. */
export const formatChecksum = (checksum: number): string => checksum.toString(16).padStart(8, "0");
