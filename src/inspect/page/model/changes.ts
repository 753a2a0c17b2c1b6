import { REGISTERS } from "../../../../machines/index.js";
import { hex } from "../../../device/index.js";
import type { Moment, Session } from "./session.js";

/** What an entry changed: a register, or another field of the context, in words. */
interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Returns a field of the context in words: a number in hexadecimal, a queue by its length. */
function fieldInWords(field: unknown): string {
  if (typeof field === "number") return field < 256 ? hex(field) : String(field);
  const { length } = (field ?? {}) as { readonly length?: number };
  return length === undefined ? String(field) : `${length} queued`;
}

/**
 * Returns the registers that an entry changed, as the table of registers shows them, then the other fields of the context. A field with the name
 * of a register may hold a part of it only, and is left out.
 */
export function changesOf({ chart }: Session, moment: Moment): readonly Change[] {
  const registers = chart.registers.map((register) => ({
    ...{ name: register.name as string, before: hex(moment.valueBefore(register)) },
    after: hex(moment.valueOf(register)),
  }));
  const contextBefore = moment.contextBefore as Readonly<Record<string, unknown>>;
  const otherFields = Object.entries(moment.context as Readonly<Record<string, unknown>>)
    .filter(([name]) => !Object.hasOwn(REGISTERS, name))
    .map(([name, field]) => ({
      name,
      before: fieldInWords(contextBefore[name]),
      after: fieldInWords(field),
    }));
  return [...registers, ...otherFields].filter(({ before, after }) => before !== after);
}
