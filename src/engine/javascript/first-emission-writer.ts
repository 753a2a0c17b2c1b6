import type { SourceBuilder } from "./source-builder.js";

/** The text of an emission: the number of its kind, and the expression of its payload. */
export interface EmissionText {
  readonly kindNumber: number;
  readonly payload: string;
  /** True if evaluating the payload can throw. */
  readonly callsFunctions: boolean;
}

/** The state of emission at a point of the text: none yet, certainly one, or one on some paths. */
type EmissionStatus = "no" | "yes" | "maybe";

/** Writes emissions so that the first is returned, its kind in `k` and its payload in `r.given`, and the others are listed. */
export class FirstEmissionWriter {
  private emissionStatus: EmissionStatus = "no";

  /** Resets the status: nothing has been emitted at this point. */
  beginTransition(): void {
    this.emissionStatus = "no";
  }

  writeEmission(builder: SourceBuilder, { kindNumber, payload, callsFunctions }: EmissionText): void {
    const giveEmission = (value: string) => `r.given = ${value}; k = ${kindNumber};`;
    const listEmission = (value: string) => `r.rest.add(${kindNumber}, ${value});`;
    if (this.emissionStatus === "no") builder.line(giveEmission(payload));
    else if (this.emissionStatus === "yes") builder.line(listEmission(payload));
    else {
      if (callsFunctions) builder.line(`const x = ${payload};`);
      const value = callsFunctions ? "x" : payload;
      builder.line(`if (k < 0) { ${giveEmission(value)} } else ${listEmission(value)}`);
    }
    this.emissionStatus = "yes";
  }

  /** Tracks alternative branches, of which at most one runs. */
  trackBranches(): { branch: (writeBody: () => void) => void; end: () => void } {
    const statusBefore = this.emissionStatus;
    const statusesAfter = new Set<EmissionStatus>([statusBefore]);
    return {
      branch: (writeBody) => {
        this.emissionStatus = statusBefore;
        writeBody();
        statusesAfter.add(this.emissionStatus);
      },
      end: () => {
        this.emissionStatus = statusesAfter.size === 1 ? statusBefore : "maybe";
      },
    };
  }
}
