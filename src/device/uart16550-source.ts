import type { GeneratedSource } from "../engine/index.js";
import * as generated from "./compiled/uart16550.js";

const source: GeneratedSource = generated;

/**
 * Returns the code that is generated from `uart16550`.
 *
 * @throws Error that names the command that generates it, if it has not been generated.
 */
export function uart16550Source(): GeneratedSource {
  if (source.hash !== "") return source;
  const error = new Error("src/device/compiled/uart16550.ts has not been generated: npm run generate");
  // Where the device was made does not help.
  error.stack = `${error.name}: ${error.message}`;
  throw error;
}
