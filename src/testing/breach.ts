import { type ClaimId, Violation } from "./claims.js";

/** What was broken first, of what is claimed. */
export class Breach {
  /** Nothing, while the driver keeps the contract. */
  first: Violation | undefined;
  readonly #claims: ReadonlySet<ClaimId> | undefined;

  /** @param claims - to which the driver is held: all unless given. */
  constructor(claims: readonly ClaimId[] | undefined) {
    this.#claims = claims && new Set(claims);
  }

  claims(claim: ClaimId): boolean {
    return this.#claims?.has(claim) ?? true;
  }

  note(violation: Violation): void {
    if (this.claims(violation.claim)) this.first ??= violation;
  }

  /** @throws Violation if something has been broken. */
  check(): void {
    if (this.first) throw this.first;
  }

  /** Notes what a check finds broken. */
  noteOf(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.note(error);
    }
  }
}
