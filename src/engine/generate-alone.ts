import type { Text } from "./generate-text.js";

/** Where the first emission is: not there, in `e`, in the list with all others, or one of the last two. */
type First = "none" | "held" | "listed" | "either";

/**
 * Writes emissions so that one which stays alone is held in `e`, to be given back, and never sees the list. Several are
 * listed. It follows, as the text is written, where the first one is.
 */
export class Alone {
  private first: First = "none";

  /** Nothing has been emitted at this place. */
  begin(): void {
    this.first = "none";
  }

  /** Writes an emission; `calls` where evaluating it can throw. */
  emit(text: Text, value: string, calls: boolean): void {
    switch (this.first) {
      case "none":
        text.line(`e = ${value};`);
        this.first = "held";
        return;
      case "listed":
        text.line(`r.out.push(${value});`);
        return;
      default:
        if (calls) text.line(`const x = ${value};`);
        if (this.first === "held") text.line("r.out.push(e);");
        else text.line("if (e !== undefined) r.out.push(e);");
        text.line("e = undefined;");
        text.line(`r.out.push(${calls ? "x" : value});`);
        this.first = "listed";
    }
  }

  /** Wraps what writes branches of which one at most runs. */
  branches(): { branch: (write: () => void) => void; end: (complete: boolean) => void } {
    const before = this.first;
    const after = new Set<First>();
    return {
      branch: (write) => {
        this.first = before;
        write();
        after.add(this.first);
      },
      end: (complete) => {
        if (!complete) after.add(before);
        const [only] = after;
        this.first = after.size === 1 && only !== undefined ? only : "either";
      },
    };
  }
}
