/** A chart cannot be exported as asked: one line that says what of it cannot, and where it stands. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}
