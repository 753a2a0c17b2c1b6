/** Text under construction, indented by the depth of its blocks. */
export class Text {
  private readonly lines: string[] = [];
  private depth = 0;

  line(text: string): void {
    this.lines.push(text === "" ? "" : "  ".repeat(this.depth) + text);
  }

  /** `head {`, what `inner` writes, `}`. */
  block(head: string, inner: () => void, tail = "}"): void {
    this.line(head === "" ? "{" : `${head} {`);
    this.depth += 1;
    inner();
    this.depth -= 1;
    this.line(tail);
  }

  /** A function that never changes: V8 need not ask whether it is still the same. */
  fn(name: string, parameters: string, inner: () => void): void {
    this.block(`const ${name} = (${parameters}) =>`, inner, "};");
  }

  /** One branch for each key: a chain of comparisons where there are few, else a switch. */
  choose(subject: string, branches: readonly (readonly [key: number, inner: () => void])[]): void {
    if (branches.length <= 3) {
      for (const [at, [key, inner]] of branches.entries()) {
        if (at === 0) this.open(`if (${subject} === ${key}) {`);
        else this.reopen(`} else if (${subject} === ${key}) {`);
        inner();
      }
      if (branches.length > 0) this.close("}");
      return;
    }
    this.block(`switch (${subject})`, () => {
      for (const [key, inner] of branches) {
        this.block(`case ${key}:`, () => {
          inner();
          this.line("break;");
        });
      }
    });
  }

  /** The first branch whose condition holds; one without a condition always does, and is the last. */
  chain(branches: readonly (readonly [condition: string | undefined, inner: () => void])[]): void {
    for (const [at, [condition, inner]] of branches.entries()) {
      if (condition === undefined && at === 0) {
        inner();
        return;
      }
      const head = condition === undefined ? "{" : `if (${condition}) {`;
      if (at === 0) this.open(head);
      else this.reopen(`} else ${head}`);
      inner();
      if (condition === undefined) break;
    }
    if (branches.length > 0) this.close("}");
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }

  private open(text: string): void {
    this.line(text);
    this.depth += 1;
  }

  private reopen(text: string): void {
    this.depth -= 1;
    this.open(text);
  }

  private close(text: string): void {
    this.depth -= 1;
    this.line(text);
  }
}
