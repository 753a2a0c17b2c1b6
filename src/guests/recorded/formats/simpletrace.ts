import { RecordingError } from "../step.js";
import type { LocatedEvent } from "./access-log.js";
import { ByteStream, viewOf } from "./byte-stream.js";
import { type QemuEvent, QemuEventMerger, serialAccess } from "./qemu-log.js";

/**
 * QEMU's simpletrace file, version 4 (trace/simple.c, scripts/simpletrace.py): a header, then records: mappings of numbers to names, and
 * events with their arguments, 8 bytes each; strings have a length of 4 bytes first.
 */
const HEADER_ID = 0xffff_ffff_ffff_ffffn;
const MAGIC = 0xf2b1_77cb_0aa4_29b4n;
const VERSION = 4n;
const RECORD_MAPPING = 0n;
const RECORD_EVENT = 1n;
const DROPPED_ID = 0xffff_ffff_ffff_fffen;
const FILE_HEADER = 24;
const EVENT_HEADER = 24;
const MAPPING_HEADER = 12;
const LONGEST_NAME = 1024;
/** QEMU's trace buffer, in which a record has to fit. */
const LONGEST_RECORD = 65_536;
const MOST_NAMES = 65_536;
const ARGUMENT = 8;

/** True for the first bytes of such a file. */
export const isSimpletrace = (bytes: Uint8Array): boolean =>
  bytes.length >= FILE_HEADER &&
  viewOf(bytes).getBigUint64(0, true) === HEADER_ID &&
  viewOf(bytes).getBigUint64(8, true) === MAGIC;

/** Reads the events of a file; the line is the record's number, from 1. @throws RecordingError if it is damaged. */
export async function* simpletraceEvents(
  byteChunks: AsyncIterable<Uint8Array>,
  setCut: (cut: string) => void,
): AsyncGenerator<LocatedEvent, void> {
  const queue = new ByteStream(byteChunks);
  const names = new Map<bigint, string>();
  const merger = new QemuEventMerger();
  let record = 0;
  try {
    const header = await queue.take(FILE_HEADER);
    const version = header && viewOf(header).getBigUint64(16, true);
    if (version !== VERSION)
      throw new RecordingError(`simpletrace: expected version ${VERSION}, got ${version}`);
    for (;;) {
      const type = await queue.take(8);
      if (!type) break;
      record++;
      const kind = viewOf(type).getBigUint64(0, true);
      if (kind === RECORD_MAPPING) await readMapping(queue, names, record);
      else if (kind === RECORD_EVENT) {
        const event = await readEvent(queue, names, record);
        if (event) yield* merger.merge({ ...event, line: record });
      } else throw new RecordingError(`simpletrace: expected a record of type 0 or 1, got ${kind}`, record);
    }
    yield* merger.end();
    if (queue.hasRest) setCut(`the file ends in the middle of record ${record + 1}`);
  } catch (error) {
    if (!(error instanceof CutRecord)) throw error;
    setCut(`the file ends in the middle of record ${record}`);
  } finally {
    await queue.close();
  }
}

/** The end of the file within a record. */
class CutRecord extends Error {}

async function takeWhole(queue: ByteStream, length: number): Promise<Uint8Array> {
  const bytes = await queue.take(length);
  if (!bytes) throw new CutRecord();
  return bytes;
}

async function readMapping(queue: ByteStream, names: Map<bigint, string>, record: number): Promise<void> {
  const header = viewOf(await takeWhole(queue, MAPPING_HEADER));
  const length = header.getUint32(8, true);
  if (length > LONGEST_NAME)
    throw new RecordingError(
      `simpletrace: expected a name of at most ${LONGEST_NAME} bytes, got ${length}`,
      record,
    );
  const name = new TextDecoder().decode(await takeWhole(queue, length));
  if (names.size === MOST_NAMES)
    throw new RecordingError(`simpletrace: expected at most ${MOST_NAMES} names of events, got more`, record);
  names.set(header.getBigUint64(0, true), name);
}

async function readEvent(
  queue: ByteStream,
  names: ReadonlyMap<bigint, string>,
  record: number,
): Promise<QemuEvent | undefined> {
  const header = viewOf(await takeWhole(queue, EVENT_HEADER));
  const id = header.getBigUint64(0, true);
  const time = header.getBigUint64(8, true);
  const length = header.getUint32(16, true);
  if (length < EVENT_HEADER || length > LONGEST_RECORD)
    throw new RecordingError(
      `simpletrace: expected a record of ${EVENT_HEADER} to ${LONGEST_RECORD} bytes, got ${length}`,
      record,
    );
  const payload = viewOf(await takeWhole(queue, length - EVENT_HEADER));
  const argument = (index: number) =>
    (index + 1) * ARGUMENT <= payload.byteLength ? Number(payload.getBigUint64(index * ARGUMENT, true)) : 0;
  if (id === DROPPED_ID)
    return { kind: "gap", reason: `QEMU dropped ${argument(0)} events, as its buffer was full` };
  const name = names.get(id);
  if (name === undefined)
    throw new RecordingError(`simpletrace: expected an event with a name, got ${id}`, record);
  return eventOf(name, argument, payload, time);
}

function eventOf(
  name: string,
  argument: (index: number) => number,
  payload: DataView,
  time: bigint,
): QemuEvent {
  const access = /^serial_(?:ioport_)?(read|write)$/.exec(name)?.[1];
  if (access) return serialAccess(access as "read" | "write", argument(0), argument(1) & 0xff, time);
  const region = /^memory_region_ops_(read|write)$/.exec(name)?.[1];
  if (region)
    return {
      kind: "region",
      direction: region as "read" | "write",
      address: argument(2),
      value: argument(3) % 2 ** 32,
      width: argument(4),
      name: textArgument(payload, 5 * ARGUMENT),
      time,
    };
  if (name === "pic_set_irq")
    return {
      kind: "level",
      irq: argument(1) + (argument(0) === 0 ? 8 : 0),
      level: argument(2) === 0 ? 0 : 1,
      time,
    };
  if (name === "ioapic_set_irq")
    return { kind: "level", irq: argument(0), level: argument(1) === 0 ? 0 : 1, time };
  return { kind: "other", name };
}

function textArgument(payload: DataView, start: number): string {
  if (start + 4 > payload.byteLength) return "";
  const length = Math.min(payload.getUint32(start, true), payload.byteLength - start - 4);
  return new TextDecoder().decode(new Uint8Array(payload.buffer, payload.byteOffset + start + 4, length));
}
