import type { Plan, UndoPlan } from "../ir/plan.js";
import type { SourceBuilder } from "./source-builder.js";
import { hasOwnKey, propertyAccess } from "./text.js";

/** Prints the saving of what an error must undo, and its restoring. In scope: `r` the run, `c` its context. */
export class UndoPrinter {
  private readonly builder: SourceBuilder;
  private readonly hasFixedKeys: boolean;

  constructor(builder: SourceBuilder, { fixedKeys }: Plan) {
    this.builder = builder;
    this.hasFixedKeys = fixedKeys !== undefined;
  }

  save({ keys, variables, ages, merges, emissions, records }: UndoPlan): void {
    const { builder } = this;
    if (emissions) builder.line("const n = r.rest.length;");
    if (records) builder.line("const m = r.taken === undefined ? 0 : r.taken.length;");
    if (merges) builder.line("r.undoSize = 0;");
    const numbers = [
      ...variables.map((variable) => `b${variable} = r.s${variable}`),
      ...ages.map((age) => `a${age} = r.k${age}`),
    ];
    if (numbers.length > 0) builder.line(`const ${numbers.join(", ")};`);
    if (keys.length === 0) return;
    // An absent key must be absent again.
    if (this.hasFixedKeys) builder.line("const g = r.hasKnownKeys ? undefined : Reflect.ownKeys(c);");
    for (const [index, key] of keys.entries()) {
      const value = `c${index} = ${propertyAccess("c", key)}`;
      builder.line(
        this.hasFixedKeys ? `const ${value};` : `const ${value}, h${index} = ${hasOwnKey(key, `c${index}`)};`,
      );
    }
  }

  restore({ keys, variables, ages, merges, emissions, records }: UndoPlan): void {
    const { builder } = this;
    if (merges) builder.line("env.rollBack(r);");
    if (emissions) builder.line("r.rest.length = n;");
    if (records) builder.line("if (r.taken !== undefined) r.taken.length = m;");
    for (const variable of variables) builder.line(`r.s${variable} = b${variable};`);
    for (const age of ages) builder.line(`r.k${age} = a${age};`);
    for (const [index, key] of keys.entries()) {
      const property = propertyAccess("c", key);
      builder.line(
        this.hasFixedKeys
          ? `${property} = c${index};`
          : `if (h${index}) ${property} = c${index}; else delete ${property};`,
      );
    }
    if (this.hasFixedKeys && keys.length > 0) builder.line("if (g !== undefined) env.dropKeys(c, g);");
  }
}
