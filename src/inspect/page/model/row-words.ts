import { registerAt } from "../../../../machines/index.js";
import { inputInWords } from "../../../device/index.js";
import { isInput } from "../../../device/internal.js";
import type { Entry } from "../../../journal/index.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "./entry-table.js";
import { escapeInvisible } from "./safe-text.js";
import type { Session } from "./session.js";

/** A row of the list, in words. */
export interface RowInWords {
  readonly entryIndex: number;
  readonly tick: number;
  /** The entry's type: "read", "write", "receive", ... */
  readonly entryType: Entry["type"];
  /** The register of an access; of other entries, the event. */
  readonly subject: string;
  /** The byte of an access, "0x05". */
  readonly byteText: string;
  /** The byte's bits by name, or as a character. */
  readonly bitsText: string;
  /** Its effects, abbreviated. */
  readonly effects: readonly RowEffect[];
  readonly entryFlags: number;
}

/** An effect of an entry. */
export interface RowEffect {
  readonly effectKind: "interrupt" | "sent" | "lost" | "difference" | "effect";
  readonly shortText: string;
  /** The tooltip. */
  readonly fullText: string;
}

/** Returns a byte as a character, 'a' or as C writes it; empty for one that cannot be printed. */
export function characterInWords(byteValue: number): string {
  const specialNames: Readonly<Record<number, string>> = {
    ...{ 0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 13: "\\r", 27: "\\e", 32: "␣", 127: "DEL" },
  };
  const specialName = specialNames[byteValue];
  if (specialName !== undefined) return `'${specialName}'`;
  return byteValue > 32 && byteValue < 127 ? `'${String.fromCharCode(byteValue)}'` : "";
}

/** Returns the received characters in quotes, other bytes in hexadecimal, and their errors by name. */
function charactersInWords(entry: Extract<Entry, { type: "receive" }>): string {
  const firstCharacters = [...entry.characters].slice(0, 12).map((character) => {
    const {
      value,
      parity,
      framing,
      break: broken,
    } = typeof character === "number" ? { value: character, parity: 0, framing: 0, break: 0 } : character;
    const errorNames = [parity && "PE", framing && "FE", broken && "BI"].filter(Boolean);
    return [characterInWords(value) || `0x${value.toString(16).padStart(2, "0")}`, ...errorNames].join(" ");
  });
  return `${firstCharacters.join(" ")}${entry.characters.length > 12 ? " …" : ""}`;
}

/** Returns rows `firstRow` up to, not including, `endRow` in words. */
export function rowsInWords(session: Session, firstRow: number, endRow: number): RowInWords[] {
  return session.entriesIn(firstRow, endRow).map((entry, i) => rowInWords(session, firstRow + i, entry));
}

function rowInWords(session: Session, rowIndex: number, entry: Entry): RowInWords {
  const { entryTable, chart } = session;
  const entryFlags = entryTable.flags.valueAt(rowIndex);
  const divisorLatchOpen = (entryFlags & ENTRY_FLAGS.DLAB) !== 0;
  const rowFields = {
    entryIndex: session.firstIndex + rowIndex,
    tick: entryTable.tickBefore.valueAt(rowIndex),
    entryType: entry.type,
    entryFlags,
  };
  const effects = effectsOf(session, rowIndex, entryFlags);
  if (entry.type === "read" || entry.type === "write") {
    const registerName = registerAt(entry.type, entry.offset, divisorLatchOpen);
    const inputWords = inputInWords(entry, divisorLatchOpen, entryTable.byteValue.valueAt(rowIndex), chart);
    const [, byteText = "", bitsText = ""] = /(?:->|<-) (0x\w\w) ?(.*)$/.exec(inputWords) ?? [];
    const isDataRegister = registerName === "RBR" || registerName === "THR";
    return {
      ...{ ...rowFields, effects, byteText },
      subject: registerName ?? `+${entry.offset}`,
      bitsText: isDataRegister ? characterInWords(entryTable.byteValue.valueAt(rowIndex)) : bitsText,
    };
  }
  return { ...rowFields, effects, byteText: "", ...nonAccessInWords(entry) };
}

function nonAccessInWords(entry: Entry): { subject: string; bitsText: string } {
  if (entry.type === "receive") {
    const characterCount = entry.characters.length;
    return {
      subject: characterCount === 1 ? "arrives" : `${characterCount} arrive`,
      bitsText: charactersInWords(entry),
    };
  }
  if (entry.type === "mark") return { subject: "mark", bitsText: escapeInvisible(entry.text) };
  if (entry.type === "failed")
    return { subject: "failed", bitsText: `the ${entry.what}, for #${entry.index}` };
  if (isInput(entry)) return { subject: entry.type, bitsText: inputInWords(entry, false) };
  return { subject: "", bitsText: "" };
}

function effectsOf(session: Session, rowIndex: number, entryFlags: number): RowEffect[] {
  const effects: RowEffect[] = [];
  const { entryTable } = session;
  if (entryFlags & ENTRY_FLAGS.SENT) {
    const sentBytes = entryTable.sentBytes(rowIndex);
    const sentTexts = sentBytes.map(
      (byte) => characterInWords(byte) || `0x${byte.toString(16).padStart(2, "0")}`,
    );
    // A byte that is written and sent at once is in the row already.
    const isWrittenByte =
      ENTRY_TYPES[entryTable.entryType.valueAt(rowIndex)] === "write" &&
      sentBytes.length === 1 &&
      sentBytes[0] === entryTable.byteValue.valueAt(rowIndex);
    effects.push({
      effectKind: "sent",
      shortText: isWrittenByte ? "sent" : sentTexts.slice(0, 4).join(" "),
      fullText: `sent: ${sentTexts.join(" ")}`,
    });
  }
  if (entryFlags & ENTRY_FLAGS.INTERRUPT) {
    const causeNames = entryTable.interruptCauses(rowIndex).join(" ");
    effects.push({
      effectKind: "interrupt",
      shortText: causeNames,
      fullText: `interrupts for ${causeNames}`,
    });
  }
  if (entryFlags & ENTRY_FLAGS.LOST)
    effects.push({ effectKind: "lost", shortText: "lost", fullText: "a character was lost" });
  if (entryFlags & ENTRY_FLAGS.DIFFERENCE) {
    const rowDifferences = session.differences.filter(({ index }) => index === session.firstIndex + rowIndex);
    const differenceTexts = rowDifferences.map(
      ({ kind, recorded, ours }) => `${kind}: recorded ${recorded}, ours ${ours}`,
    );
    effects.push({ effectKind: "difference", shortText: "differs", fullText: differenceTexts.join("; ") });
  }
  if (entryFlags & ENTRY_FLAGS.EFFECT)
    effects.push({ effectKind: "effect", shortText: "", fullText: "the read changed something" });
  return effects;
}

/** Returns an effect in words that need no colour. */
function effectAsText({ effectKind, shortText, fullText }: RowEffect): string {
  if (effectKind === "difference") return "differs from the recording";
  if (effectKind === "sent") return shortText === "sent" ? "sent" : `sent: ${shortText}`;
  return fullText;
}

/** Returns a row as one line, for exports, comparisons and screen readers. */
export function rowAsText(rowWords: RowInWords): string {
  const accessArrow = rowWords.entryType === "read" ? " → " : rowWords.entryType === "write" ? " ← " : " ";
  const rowText = `${rowWords.subject}${accessArrow}${rowWords.byteText} ${rowWords.bitsText}`
    .replace(/\s+/g, " ")
    .trim();
  const effects = rowWords.effects.map(effectAsText);
  return `#${rowWords.entryIndex}  ${rowText}${effects.length > 0 ? `  [${effects.join("; ")}]` : ""}`;
}
