import { formatValue } from "../../../journal/internal.js";
import { RecordingError, type Step } from "../step.js";
import { chooseSignal, setUpSteps, type WireFormat } from "./wire.js";
import { zipEntries } from "./zip.js";

/**
 * sigrok's session file (libsigrok, src/session_file.c): a zip archive with `metadata`, an ini file, and the samples in `logic-1-1`,
 * `logic-1-2`, ...: `unitsize` bytes each, a bit for each channel.
 */
const LOGIC_FILE = /^logic-1(?:-\d+)?$/;
const RATE = /^(\d+(?:\.\d+)?)\s*([kMG]?)Hz$/;
const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
const LONGEST_METADATA = 1_048_576;
const FINEST = 1e12;
const NANOSECONDS = 1_000_000_000n;

/** True for the first bytes of such a file. */
export const isSigrok = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;

/** The channels and the rate of a session. */
interface SessionMetadata {
  readonly rate: number;
  readonly unitSize: number;
  readonly channel: number;
}

/** Reads the edges of one channel; its steps count nanoseconds. */
export class SigrokReader {
  readonly #byteChunks: AsyncIterable<Uint8Array>;
  readonly #wire: WireFormat;
  readonly #signal: string | undefined;
  #metadata: SessionMetadata | undefined;
  #level: 0 | 1 = 1;
  /** The number of samples read, and of those for which time has passed. */
  #samples = 0;
  #passed = 0;

  constructor(byteChunks: AsyncIterable<Uint8Array>, wire: WireFormat, signal: string | undefined) {
    this.#byteChunks = byteChunks;
    this.#wire = wire;
    this.#signal = signal;
  }

  /** Reads the steps; their line is the sample's number. @throws RecordingError if the file is damaged, or not a session. */
  async *steps(): AsyncGenerator<Step, void> {
    yield* setUpSteps(this.#wire);
    for await (const { name, contents } of zipEntries(this.#byteChunks)) {
      if (name === "metadata") this.#metadata = readMetadata(await readText(contents), this.#signal);
      else if (LOGIC_FILE.test(name)) {
        if (!this.#metadata) throw new RecordingError(`sigrok: expected metadata before ${name}, got none`);
        yield* this.#edges(contents, this.#metadata);
      } else for await (const _skipped of contents);
    }
    if (!this.#metadata)
      throw new RecordingError("sigrok: expected a session with metadata, got another zip file");
    yield* this.#advance();
  }

  async *#edges(
    contents: AsyncIterable<Uint8Array>,
    { unitSize, channel }: SessionMetadata,
  ): AsyncGenerator<Step, void> {
    const byteIndex = channel >> 3;
    const mask = 1 << (channel & 7);
    let unitByte = 0;
    for await (const bytes of contents)
      for (const byte of bytes) {
        const isChannel = unitByte === byteIndex;
        unitByte = unitByte + 1 === unitSize ? 0 : unitByte + 1;
        if (isChannel) {
          const level = byte & mask ? 1 : 0;
          if (level !== this.#level) {
            this.#level = level;
            yield* this.#advance();
            yield { line: this.#samples + 1, input: { type: "line", level } };
          }
          this.#samples++;
        }
      }
  }

  *#advance(): Generator<Step, void> {
    const { rate } = this.#metadata as SessionMetadata;
    const nanoseconds = (samples: number) => Number((BigInt(samples) * NANOSECONDS) / BigInt(rate));
    const ticks = nanoseconds(this.#samples) - nanoseconds(this.#passed);
    this.#passed = this.#samples;
    if (ticks > 0) yield { line: this.#samples + 1, counts: false, input: { type: "advance", ticks } };
  }
}

async function readText(contents: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of contents) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > LONGEST_METADATA)
      throw new RecordingError(`sigrok: expected metadata of at most ${LONGEST_METADATA} bytes, got more`);
  }
  return text;
}

function readMetadata(text: string, signal: string | undefined): SessionMetadata {
  const fields = new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const separator = line.indexOf("=");
      return separator < 0 ? [] : [[line.slice(0, separator).trim(), line.slice(separator + 1).trim()]];
    }),
  );
  const rateText = fields.get("samplerate") ?? "";
  const [, digits, prefix = ""] = RATE.exec(rateText) ?? [];
  const rate = Math.round(Number(digits ?? Number.NaN) * (FACTORS[prefix] as number));
  if (!(rate >= 1 && rate <= FINEST))
    throw new RecordingError(`sigrok: expected a samplerate such as 1 MHz, got ${formatValue(rateText)}`);
  const unitSize = Number(fields.get("unitsize") ?? "1");
  if (!Number.isSafeInteger(unitSize) || unitSize < 1 || unitSize > 1024)
    throw new RecordingError(`sigrok: expected a unitsize from 1 to 1024, got ${formatValue(unitSize)}`);
  const channels = new Map<string, number>();
  for (const [key, value] of fields) {
    const channelNumber = /^probe(\d+)$/.exec(key)?.[1];
    if (channelNumber !== undefined) channels.set(value, Number(channelNumber) - 1);
  }
  const channel = channels.get(chooseSignal([...channels.keys()], signal)) as number;
  if (channel < 0 || channel >= unitSize * 8)
    throw new RecordingError(`sigrok: expected a channel within ${unitSize} bytes, got probe${channel + 1}`);
  return { rate, unitSize, channel };
}
