/**
 * A machine, or a snapshot, uses a feature of XState that this package cannot compile.
 * Thrown while compiling, generating or starting: never by an event.
 */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
  /** The unsupported feature, in XState's own words, such as `invoke`. */
  readonly feature: string;
  /** The location in the machine, such as `state "a.b", event "GO"`. */
  readonly location: string;

  constructor(feature: string, location: string) {
    super(`Cannot compile ${feature} (${location})`);
    this.feature = feature;
    this.location = location;
  }
}

/** Generated source is of another definition than the machine: generate it again. */
export class StaleSourceError extends Error {
  override readonly name = "StaleSourceError";
  /** The hash of the machine's definition, 16 hexadecimal digits. */
  readonly expectedHash: string;
  /** The hash that the generated source carries. */
  readonly found: string;

  constructor(id: string, expected: string, foundHash: string) {
    super(
      `The generated source is not of machine "${id}" as it stands: it was made for definition ${foundHash}, ` +
        `and the machine has ${expected}. Generate it again.`,
    );
    this.expectedHash = expected;
    this.found = foundHash;
  }
}
