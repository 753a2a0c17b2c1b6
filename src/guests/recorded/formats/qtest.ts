import { type LineReader, type LogEvent, readerOfLines, timeField } from "./access-log.js";

/**
 * The log of QEMU's qtest protocol (`-qtest-log FILE`, softmmu/qtest.c): a command that the test sent, and QEMU's answer. A read's
 * value is in the answer. `clock_step` tells of time; the times in brackets are the host's.
 */
const PREFIX = /^\[[RSI] \+?\d+\.\d+\]\s?/;
const WRITE = /^(?:out([bwl])|write([bwl])) (0x[0-9a-f]+|\d+) (0x[0-9a-f]+|\d+)\s*$/i;
const READ = /^(?:in([bwl])|read([bwl])) (0x[0-9a-f]+|\d+)\s*$/i;
const ANSWER = /^OK(?: (0x[0-9a-f]+|-?\d+))?\s*$/i;
const INTERRUPT = /^IRQ (raise|lower) (\d+)/;
const STEP = /^clock_(step|set)(?: (\d+))?\s*$/;
const FAILURE = /^(?:FAIL|ERR)\b/;
const WIDTHS: Readonly<Record<string, number>> = { b: 1, w: 2, l: 4 };

/** True for a line of such a log. */
export const isQtestLine = (text: string): boolean => {
  const message = text.replace(PREFIX, "");
  return (PREFIX.test(text) && message !== "") || WRITE.test(message) || READ.test(message);
};

/** Creates the reader of lines. */
export function qtestReader(): LineReader {
  let awaited: Omit<Extract<LogEvent, { kind: "access" }>, "value"> | undefined;
  let clock: bigint | undefined;
  let isClockAwaited = false;
  return readerOfLines((text) => {
    const message = text.replace(PREFIX, "").trim();
    const answer = ANSWER.exec(message);
    if (answer) {
      if (isClockAwaited && answer[1] !== undefined) clock = BigInt(answer[1]);
      isClockAwaited = false;
      const access = awaited;
      awaited = undefined;
      if (!access) return [];
      return answer[1] === undefined
        ? [{ kind: "gap", reason: "the answer to a read has no value" }]
        : [{ ...access, value: Number(answer[1]) }];
    }
    const interrupt = INTERRUPT.exec(message);
    if (interrupt)
      return [
        {
          kind: "level",
          irq: Number(interrupt[2]),
          level: interrupt[1] === "raise" ? 1 : 0,
          ...timeField(clock),
        },
      ];
    const unanswered: readonly LogEvent[] = awaited ? [{ kind: "gap", reason: "a read has no answer" }] : [];
    awaited = undefined;
    isClockAwaited = STEP.test(message);
    if (FAILURE.test(message)) return [...unanswered, { kind: "gap", reason: "a command failed" }];
    const read = READ.exec(message);
    if (read) {
      const [, port, memory, address = "0"] = read;
      awaited = {
        kind: "access",
        direction: "read",
        address: Number(address),
        width: WIDTHS[port ?? memory ?? "b"] ?? 1,
        ...timeField(clock),
      };
      return unanswered;
    }
    const write = WRITE.exec(message);
    if (!write)
      return /^(?:OPENED|CLOSED)?$/.test(message) || isClockAwaited
        ? unanswered
        : [...unanswered, otherCommand(message)];
    const [, port, memory, address = "0", value = "0"] = write;
    return [
      ...unanswered,
      {
        kind: "access",
        direction: "write",
        address: Number(address),
        value: Number(value),
        width: WIDTHS[port ?? memory ?? "b"] ?? 1,
        ...timeField(clock),
      },
    ];
  });
}

const otherCommand = (message: string): LogEvent => ({
  kind: "other",
  name: /^\S+/.exec(message)?.[0] ?? "",
});
