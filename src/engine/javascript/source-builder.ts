/** A builder of source text, indented by the depth of its blocks. */
export class SourceBuilder {
  private readonly lines: string[] = [];
  private depth = 0;

  line(text: string): void {
    this.lines.push(text === "" ? "" : "  ".repeat(this.depth) + text);
  }

  /** Writes `head {`, the body and `}`. */
  block(head: string, writeBody: () => void, tail = "}"): void {
    this.line(head === "" ? "{" : `${head} {`);
    this.depth += 1;
    writeBody();
    this.depth -= 1;
    this.line(tail);
  }

  /** Writes a function as a constant, which V8 need not check for changes. */
  fn(functionName: string, parameters: string, writeBody: () => void): void {
    this.block(`const ${functionName} = (${parameters}) =>`, writeBody, "};");
  }

  /** Writes one branch for each key: a chain of comparisons if there are few, else a switch. */
  choose(subject: string, branches: readonly (readonly [key: number, inner: () => void])[]): void {
    if (branches.length <= 3) {
      for (const [branchIndex, [branchKey, writeBody]] of branches.entries()) {
        if (branchIndex === 0) this.open(`if (${subject} === ${branchKey}) {`);
        else this.reopen(`} else if (${subject} === ${branchKey}) {`);
        writeBody();
      }
      if (branches.length > 0) this.close("}");
      return;
    }
    this.block(`switch (${subject})`, () => {
      for (const [branchKey, writeBody] of branches) {
        this.block(`case ${branchKey}:`, () => {
          writeBody();
          this.line("break;");
        });
      }
    });
  }

  /** Writes a chain of conditional branches; one without a condition is the last. */
  chain(branches: readonly (readonly [condition: string | undefined, inner: () => void])[]): void {
    for (const [branchIndex, [condition, writeBody]] of branches.entries()) {
      if (condition === undefined && branchIndex === 0) {
        writeBody();
        return;
      }
      const head = condition === undefined ? "{" : `if (${condition}) {`;
      if (branchIndex === 0) this.open(head);
      else this.reopen(`} else ${head}`);
      writeBody();
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
