import { LCR } from "../register-bits.js";
import type { Uart16550Options } from "./options.js";

/** Counts the data bits of a character: 5 to 8 (LCR bits 1 and 0). */
export const dataBits = (lcr: number): number => 5 + (lcr & LCR.WLS);

/** Counts the parity bits of a character: 0 or 1 (LCR bit 3). */
const parityBits = (lcr: number): number => (lcr & LCR.PEN) / LCR.PEN;

/** Counts the bits that the receiver samples between the start bit and the stop bit. */
export const sampledBits = (lcr: number): number => dataBits(lcr) + parityBits(lcr);

/** Returns the mask of a character's data bits. */
const dataMask = (lcr: number): number => (1 << dataBits(lcr)) - 1;

/** Returns the mask of the bits that are sent and received: those of the word, unless the part lets all eight pass. */
export const characterMask = (options: Uart16550Options, lcr: number): number =>
  options.wordLengthMasksCharacters ? dataMask(lcr) : 0xff;

/** The setting of STB that gives a word of 5 bits one and a half stop bits, by option (A15); -1 is none. */
const ONE_AND_A_HALF = { withSTB: LCR.STB, withoutSTB: 0, never: -1 } as const;

/** Returns the length of the stop bits: 1, 1.5 or 2 bits (LCR bit 2). */
function stopBits(options: Uart16550Options, lcr: number): number {
  const half = dataBits(lcr) === 5 && (lcr & LCR.STB) === ONE_AND_A_HALF[options.oneAndAHalfStopBits];
  return half ? 1.5 : 1 + (lcr & LCR.STB) / LCR.STB;
}

/** Returns the length of a character in bits, start and stop bits included: 7 to 12 (I20). */
export const frameBits = (options: Uart16550Options, lcr: number): number =>
  1 + sampledBits(lcr) + stopBits(options, lcr);

/** Counts the bits of a character that are over when its last stop bit begins. */
export const bitsBeforeLastStop = (options: Uart16550Options, lcr: number): number =>
  Math.ceil(frameBits(options, lcr)) - 1;

/** Returns the parity bit of a word: 0 or 1 (LCR bits 5 and 4). Stick parity is the inverse of EPS. */
function parityBit(lcr: number, word: number): number {
  const even = (lcr & LCR.EPS) / LCR.EPS;
  return lcr & LCR.STICK ? 1 - even : parityOf(word) ^ even ^ 1;
}

/** Returns 1 if an odd number of bits is set, of 8. */
function parityOf(bits: number): number {
  let folded = bits ^ (bits >> 4);
  folded ^= folded >> 2;
  return (folded ^ (folded >> 1)) & 1;
}

/** Returns the bits of a character after its start bit: data, parity if there is one, and the stop bit; the first on the line is the lowest. */
export function bitsAfterStart(lcr: number, character: number): number {
  const word = character & dataMask(lcr);
  return word | ((parityBit(lcr, word) * parityBits(lcr)) << dataBits(lcr)) | (1 << sampledBits(lcr));
}

/** Returns 1 if the parity bit among these data and parity bits is wrong; 0 if there is none. */
export function parityError(lcr: number, bits: number): number {
  const parityFound = (bits >> dataBits(lcr)) & 1;
  return (parityFound ^ parityBit(lcr, bits & dataMask(lcr))) * parityBits(lcr);
}
