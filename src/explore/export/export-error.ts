/** Thrown if a chart cannot be exported: the message names the unsupported part and its location. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}
