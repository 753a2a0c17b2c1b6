/**
 * Counts how often what a property presupposes was really the case. A property that says "whenever the FIFO is full, ..." says
 * nothing at all if it never is: then it fails here.
 */
export class Premises<Name extends string> {
  readonly #held: Map<Name, number>;

  constructor(...names: readonly Name[]) {
    this.#held = new Map(names.map((name) => [name, 0]));
  }

  /** Counts a case of `name`, if it is one. Returns whether it is. */
  count(name: Name, holds = true): boolean {
    if (holds) this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    return holds;
  }

  /** The premises that never held. */
  get never(): readonly Name[] {
    return [...this.#held].filter(([, times]) => times === 0).map(([name]) => name);
  }

  /** Fails if there was a premise that never held. */
  expectEach(): void {
    const { never } = this;
    if (never.length > 0) throw new Error(`nothing was tested about: ${never.join(", ")}`);
  }
}
