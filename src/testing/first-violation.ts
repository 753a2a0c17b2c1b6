import { type ClaimId, Violation } from "./claims.js";

/** The first violation of a run, among the claims that are checked. */
export class FirstViolation {
  /** The violation; undefined while the driver keeps the contract. */
  violation: Violation | undefined;
  readonly #claimIds: ReadonlySet<ClaimId> | undefined;

  /** @param claimIds - the claims to check: all by default. */
  constructor(claimIds: readonly ClaimId[] | undefined) {
    this.#claimIds = claimIds && new Set(claimIds);
  }

  hasClaim(claimId: ClaimId): boolean {
    return this.#claimIds?.has(claimId) ?? true;
  }

  record(violation: Violation): void {
    if (this.hasClaim(violation.claim)) this.violation ??= violation;
  }

  /** @throws Violation if one was recorded. */
  throwIfViolated(): void {
    if (this.violation) throw this.violation;
  }

  /** Runs a check and records the violation that it throws. */
  recordFrom(runCheck: () => void): void {
    try {
      runCheck();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.record(error);
    }
  }
}
