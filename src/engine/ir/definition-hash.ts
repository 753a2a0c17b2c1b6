import type { Program } from "./program.js";

/** The version of the format of generated code: raised whenever the format changes. */
const FORMAT_VERSION = 5;

/** Returns the hash of a definition, 16 hexadecimal digits. It detects stale source and is not cryptographic. */
export const definitionHash = (program: Program): string => {
  const text = JSON.stringify([FORMAT_VERSION, program]);
  let a = 0x811c9dc5;
  let b = 0x5bd1e995;
  for (let index = 0; index < text.length; index++) {
    const charCode = text.charCodeAt(index);
    a = Math.imul(a ^ charCode, 0x01000193);
    b = Math.imul(b ^ charCode ^ (a >>> 15), 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
};
