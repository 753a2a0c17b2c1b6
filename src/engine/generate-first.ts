import type { Text } from "./generate-text.js";

/** An emission as the text has it: the number of its kind, and what gives its payload. */
export interface EmissionText {
  readonly kind: number;
  readonly payload: string;
  /** Whether evaluating the payload can throw. */
  readonly calls: boolean;
}

/** Whether something has been emitted at a place of the text: not yet, certainly, or on some ways there. */
type Emitted = "no" | "yes" | "maybe";

/** Writes emissions so that the first is given back, its kind in `k` and its payload in `r.given`, and all others are listed. */
export class First {
  private emitted: Emitted = "no";

  /** Nothing has been emitted at this place. */
  begin(): void {
    this.emitted = "no";
  }

  emit(text: Text, { kind, payload, calls }: EmissionText): void {
    const give = (value: string) => `r.given = ${value}; k = ${kind};`;
    const list = (value: string) => `r.rest.add(${kind}, ${value});`;
    if (this.emitted === "no") text.line(give(payload));
    else if (this.emitted === "yes") text.line(list(payload));
    else {
      if (calls) text.line(`const x = ${payload};`);
      const value = calls ? "x" : payload;
      text.line(`if (k < 0) { ${give(value)} } else ${list(value)}`);
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
