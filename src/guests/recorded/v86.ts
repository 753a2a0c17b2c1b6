import type { TextLines } from "../../journal/index.js";
import { formatValue } from "../../journal/internal.js";
import { RecordingError, type Step } from "./step.js";
import { type AccessLimits, BYTE_LIMITS, windowHint } from "./windowed-steps.js";

/** More bytes at once than any host gives: a bound, since a run of `in` lines is held until it ends. */
const MOST_RECEIVED = 65_536;

/** Describes the lines of a recording, within the limits of its accesses. */
const formsInWords = ({ address, value }: AccessLimits): string =>
  address === value
    ? `["r",offset,value], ["w",offset,value], ["in",0,byte] or ["irq",line,1], each number from 0 to ${value}`
    : `["r",address,value], ["w",address,value], ["in",0,byte] or ["irq",line,1], a value from 0 to ${value}`;

type LineKind = "r" | "w" | "in" | "irq";

/** A step that may still grow: by further `in` lines, or by its triggers. */
interface GrowingStep {
  readonly line: number;
  readonly input: Step["input"];
  readonly characters?: number[];
  readonly value?: number;
  interrupts: number;
}

const KINDS: readonly string[] = ["r", "w", "in", "irq"] satisfies readonly LineKind[];

const isWhole = (value: unknown, greatest: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= greatest;

/** True if this is the first line of a v86 recording. */
export function isV86(firstLine: string): boolean {
  return /^\s*\[\s*"(r|w|in|irq)"\s*,/.test(firstLine);
}

/**
 * The steps of a v86 recording: one `[kind, offset, value]` a line. Consecutive `in` lines are one receive, and `irq`
 * lines count the triggers of what stands before them.
 *
 * @param limits - of the accesses: by default register offsets and bytes.
 * @throws RecordingError at the first line that is broken, after all steps before it.
 */
export async function* v86Steps(
  textLines: TextLines,
  limits: AccessLimits = BYTE_LIMITS,
): AsyncGenerator<Step, void, undefined> {
  let growing: GrowingStep | undefined;
  let lineNumber = 0;
  for await (const lineTexts of textLines) {
    for (const lineText of lineTexts) {
      lineNumber++;
      if (lineText.trim() === "") continue;
      const [kind, registerOffset, dataByte] = parseLine(lineText, lineNumber, limits);
      if (kind === "irq") {
        if (!growing)
          throw new RecordingError("irq: expected an access or a byte before it, got none", lineNumber);
        growing.interrupts++;
      } else if (kind === "in" && growing?.characters && growing.interrupts === 0) {
        if (growing.characters.length === MOST_RECEIVED)
          throw new RecordingError(
            `in: expected at most ${MOST_RECEIVED} bytes at once, got more`,
            lineNumber,
          );
        growing.characters.push(dataByte);
      } else {
        if (growing) yield finished(growing);
        growing = beginStep(kind, registerOffset, dataByte, lineNumber);
      }
    }
  }
  // The triggers of a last step may be what the cut took away.
  if (growing) yield finished(growing, textLines.cut === undefined);
}

function parseLine(lineText: string, lineNumber: number, limits: AccessLimits): [LineKind, number, number] {
  const parsed = parsedOrText(lineText);
  const [kind, registerOffset, value, ...more] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  const { address, value: greatest } = kind === "r" || kind === "w" ? limits : BYTE_LIMITS;
  const fits = isWhole(registerOffset, address) && isWhole(value, greatest) && more.length === 0;
  if (!fits || typeof kind !== "string" || !KINDS.includes(kind))
    throw new RecordingError(
      `step: expected ${formsInWords(limits)}, got ${formatValue(parsed)}${windowHint(limits, registerOffset)}`,
      lineNumber,
    );
  if (kind === "in" && registerOffset !== 0)
    throw new RecordingError(`in: expected ["in",0,byte], got ${formatValue(parsed)}`, lineNumber);
  if (kind === "irq" && value !== 1)
    throw new RecordingError(`irq: expected ["irq",line,1], got ${formatValue(parsed)}`, lineNumber);
  return [kind as LineKind, registerOffset, value];
}

/** Returns the parsed line, or the line itself if it is no JSON. */
function parsedOrText(lineText: string): unknown {
  try {
    return JSON.parse(lineText);
  } catch {
    return lineText;
  }
}

function beginStep(
  kind: Exclude<LineKind, "irq">,
  registerOffset: number,
  dataByte: number,
  lineNumber: number,
): GrowingStep {
  if (kind === "r")
    return {
      line: lineNumber,
      input: { type: "read", offset: registerOffset },
      value: dataByte,
      interrupts: 0,
    };
  if (kind === "w")
    return {
      line: lineNumber,
      input: { type: "write", offset: registerOffset, value: dataByte },
      interrupts: 0,
    };
  const characters = [dataByte];
  return { line: lineNumber, input: { type: "receive", characters }, characters, interrupts: 0 };
}

const finished = ({ line, input, value, interrupts }: GrowingStep, complete = true): Step => ({
  line,
  input,
  expected: { ...(value === undefined ? {} : { value }), ...(complete ? { interrupts } : {}) },
});
