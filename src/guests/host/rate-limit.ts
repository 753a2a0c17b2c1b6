import type { SerialSink } from "../../device/index.js";
import {
  checkCallback,
  checkCallbacks,
  checkRecord,
  formatValue,
  withKnownNames,
} from "../../journal/internal.js";

/** A limit for output, so that a guest cannot flood its host: the bytes beyond it are dropped, and counted. */
export interface OutputLimit {
  /** Bytes a second that pass in the long run: a number above 0. */
  readonly bytesPerSecond: number;
  /** Bytes that pass at once after a pause: a whole number from 1. */
  readonly burst: number;
  /** The clock, in milliseconds: `performance.now` by default. For the device's own time give `() => 1000 * device.toSeconds(device.now)`. */
  readonly now?: () => number;
}

const NAMES: readonly (keyof OutputLimit)[] = ["bytesPerSecond", "burst", "now"];

/** Checks a limit. @throws TypeError or RangeError that names what is wrong. */
export function checkLimit(limit: OutputLimit): OutputLimit {
  checkRecord(limit, "limit", "{ bytesPerSecond, burst, now }");
  const known = withKnownNames(limit, NAMES, "limit");
  const { bytesPerSecond, burst, now } = known;
  if (!Number.isFinite(bytesPerSecond) || bytesPerSecond <= 0) {
    throw new RangeError(
      `limit.bytesPerSecond: expected a number above 0, got ${formatValue(bytesPerSecond)}`,
    );
  }
  if (!Number.isSafeInteger(burst) || burst < 1) {
    throw new RangeError(`limit.burst: expected a whole number from 1, got ${formatValue(burst)}`);
  }
  checkCallback(now, "limit.now");
  return known;
}

/** A bucket of tokens, one a byte: it fills by the rate, up to the burst. */
export class TokenBucket {
  readonly #limit: OutputLimit;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param limit - has been checked. */
  constructor(limit: OutputLimit) {
    this.#limit = limit;
    this.#now = limit.now ?? (() => performance.now());
    this.#tokens = limit.burst;
    this.#filledAt = this.#now();
  }

  /** Takes a token for a byte. @returns false if there is none: the byte is beyond the limit. */
  take(): boolean {
    const now = this.#now();
    const milliseconds = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    const { bytesPerSecond, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + (milliseconds / 1000) * bytesPerSecond);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** A sink with a limit before it. */
export interface LimitedSink extends SerialSink {
  /** The number of bytes dropped so far. */
  readonly dropped: number;
}

/**
 * Puts a limit before a sink: the bytes beyond it are dropped, and counted.
 *
 * @throws TypeError or RangeError if the sink or the limit is none.
 *
 * @example
 * const out = limitOutput(sink, { bytesPerSecond: 10_000, burst: 65_536 });
 * const serial = new Serial({ out });
 */
export function limitOutput(sink: SerialSink, limit: OutputLimit): LimitedSink {
  checkCallbacks(sink, "sink", ["write"], ["flush"]);
  const bucket = new TokenBucket(checkLimit(limit));
  let dropped = 0;
  return {
    get dropped() {
      return dropped;
    },
    write(byte) {
      if (bucket.take()) return sink.write(byte);
      dropped++;
      return 1;
    },
    flush: () => sink.flush?.(),
  };
}
