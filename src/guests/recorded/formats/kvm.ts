import { type LineReader, type LogEvent, nanosecondsOf, readerOfLines } from "./access-log.js";

/**
 * Linux's trace events of KVM, as ftrace, trace-cmd and perf script print them. Their texts are from arch/x86/kvm/trace.h and
 * include/trace/events/kvm.h; the line about lost events is from kernel/trace/trace.c. trace-cmd pads the event's name with spaces.
 */
const EVENT = /(?:^|\s)(\d+\.\d+):\s+(?:kvm:)?(kvm_\w+):\s+(.*)$/;
const PORT = /^pio_(read|write) at 0x([0-9a-f]+) size (\d+) count (\d+) val 0x([0-9a-f]+)/;
const MEMORY = /^mmio (read|write|unsatisfied-read) len (\d+) gpa 0x([0-9a-f]+) val 0x([0-9a-f]+)/;
const INTERRUPT = /^gsi (\d+) level (\d+)/;
const LOST = /^CPU:\d+ \[LOST (?:(\d+) )?EVENTS\]|LOST (\d+) events/;

/** True for a line of such a trace. */
export const isKvmLine = (text: string): boolean => /\s\d+\.\d+:\s+(?:kvm:)?kvm_\w+:\s/.test(text);

/** Creates the reader of lines. */
export const kvmReader = (): LineReader => readerOfLines(readLine);

function readLine(text: string): readonly LogEvent[] | undefined {
  const event = EVENT.exec(text);
  if (!event) {
    const lost = LOST.exec(text);
    if (!lost) return undefined;
    const count = lost[1] ?? lost[2];
    return [{ kind: "gap", reason: `the kernel lost ${count ?? "an unknown number of"} events` }];
  }
  const [, seconds = "0", name = "", fields = ""] = event;
  const time = nanosecondsOf(seconds);
  if (name === "kvm_pio") return portAccess(fields, time);
  if (name === "kvm_mmio") return memoryAccess(fields, time);
  const interrupt = name === "kvm_set_irq" ? INTERRUPT.exec(fields) : undefined;
  if (interrupt)
    return [{ kind: "level", irq: Number(interrupt[1]), level: interrupt[2] === "0" ? 0 : 1, time }];
  return [{ kind: "other", name }];
}

function portAccess(fields: string, time: bigint): readonly LogEvent[] {
  const access = PORT.exec(fields);
  if (!access) return [{ kind: "gap", reason: "a kvm_pio line is cut short" }];
  const [, direction, address = "", width, count, value = ""] = access;
  return [
    {
      kind: "access",
      direction: direction as "read" | "write",
      address: Number.parseInt(address, 16),
      value: Number.parseInt(value, 16),
      width: Number(width),
      count: Number(count),
      time,
    },
  ];
}

function memoryAccess(fields: string, time: bigint): readonly LogEvent[] {
  const access = MEMORY.exec(fields);
  if (!access) return [{ kind: "gap", reason: "a kvm_mmio line is cut short" }];
  const [, direction, width, address = "", value = ""] = access;
  // An unsatisfied read went to the monitor, whose answer follows in a line of its own.
  if (direction === "unsatisfied-read") return [];
  return [
    {
      kind: "access",
      direction: direction as "read" | "write",
      address: Number.parseInt(address, 16),
      value: Number(BigInt(`0x${value}`) & 0xff_ff_ff_ffn),
      width: Number(width),
      time,
    },
  ];
}
