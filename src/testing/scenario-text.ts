import { checkReadable, formatValue, isRecord } from "../journal/internal.js";
import type { Happening, Party } from "./happening-log.js";

/** The most lines of a scenario: with what is said before and after it, a failure fits on a screen. */
const MAX_LINES = 30;
/** The lines at the start and at the end of a longer scenario that remain. */
const FIRST_LINES = 9;
const LAST_LINES = MAX_LINES - FIRST_LINES - 1;
/** The most lines of a loop that is folded. */
const MAX_LOOP_LINES = 24;

/** A line of a scenario, or a loop of several that were repeated. */
interface ScenarioLine {
  readonly text: string;
  /** The text without the number of the step. */
  readonly content: string;
  /** The content without what differs from one turn of a loop to the next: bytes. */
  readonly pattern: string;
}

const columns = (number: string, party: Party | "", text: string, effects: string): string =>
  `${number.padStart(6)}  ${party.padEnd(11)}  ${text.padEnd(40)}  ${effects}`;

/** The widths of columns. */
interface Widths {
  readonly effects: number;
  readonly sources: number;
}

/** Returns the widths that the columns of effects and of source positions need: none where nothing stands behind them. */
const widthsOf = (happenings: readonly Happening[]): Widths => ({
  effects: happenings.some(({ function: functionName }) => functionName !== undefined) ? 20 : 0,
  sources: Math.max(0, ...happenings.map(({ source }) => (source === undefined ? 0 : source.length + 2))),
});

function lineOf(happening: Happening, widths: Widths): ScenarioLine {
  const { number, by: actor, text, effects, handler, source = "", function: functionName = "" } = happening;
  const location = `${source.padEnd(widths.sources)}${functionName}`;
  const description = handler ? `  ${text}` : text;
  const effectsText = effects.join(", ");
  const line = `${columns(String(number), actor, description, effectsText.padEnd(widths.effects))}  ${location}`;
  const isData = actor !== "driver" || /^ *(THR|RBR)/.test(description) || effectsText.includes("leaves");
  const pattern = `${actor} ${description} ${effectsText} ${location}`;
  return {
    text: line.trimEnd(),
    content: pattern,
    pattern: isData ? pattern.replace(/'.'|0x[0-9A-F]{2}/g, "*") : pattern,
  };
}

/** Returns how often the lines from a start are repeated, with the number of lines that are. */
function findLoop(lines: readonly ScenarioLine[], start: number): { length: number; turns: number } {
  let best = { length: 1, turns: 1 };
  for (let length = 1; length <= MAX_LOOP_LINES && start + 2 * length <= lines.length; length++) {
    let turns = 1;
    const isTurn = (turn: number) =>
      lines
        .slice(start, start + length)
        .every(({ pattern }, i) => lines[start + turn * length + i]?.pattern === pattern);
    while (start + (turns + 1) * length <= lines.length && isTurn(turns)) turns++;
    // The last access may be the one that breaks the claim: it is folded only if it is as the first one was.
    if (start + turns * length === lines.length && !isSameContent(lines, start, length)) turns--;
    // A loop of several lines needs one more, which says so.
    const saved = (turns - 1) * length - (length > 1 ? 1 : 0);
    if (turns > 1 && saved > (best.turns - 1) * best.length - (best.length > 1 ? 1 : 0))
      best = { length, turns };
  }
  return best;
}

/** True if the last lines are, in all but their numbers, as those from a start. */
const isSameContent = (lines: readonly ScenarioLine[], start: number, length: number): boolean =>
  lines.slice(-length).every(({ content }, i) => content === lines[start + i]?.content);

/** Folds loops: their first turn remains. */
function foldLoops(lines: readonly ScenarioLine[]): ScenarioLine[] {
  const folded: ScenarioLine[] = [];
  for (let start = 0; start < lines.length; ) {
    const { length, turns } = findLoop(lines, start);
    const firstTurn = lines.slice(start, start + length);
    if (turns === 1) folded.push(...firstTurn);
    else if (length === 1) {
      const [line] = firstTurn as [ScenarioLine];
      const [content, pattern] = [`${line.content} *${turns}`, `${line.pattern} *${turns}`];
      folded.push({ text: addRepeat(line.text, turns), content, pattern });
    } else {
      const note = `these ${length} lines, ${turns} times`;
      folded.push(...firstTurn, { text: columns("", "", note, "").trimEnd(), content: note, pattern: note });
    }
    start += length * turns;
  }
  return folded;
}

/** Writes how often a line is repeated behind its text. */
const addRepeat = (text: string, turns: number): string => {
  const [head, body] = [text.slice(0, 21), text.slice(21)];
  const [description = ""] = /^ *\S+(?: \S+)*/.exec(body) ?? [];
  const repeated = `${description} (${turns} times)`;
  return `${head}${repeated.padEnd(Math.max(repeated.length, 40))}${body.slice(Math.max(description.length, 40))}`.trimEnd();
};

/** The start of a driver: one line if nobody else acts in it, and something follows. */
function collapseStarts(happenings: readonly Happening[], widths: Widths): ScenarioLine[] {
  const lines: ScenarioLine[] = [];
  for (let i = 0; i < happenings.length; ) {
    const happening = happenings[i] as Happening;
    if (!happening.start) {
      lines.push(lineOf(happening, widths));
      i++;
      continue;
    }
    const foundEnd = happenings.findIndex((other, index) => index > i && !other.start);
    const end = foundEnd < 0 ? happenings.length : foundEnd;
    const startHappenings = happenings.slice(i, end);
    if (foundEnd >= 0 && startHappenings.every(({ by: actor }) => actor !== "environment")) {
      const stepCount = startHappenings.filter(({ by: actor }) => actor === "driver").length;
      const text = columns(String(happening.number), "driver", `starts, in ${stepCount} steps`, "").trimEnd();
      lines.push({ text, content: text, pattern: text });
    } else lines.push(...startHappenings.map((it) => lineOf(it, widths)));
    i = end;
  }
  return lines;
}

/** @throws TypeError unless it is a list of happenings. */
function checkHappenings(happenings: readonly Happening[]): void {
  checkReadable(happenings, "happenings", "a list of happenings", () => {
    if (!Array.isArray(happenings))
      throw new TypeError(`happenings: expected a list of happenings, got ${formatValue(happenings)}`);
    for (const [index, happening] of happenings.entries())
      if (!isRecord(happening) || typeof (happening as Happening).text !== "string")
        throw new TypeError(`happenings[${index}]: expected a happening, got ${formatValue(happening)}`);
  });
}

/**
 * Formats happenings as numbered lines, 30 at most: loops are folded, a driver's start is one line, and of a long scenario the middle is left
 * out.
 */
export function happeningsInWords(happenings: readonly Happening[]): string {
  checkHappenings(happenings);
  const widths = widthsOf(happenings);
  let lines = collapseStarts(happenings, widths);
  for (let previousCount = Number.POSITIVE_INFINITY; lines.length < previousCount; ) {
    previousCount = lines.length;
    lines = foldLoops(lines);
  }
  if (lines.length > MAX_LINES) {
    const text = columns("...", "", `${lines.length - MAX_LINES + 1} more lines`, "").trimEnd();
    lines = [
      ...lines.slice(0, FIRST_LINES),
      { text, content: text, pattern: text },
      ...lines.slice(-LAST_LINES),
    ];
  }
  return lines.map(({ text }) => text).join("\n");
}
