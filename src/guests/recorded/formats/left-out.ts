/** The number of names, or of addresses, that a sentence lists. */
const LISTED = 4;
/** The number of different names that are counted one by one. */
const MOST_NAMES = 64;

/** Counts by name, in constant memory. */
class NamedCounts {
  readonly #counts = new Map<string, number>();
  total = 0;

  add(name: string): void {
    this.total++;
    const countedName = this.#counts.has(name) || this.#counts.size < MOST_NAMES ? name : "others";
    this.#counts.set(countedName, (this.#counts.get(countedName) ?? 0) + 1);
  }

  /** Lists the most frequent names. */
  inWords(): string {
    const names = [...this.#counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    return names.length > LISTED ? `${names.slice(0, LISTED).join(", ")}, ...` : names.join(", ");
  }
}

/** Facts of one kind: how many, and where the first is. */
class FirstCount {
  count = 0;
  line = 0;

  add(line: number): void {
    if (this.count++ === 0) this.line = line;
  }
}

/** An account of what a reader left out of a recording, and of what it had to infer. */
export class LeftOut {
  readonly #foreign = new FirstCount();
  readonly #other = new NamedCounts();
  readonly #elsewhere = new NamedCounts();
  readonly #interrupts = new NamedCounts();
  readonly #gaps: { readonly line: number; readonly reason: string }[] = [];
  readonly #facts = new Map<string, FirstCount>();
  #gapCount = 0;

  /** Counts a line of another program. */
  addForeign(line: number): void {
    this.#foreign.add(line);
  }

  /** Counts an event of the same log that is not about a UART. */
  addOther(name: string): void {
    this.#other.add(name);
  }

  /** Counts an access to another device. */
  addElsewhere(name: string): void {
    this.#elsewhere.add(name);
  }

  /** Counts a change of another device's interrupt line. */
  addInterrupt(irq: number): void {
    this.#interrupts.add(`IRQ ${irq}`);
  }

  /** Records that entries are missing. */
  addGap(line: number, reason: string): void {
    this.#gapCount++;
    if (this.#gaps.length < LISTED) this.#gaps.push({ line, reason });
  }

  /** Counts a fact; the sentence has the place of `#` for the number. */
  addFact(sentence: string, line: number): void {
    const fact = this.#facts.get(sentence) ?? new FirstCount();
    this.#facts.set(sentence, fact);
    fact.add(line);
  }

  /** The number of accesses to other devices. */
  get elsewhereCount(): number {
    return this.#elsewhere.total;
  }

  /** Lists the other devices. */
  elsewhereInWords(): string {
    return this.#elsewhere.inWords();
  }

  /** Returns a sentence for each kind. */
  inWords(): readonly string[] {
    const more = this.#gapCount - this.#gaps.length;
    return [
      ...this.#gaps.map(({ line, reason }) => `line ${line}: ${reason}; what follows may differ`),
      ...(more > 0 ? [`${more} more gaps`] : []),
      ...[...this.#facts].map(
        ([sentence, { count, line }]) => `${sentence.replace("#", String(count))}, the first on line ${line}`,
      ),
      ...(this.#elsewhere.total > 0
        ? [`left out: ${this.#elsewhere.total} accesses to other devices (${this.#elsewhere.inWords()})`]
        : []),
      ...(this.#interrupts.total > 0
        ? [`left out: ${this.#interrupts.total} levels of other interrupts (${this.#interrupts.inWords()})`]
        : []),
      ...(this.#other.total > 0
        ? [`left out: ${this.#other.total} other entries (${this.#other.inWords()})`]
        : []),
      ...(this.#foreign.count > 0
        ? [
            `left out: ${this.#foreign.count} lines of other programs, the first on line ${this.#foreign.line}`,
          ]
        : []),
    ];
  }
}
