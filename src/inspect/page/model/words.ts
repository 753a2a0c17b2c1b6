import { registerAt } from "../../../../machines/index.js";
import { isInput } from "../../../device/fold.js";
import { inputInWords } from "../../../device/index.js";
import type { Entry } from "../../../journal/index.js";
import type { Session } from "./session.js";
import { FLAG, KINDS } from "./table.js";

/** A row of the list in words. */
export interface RowInWords {
  readonly index: number;
  readonly tick: number;
  /** What kind of entry it is: "read", "write", "receive", ... */
  readonly kind: Entry["type"];
  /** Of an access the register; of others what happened. */
  readonly subject: string;
  /** Of an access the byte, "0x05". */
  readonly byte: string;
  /** The byte's bits by name, or as a character. */
  readonly bits: string;
  /** What followed from it, in short. */
  readonly effects: readonly Effect[];
  readonly flags: number;
}

/** Something that followed from an entry. */
export interface Effect {
  readonly kind: "interrupt" | "sent" | "lost" | "difference" | "effect";
  readonly text: string;
  /** More of it. */
  readonly title: string;
}

/** A byte as a character, where it is one that can be seen: 'a', or as C writes it. */
export function characterInWords(byte: number): string {
  const named: Readonly<Record<number, string>> = {
    ...{ 0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 13: "\\r", 27: "\\e", 32: "␣", 127: "DEL" },
  };
  const name = named[byte];
  if (name !== undefined) return `'${name}'`;
  return byte > 32 && byte < 127 ? `'${String.fromCharCode(byte)}'` : "";
}

/** What arrives: characters in quotes, bytes that are none in hexadecimal, errors by name. */
function charactersInWords(entry: Extract<Entry, { type: "receive" }>): string {
  const shown = [...entry.characters].slice(0, 12).map((character) => {
    const {
      value,
      parity,
      framing,
      break: broken,
    } = typeof character === "number" ? { value: character, parity: 0, framing: 0, break: 0 } : character;
    const errors = [parity && "PE", framing && "FE", broken && "BI"].filter(Boolean);
    return [characterInWords(value) || `0x${value.toString(16).padStart(2, "0")}`, ...errors].join(" ");
  });
  return `${shown.join(" ")}${entry.characters.length > 12 ? " …" : ""}`;
}

/** Rows `from` up to, not including, `until` in words. */
export function rowsInWords(session: Session, from: number, until: number): RowInWords[] {
  return session.entries(from, until).map((entry, i) => rowInWords(session, from + i, entry));
}

function rowInWords(session: Session, row: number, entry: Entry): RowInWords {
  const { table, chart } = session;
  const flags = table.flags.at(row);
  const dlab = (flags & FLAG.DLAB) !== 0;
  const place = { index: session.first + row, tick: table.tick.at(row), kind: entry.type, flags };
  const effects = effectsOf(session, row, flags);
  if (entry.type === "read" || entry.type === "write") {
    const name = registerAt(entry.type, entry.offset, dlab);
    const said = inputInWords(entry, dlab, table.value.at(row), chart);
    const [, byte = "", bits = ""] = /(?:->|<-) (0x\w\w) ?(.*)$/.exec(said) ?? [];
    const data = name === "RBR" || name === "THR";
    return {
      ...{ ...place, effects, byte },
      subject: name ?? `+${entry.offset}`,
      bits: data ? characterInWords(table.value.at(row)) : bits,
    };
  }
  return { ...place, effects, byte: "", ...otherInWords(entry) };
}

function otherInWords(entry: Entry): { subject: string; bits: string } {
  if (entry.type === "receive") {
    const count = entry.characters.length;
    return { subject: count === 1 ? "arrives" : `${count} arrive`, bits: charactersInWords(entry) };
  }
  if (entry.type === "mark") return { subject: "mark", bits: entry.text };
  if (entry.type === "failed") return { subject: "failed", bits: `the ${entry.what}, for #${entry.index}` };
  if (isInput(entry)) return { subject: entry.type, bits: inputInWords(entry, false) };
  return { subject: "", bits: "" };
}

function effectsOf(session: Session, row: number, flags: number): Effect[] {
  const effects: Effect[] = [];
  const { table } = session;
  if (flags & FLAG.SENT) {
    const sent = table.sentBy(row);
    const text = sent.map((byte) => characterInWords(byte) || `0x${byte.toString(16).padStart(2, "0")}`);
    // What is written and leaves at once stands in the row already.
    const same =
      KINDS[table.kind.at(row)] === "write" && sent.length === 1 && sent[0] === table.value.at(row);
    effects.push({
      kind: "sent",
      text: same ? "sent" : text.slice(0, 4).join(" "),
      title: `sent: ${text.join(" ")}`,
    });
  }
  if (flags & FLAG.INTERRUPT) {
    const causes = table.interruptsAt(row).join(" ");
    effects.push({ kind: "interrupt", text: causes, title: `interrupts for ${causes}` });
  }
  if (flags & FLAG.LOST) effects.push({ kind: "lost", text: "lost", title: "a character was lost" });
  if (flags & FLAG.DIFFERENCE) {
    const here = session.differences.filter(({ index }) => index === session.first + row);
    const title = here.map(({ kind, recorded, ours }) => `${kind}: recorded ${recorded}, ours ${ours}`);
    effects.push({ kind: "difference", text: "differs", title: title.join("; ") });
  }
  if (flags & FLAG.EFFECT) effects.push({ kind: "effect", text: "", title: "the read changed something" });
  return effects;
}

/** A row in one line: for exports, and for screen readers. */
export function rowAsText(row: RowInWords): string {
  const arrow = row.kind === "read" ? " → " : row.kind === "write" ? " ← " : " ";
  const said = `${row.subject}${arrow}${row.byte} ${row.bits}`.replace(/\s+/g, " ").trim();
  const effects = row.effects.map(({ text, title }) => text || title);
  return `#${row.index}  ${said}${effects.length > 0 ? `  [${effects.join(", ")}]` : ""}`;
}
