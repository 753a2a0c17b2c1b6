import { LCR } from "../registers.js";
import type { Uart16550Options } from "./options.js";

/** How many data bits a character has: 5 to 8 (LCR bits 1 and 0). */
export const dataBits = (lcr: number): number => 5 + (lcr & LCR.WLS);

/** How many parity bits a character has: 0 or 1 (LCR bit 3). */
const parityBits = (lcr: number): number => (lcr & LCR.PEN) / LCR.PEN;

/** How many bits the receiver samples between the start bit and the stop bit. */
export const sampledBits = (lcr: number): number => dataBits(lcr) + parityBits(lcr);

/** The bits of a character that are its data. */
const dataMask = (lcr: number): number => (1 << dataBits(lcr)) - 1;

/** The bits of a character that are sent and received: those of the word, unless the part lets all eight pass. */
export const characterMask = (options: Uart16550Options, lcr: number): number =>
  options.wordMask ? dataMask(lcr) : 0xff;

/** Which setting of STB gives a word of 5 bits one and a half stop bits, by option (A15); -1 is none. */
const ONE_AND_A_HALF = { stb: LCR.STB, noStb: 0, never: -1 } as const;

/** How long the stop bits are: 1, 1.5 or 2 bits (LCR bit 2). */
function stopBits(options: Uart16550Options, lcr: number): number {
  const half = dataBits(lcr) === 5 && (lcr & LCR.STB) === ONE_AND_A_HALF[options.stop15];
  return half ? 1.5 : 1 + (lcr & LCR.STB) / LCR.STB;
}

/** How many bits a character has, start and stop bits included: 7 to 12 (I20). */
export const frameBits = (options: Uart16550Options, lcr: number): number =>
  1 + sampledBits(lcr) + stopBits(options, lcr);

/** How many bits of a character are over when its last stop bit begins. */
export const bitsBeforeLastStop = (options: Uart16550Options, lcr: number): number =>
  Math.ceil(frameBits(options, lcr)) - 1;

/** The parity bit that belongs to a word: 0 or 1 (LCR bits 5 and 4). Stick parity is the inverse of EPS. */
function parityBit(lcr: number, word: number): number {
  const even = (lcr & LCR.EPS) / LCR.EPS;
  return lcr & LCR.STICK ? 1 - even : odd(word) ^ even ^ 1;
}

/** 1 if an odd number of bits is set, of 8. */
function odd(bits: number): number {
  let folded = bits ^ (bits >> 4);
  folded ^= folded >> 2;
  return (folded ^ (folded >> 1)) & 1;
}

/** The bits of a character after its start bit: data, parity if there is one, and the stop bit; the first on the line is the lowest. */
export function bitsAfterStart(lcr: number, character: number): number {
  const word = character & dataMask(lcr);
  return word | ((parityBit(lcr, word) * parityBits(lcr)) << dataBits(lcr)) | (1 << sampledBits(lcr));
}

/** 1 if the parity bit among these data and parity bits is wrong; 0 if there is none. */
export function parityError(lcr: number, bits: number): number {
  const found = (bits >> dataBits(lcr)) & 1;
  return (found ^ parityBit(lcr, bits & dataMask(lcr))) * parityBits(lcr);
}
