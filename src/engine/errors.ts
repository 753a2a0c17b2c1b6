/**
 * A machine, or a snapshot, uses a feature of XState that this package cannot compile.
 * Thrown while compiling, generating or starting: never by an event.
 */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
  /** What is not supported, in XState's own words, such as `invoke`. */
  readonly feature: string;
  /** Where it stands, such as `state "a.b", event "GO"`. */
  readonly place: string;

  constructor(feature: string, place: string) {
    super(`Cannot compile ${feature} (${place})`);
    this.feature = feature;
    this.place = place;
  }
}

/** Generated source was given for a machine that it was not generated from: generate it again. */
export class StaleSourceError extends Error {
  override readonly name = "StaleSourceError";
  /** The hash of the machine's definition, 16 hexadecimal digits. */
  readonly expected: string;
  /** The hash that the generated source carries. */
  readonly found: string;

  constructor(id: string, expected: string, found: string) {
    super(
      `The generated source is not of machine "${id}" as it stands: it was made for definition ${found}, ` +
        `and the machine has ${expected}. Generate it again.`,
    );
    this.expected = expected;
    this.found = found;
  }
}
