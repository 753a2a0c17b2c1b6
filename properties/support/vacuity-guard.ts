/**
 * Counts how often what a property presupposes was really the case. A property that says "whenever the FIFO is full, ..." says
 * nothing at all if it never is: then it fails here.
 */
export class VacuityGuard<Name extends string> {
  readonly #held: Map<Name, number>;

  constructor(...names: readonly Name[]) {
    this.#held = new Map(names.map((premise) => [premise, 0]));
  }

  /** Counts a case of `name`, if it is one. Returns whether it is. */
  count(premise: Name, holds = true): boolean {
    if (holds) this.#held.set(premise, (this.#held.get(premise) ?? 0) + 1);
    return holds;
  }

  /** The premises that never held. */
  get unmetPremises(): readonly Name[] {
    return [...this.#held].filter(([, repetitions]) => repetitions === 0).map(([premise]) => premise);
  }

  /** Fails if there was a premise that never held. */
  expectEach(): void {
    const { unmetPremises: never } = this;
    if (never.length > 0) throw new Error(`nothing was tested about: ${never.join(", ")}`);
  }
}
