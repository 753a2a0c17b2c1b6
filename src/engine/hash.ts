import type { Program } from "./program.js";

/** What the shape of generated code depends on beside the program: raised whenever that shape changes. */
const FORMAT = 4;

/** A hash of a definition: 16 hexadecimal digits. Not for secrets: it tells stale source from fresh. */
export const hashOf = (program: Program): string => {
  const text = JSON.stringify([FORMAT, program]);
  let a = 0x811c9dc5;
  let b = 0x5bd1e995;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (a >>> 15), 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
};
