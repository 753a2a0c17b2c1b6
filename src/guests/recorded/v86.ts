import { shown, type TextLines } from "../../journal/index.js";
import { RecordingError, type Step } from "./step.js";

/** More bytes at once than any host gives: a bound, since a run of `in` lines is held until it ends. */
const MOST_RECEIVED = 65_536;

const FORMS =
  '["r",offset,value], ["w",offset,value], ["in",0,byte] or ["irq",line,1], each number from 0 to 255';

type Kind = "r" | "w" | "in" | "irq";

/** A step that may still grow: by further `in` lines, or by its triggers. */
interface Growing {
  readonly line: number;
  readonly input: Step["input"];
  readonly characters?: number[];
  readonly value?: number;
  interrupts: number;
}

const KINDS: readonly string[] = ["r", "w", "in", "irq"] satisfies readonly Kind[];

const isByte = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;

/** Whether this is how a v86 recording starts. */
export function isV86(firstLine: string): boolean {
  return /^\s*\[\s*"(r|w|in|irq)"\s*,/.test(firstLine);
}

/**
 * The steps of a v86 recording: one `[kind, offset, value]` a line. Consecutive `in` lines are one receive, and `irq`
 * lines count the triggers of what stands before them.
 *
 * @throws RecordingError at the first line that is broken, after all steps before it.
 */
export async function* v86Steps(lines: TextLines): AsyncGenerator<Step, void, undefined> {
  let growing: Growing | undefined;
  let number = 0;
  for await (const texts of lines) {
    for (const text of texts) {
      number++;
      if (text.trim() === "") continue;
      const [kind, offset, value] = parseLine(text, number);
      if (kind === "irq") {
        if (!growing)
          throw new RecordingError("irq: expected an access or a byte before it, got none", number);
        growing.interrupts++;
      } else if (kind === "in" && growing?.characters && growing.interrupts === 0) {
        if (growing.characters.length === MOST_RECEIVED)
          throw new RecordingError(`in: expected at most ${MOST_RECEIVED} bytes at once, got more`, number);
        growing.characters.push(value);
      } else {
        if (growing) yield finished(growing);
        growing = start(kind, offset, value, number);
      }
    }
  }
  // The triggers of a last step may be what the cut took away.
  if (growing) yield finished(growing, lines.cut === undefined);
}

function parseLine(text: string, number: number): [Kind, number, number] {
  const parsed = parsedOrText(text);
  const [kind, offset, value, ...more] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  const fits = isByte(offset) && isByte(value) && more.length === 0;
  if (!fits || typeof kind !== "string" || !KINDS.includes(kind))
    throw new RecordingError(`step: expected ${FORMS}, got ${shown(parsed)}`, number);
  if (kind === "in" && offset !== 0)
    throw new RecordingError(`in: expected ["in",0,byte], got ${shown(parsed)}`, number);
  if (kind === "irq" && value !== 1)
    throw new RecordingError(`irq: expected ["irq",line,1], got ${shown(parsed)}`, number);
  return [kind as Kind, offset, value];
}

/** What a line says, or the line itself if it is no JSON. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function start(kind: Exclude<Kind, "irq">, offset: number, value: number, line: number): Growing {
  if (kind === "r") return { line, input: { type: "read", offset }, value, interrupts: 0 };
  if (kind === "w") return { line, input: { type: "write", offset, value }, interrupts: 0 };
  const characters = [value];
  return { line, input: { type: "receive", characters }, characters, interrupts: 0 };
}

const finished = ({ line, input, value, interrupts }: Growing, complete = true): Step => ({
  line,
  input,
  expected: { ...(value === undefined ? {} : { value }), ...(complete ? { interrupts } : {}) },
});
