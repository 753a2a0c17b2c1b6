import type { Text } from "./generate-text.js";

/** Whether something has been emitted at a place of the text: not yet, certainly, or on some ways there. */
type Emitted = "no" | "yes" | "maybe";

/** Writes emissions so that the first is held in `e`, to be given back, and all others are listed. */
export class First {
  private emitted: Emitted = "no";

  /** Nothing has been emitted at this place. */
  begin(): void {
    this.emitted = "no";
  }

  /** Writes an emission; `calls` where evaluating it can throw. */
  emit(text: Text, value: string, calls: boolean): void {
    if (this.emitted === "no") text.line(`e = ${value};`);
    else if (this.emitted === "yes") text.line(`r.rest.push(${value});`);
    else {
      if (calls) text.line(`const x = ${value};`);
      text.line(`if (e === undefined) e = ${calls ? "x" : value}; else r.rest.push(${calls ? "x" : value});`);
    }
    this.emitted = "yes";
  }

  /** Wraps what writes branches of which one at most runs. */
  branches(): { branch: (write: () => void) => void; end: () => void } {
    const before = this.emitted;
    const after = new Set<Emitted>([before]);
    return {
      branch: (write) => {
        this.emitted = before;
        write();
        after.add(this.emitted);
      },
      end: () => {
        this.emitted = after.size === 1 ? before : "maybe";
      },
    };
  }
}
