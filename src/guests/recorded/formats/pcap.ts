import { RecordingError, type Step } from "../step.js";
import { ByteStream, viewOf } from "./byte-stream.js";
import type { LeftOut } from "./left-out.js";

/**
 * A capture of a serial line (link type 250, LINKTYPE_RTAC_SERIAL): each record has an event, the modem's lines and the characters. Facts are
 * from tcpdump.org's list of link types and Wireshark's packet-rtacser.c.
 */
const MAGICS: readonly { readonly magic: number; readonly fractions: number }[] = [
  { magic: 0xa1b2c3d4, fractions: 1_000_000 },
  { magic: 0xa1b23c4d, fractions: 1_000_000_000 },
];
const LINK_TYPE = 250;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const EVENT_HEADER = 12;
const LONGEST_RECORD = 262_144;
const EVENT = {
  statusChange: 0,
  transmitted: [1, 3],
  received: [2, 4],
  lost: 5,
  framing: 7,
  parity: 8,
  break: 9,
} as const;
const LINE_BITS = { cts: 0x01, dcd: 0x02, dsr: 0x04, ri: 0x20 } as const;

/** Ticks a second of the steps. */
export const PCAP_CLOCK = 1_000_000_000;
const LONGEST_PAUSE = 10_000_000_000;

/** True for the first bytes of a capture, of whatever link type. */
export const isPcap = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 &&
  MAGICS.some(({ magic }) => [true, false].some((little) => viewOf(bytes).getUint32(0, little) === magic));

interface CaptureHeader {
  readonly little: boolean;
  readonly fractions: number;
}

function readHeader(bytes: Uint8Array | undefined): CaptureHeader {
  if (!bytes) throw new RecordingError("pcap: expected a header of 24 bytes, got a file that is cut off");
  const view = viewOf(bytes);
  const little = MAGICS.some(({ magic }) => view.getUint32(0, true) === magic);
  const linkType = view.getUint32(20, little) & 0xffff;
  if (linkType !== LINK_TYPE)
    throw new RecordingError(`pcap: expected link type ${LINK_TYPE}, a serial line, got ${linkType}`);
  const { fractions } = MAGICS.find(
    ({ magic }) => view.getUint32(0, little) === magic,
  ) as (typeof MAGICS)[number];
  return { little, fractions };
}

/**
 * Reads a capture: characters received with their errors, breaks, and the modem's lines. The line of a step is the record's number.
 *
 * @throws RecordingError if the file is damaged, or of another link type.
 */
export async function* pcapSteps(
  byteChunks: AsyncIterable<Uint8Array>,
  leftOut: LeftOut,
  setCut: (cut: string) => void,
): AsyncGenerator<Step, void> {
  const queue = new ByteStream(byteChunks);
  const player = new CapturePlayer(leftOut);
  try {
    const { little, fractions } = readHeader(await queue.take(FILE_HEADER));
    for (let record = 1; ; record++) {
      const header = await queue.take(RECORD_HEADER);
      if (!header) {
        if (queue.hasRest) setCut(`the file ends in the middle of record ${record}`);
        return;
      }
      const view = viewOf(header);
      const time =
        view.getUint32(0, little) * PCAP_CLOCK + view.getUint32(4, little) * (PCAP_CLOCK / fractions);
      const length = view.getUint32(8, little);
      if (length > LONGEST_RECORD)
        throw new RecordingError(
          `pcap: expected a record of at most ${LONGEST_RECORD} bytes, got ${length}`,
          record,
        );
      const payload = await queue.take(length);
      if (!payload) {
        setCut(`the file ends in the middle of record ${record}`);
        return;
      }
      if (length < EVENT_HEADER)
        throw new RecordingError(
          `pcap: expected ${EVENT_HEADER} bytes about an event, got ${length}`,
          record,
        );
      yield* player.play(payload, time, record);
    }
  } finally {
    await queue.close();
  }
}

/** Turns records into steps. */
class CapturePlayer {
  readonly #leftOut: LeftOut;
  #time: number | undefined;
  #controlLines: number | undefined;
  #errors: { framing?: true; parity?: true } = {};

  constructor(leftOut: LeftOut) {
    this.#leftOut = leftOut;
  }

  *play(payload: Uint8Array, time: number, line: number): Generator<Step, void> {
    yield* this.#passTime(time, line);
    const event = payload[8] ?? 0;
    const controlLines = payload[9] ?? 0;
    const isModemChange =
      this.#controlLines === undefined ||
      Object.values(LINE_BITS).some((bit) => (controlLines & bit) !== ((this.#controlLines ?? 0) & bit));
    this.#controlLines = controlLines;
    if (isModemChange) yield { line, input: modemInput(controlLines) };
    const characters = payload.subarray(EVENT_HEADER);
    if (event === EVENT.framing) this.#errors.framing = true;
    else if (event === EVENT.parity) this.#errors.parity = true;
    else if (event === EVENT.lost) this.#leftOut.addGap(line, "the capture lost characters");
    else if (event === EVENT.break)
      yield { line, input: { type: "receive", characters: [{ value: 0, break: true, framing: true }] } };
    else if (isOneOf(event, EVENT.transmitted) && characters.length > 0)
      this.#leftOut.addFact("# records of transmitted characters, which are not replayed", line);
    else if (isOneOf(event, EVENT.received) && characters.length > 0) {
      const [first = 0, ...others] = characters;
      const hasErrors = Object.keys(this.#errors).length > 0;
      yield {
        line,
        input: {
          type: "receive",
          characters: [hasErrors ? { value: first, ...this.#errors } : first, ...others],
        },
      };
      this.#errors = {};
    }
  }

  *#passTime(time: number, line: number): Generator<Step, void> {
    const passed = Math.round(time - (this.#time ?? time));
    if (passed < 0) {
      this.#leftOut.addFact("# records are earlier than the one before: the order may be wrong", line);
      return;
    }
    this.#time = time;
    if (passed > LONGEST_PAUSE) this.#leftOut.addFact("# pauses of more than 10 s were shortened", line);
    if (passed > 0)
      yield { line, counts: false, input: { type: "advance", ticks: Math.min(passed, LONGEST_PAUSE) } };
  }
}

const isOneOf = (event: number, events: readonly number[]): boolean => events.includes(event);

const modemInput = (controlLines: number): Step["input"] => ({
  type: "modem",
  cts: (controlLines & LINE_BITS.cts) !== 0,
  dsr: (controlLines & LINE_BITS.dsr) !== 0,
  ri: (controlLines & LINE_BITS.ri) !== 0,
  dcd: (controlLines & LINE_BITS.dcd) !== 0,
});
