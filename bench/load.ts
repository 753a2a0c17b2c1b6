import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { IER } from "../machines/index.js";

/** The face that every contestant has. */
export interface Face {
  read(offset: number): number;
  write(offset: number, value: number): void;
  enqueueRawBytes(bytes: Uint8Array): number;
}

/** What a device is driven with: flat arrays, one access a place, so that driving itself costs next to nothing. */
export interface Load {
  readonly kinds: Uint8Array;
  readonly offsets: Uint8Array;
  readonly values: Uint8Array;
  /** The bytes enqueued, in the order of the places that enqueue. */
  readonly bytes: readonly Uint8Array[];
}

const READ = 0;
const WRITE = 1;
const ENQUEUE = 2;

class LoadBuilder {
  readonly #kinds: number[] = [];
  readonly #offsets: number[] = [];
  readonly #values: number[] = [];
  readonly #bytes: Uint8Array[] = [];

  get length(): number {
    return this.#kinds.length;
  }

  read(offset: number): void {
    this.#add(READ, offset, 0);
  }

  write(offset: number, value: number): void {
    this.#add(WRITE, offset, value);
  }

  enqueue(bytes: Uint8Array): void {
    this.#add(ENQUEUE, 0, 0);
    this.#bytes.push(bytes);
  }

  build(): Load {
    const flat = (numbers: number[]) => Uint8Array.from(numbers);
    return {
      kinds: flat(this.#kinds),
      offsets: flat(this.#offsets),
      values: flat(this.#values),
      bytes: this.#bytes,
    };
  }

  #add(kind: number, offset: number, value: number): void {
    this.#kinds.push(kind);
    this.#offsets.push(offset);
    this.#values.push(value);
  }
}

/** Debian's Linux under v86: boot to a shell, a few commands, poweroff; 61,925 accesses. */
export function linuxBoot(): Load {
  const file = new URL("../properties/traces/linux-v86.jsonl.gz", import.meta.url);
  const builder = new LoadBuilder();
  let arriving: number[] = [];
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split("\n")) {
    const [kind, offset, value] = JSON.parse(line) as [string, number, number];
    if (kind === "in") {
      arriving.push(value);
      continue;
    }
    if (arriving.length > 0) builder.enqueue(Uint8Array.from(arriving));
    arriving = [];
    if (kind === "r") builder.read(offset);
    if (kind === "w") builder.write(offset, value);
  }
  return builder.build();
}

/** Numbers that look random and are the same in every run. */
function* numbers(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state >>> 8;
  }
}

/**
 * A made-up busy guest: polls of LSR, bytes written with THR empty interrupting and acknowledged, bytes arriving and
 * drained, and now and then the line set up anew. Some six in ten accesses are reads.
 */
export function mixed(accesses: number): Load {
  const builder = new LoadBuilder();
  const random = numbers();
  const next = (below: number) => random.next().value % below;
  builder.write(1, IER.ERBFI | IER.ETBEI);
  while (builder.length < accesses) {
    const what = next(100);
    if (what < 45) {
      for (let i = next(4); i >= 0; i--) builder.read(5);
    } else if (what < 85) {
      builder.write(0, next(256));
      if (next(2) === 0) builder.read(2);
      builder.write(0, next(256));
    } else if (what < 98) {
      const count = 1 + next(16);
      builder.enqueue(Uint8Array.from({ length: count }, () => next(256)));
      builder.read(2);
      for (let i = 0; i < count; i++) builder.read(0);
    } else {
      for (const [offset, value] of [
        [3, 0x83],
        [0, 12],
        [1, 0],
        [3, 0x03],
        [1, 0],
        [1, 3],
      ] as const) {
        builder.write(offset, value);
      }
    }
  }
  return builder.build();
}

/** Drives a device with a load, up to `limit` accesses of it. */
export function drive(device: Face, load: Load, limit = load.kinds.length): void {
  const { kinds, offsets, values, bytes } = load;
  let enqueued = 0;
  for (let i = 0; i < limit; i++) {
    const kind = kinds[i];
    if (kind === READ) device.read(offsets[i] as number);
    else if (kind === WRITE) device.write(offsets[i] as number, values[i] as number);
    else device.enqueueRawBytes(bytes[enqueued++] as Uint8Array);
  }
}
