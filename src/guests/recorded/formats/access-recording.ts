import type { TextLines } from "../../../journal/index.js";
import { RecordingError, type Step } from "../step.js";
import type { LineReader, LocatedEvent } from "./access-log.js";
import { asciiBytes, plainBytes } from "./byte-stream.js";
import { linesOf, type OpenContext, type Recording } from "./format.js";
import { InputInference, LOOKAHEAD } from "./inferred-inputs.js";
import { LeftOut } from "./left-out.js";
import { type UartEvent, UartSelection } from "./uart-selection.js";

/** Ticks a second of the steps: logs have times in fractions of a second. */
const LOG_CLOCK = 1_000_000_000;
/** The number of entries about serial ports that may wait until it is clear which port the recording is about. */
const MOST_WAITING = 8192;
/** A longer line is no line of a log. */
const LONGEST_LINE = 65_536;

/** What is known of a log's format. */
interface LogFormat {
  readonly name: string;
  readonly title: string;
}

/** Where a log is cut off. */
interface CutSource {
  cut: string | undefined;
}

/** Opens a log of lines. @throws RangeError or TypeError if the window is wrong. */
export function openLineLog(format: LogFormat, reader: LineReader, context: OpenContext): Recording {
  const leftOut = new LeftOut();
  const recordingLines = linesOf(asciiBytes(plainBytes(context.byteChunks)));
  return openEvents(format, lineEvents(recordingLines, reader, leftOut), leftOut, context, recordingLines);
}

/** Opens a log of which the entries are read one by one. @throws RangeError or TypeError if the window is wrong. */
export function openEvents(
  format: LogFormat,
  events: AsyncIterable<LocatedEvent>,
  leftOut: LeftOut,
  context: OpenContext,
  cutSource: CutSource,
): Recording {
  const selection = new UartSelection(context.location, leftOut);
  const inference = new InputInference(leftOut, context.inputClock);
  return {
    format: format.name,
    title: format.title,
    clock: LOG_CLOCK,
    origin: "accesses",
    steps: stepsOf(selectedEvents(events, selection, format.title), inference),
    get cut() {
      return cutSource.cut;
    },
    get leftOut() {
      return leftOut.inWords();
    },
  };
}

async function* lineEvents(
  recordingLines: TextLines,
  reader: LineReader,
  leftOut: LeftOut,
): AsyncGenerator<LocatedEvent, void> {
  let line = 0;
  for await (const texts of recordingLines)
    for (const text of texts) {
      line++;
      if (text.length > LONGEST_LINE)
        throw new RecordingError(
          `text: expected a line end within ${LONGEST_LINE} characters, got none`,
          line,
        );
      const events = reader.read(text.endsWith("\r") ? text.slice(0, -1) : text, line);
      if (events) yield* events;
      else if (text.trim() !== "" && !/^\s*#/.test(text)) leftOut.addForeign(line);
    }
  yield* reader.end();
}

async function* selectedEvents(
  events: AsyncIterable<LocatedEvent>,
  selection: UartSelection,
  title: string,
): AsyncGenerator<UartEvent, void> {
  // While it is open which port it is, entries about serial ports wait.
  let waiting: LocatedEvent[] = [];
  function* selectWaiting(): Generator<UartEvent, void> {
    selection.choose();
    const chosen = waiting.flatMap((event) => selection.select(event));
    waiting = [];
    yield* chosen;
  }
  for await (const event of events) {
    if (selection.isOpen && selection.weigh(event)) {
      waiting.push(event);
      if (selection.isDecided || waiting.length === MOST_WAITING) yield* selectWaiting();
      continue;
    }
    yield* selection.select(event);
  }
  yield* selectWaiting();
  selection.end(title);
}

/** Keeps so many entries ahead of the one that is turned into steps. */
async function* stepsOf(
  events: AsyncIterable<UartEvent>,
  inference: InputInference,
): AsyncGenerator<Step, void> {
  const ahead: UartEvent[] = [];
  for await (const event of events) {
    ahead.push(event);
    if (ahead.length <= LOOKAHEAD) continue;
    const current = ahead.shift() as UartEvent;
    yield* inference.infer(current, ahead);
  }
  for (let current = ahead.shift(); current; current = ahead.shift()) yield* inference.infer(current, ahead);
}
