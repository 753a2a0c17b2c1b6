import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { IER } from "../machines/index.js";

/** The face that every contestant has. */
export interface RegisterAccess {
  read(registerOffset: number): number;
  write(registerOffset: number, registerValue: number): void;
  enqueueRawBytes(dataBytes: Uint8Array): number;
}

/** The inputs of a device: flat arrays, one access a place, so that driving itself costs next to nothing. */
interface Workload {
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

  read(registerOffset: number): void {
    this.#add(READ, registerOffset, 0);
  }

  write(registerOffset: number, registerValue: number): void {
    this.#add(WRITE, registerOffset, registerValue);
  }

  enqueue(dataBytes: Uint8Array): void {
    this.#add(ENQUEUE, 0, 0);
    this.#bytes.push(dataBytes);
  }

  build(): Workload {
    const toBytes = (numbers: number[]) => Uint8Array.from(numbers);
    return {
      kinds: toBytes(this.#kinds),
      offsets: toBytes(this.#offsets),
      values: toBytes(this.#values),
      bytes: this.#bytes,
    };
  }

  #add(accessKind: number, registerOffset: number, registerValue: number): void {
    this.#kinds.push(accessKind);
    this.#offsets.push(registerOffset);
    this.#values.push(registerValue);
  }
}

/** Debian's Linux under v86: boot to a shell, a few commands, poweroff; 61,925 accesses. */
export function linuxBoot(): Workload {
  const fileName = new URL("../properties/traces/linux-v86.jsonl.gz", import.meta.url);
  const builder = new LoadBuilder();
  let arriving: number[] = [];
  for (const textLine of gunzipSync(readFileSync(fileName)).toString().trim().split("\n")) {
    const [accessKind, registerOffset, registerValue] = JSON.parse(textLine) as [string, number, number];
    if (accessKind === "in") {
      arriving.push(registerValue);
      continue;
    }
    if (arriving.length > 0) builder.enqueue(Uint8Array.from(arriving));
    arriving = [];
    if (accessKind === "r") builder.read(registerOffset);
    if (accessKind === "w") builder.write(registerOffset, registerValue);
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
 * drained, and now and then the line set up again. Some six in ten accesses are reads.
 */
export function mixedWorkload(accesses: number): Workload {
  const builder = new LoadBuilder();
  const randomNumbers = numbers();
  const randomBelow = (below: number) => randomNumbers.next().value % below;
  builder.write(1, IER.ERBFI | IER.ETBEI);
  while (builder.length < accesses) {
    const percentage = randomBelow(100);
    if (percentage < 45) {
      for (let i = randomBelow(4); i >= 0; i--) builder.read(5);
    } else if (percentage < 85) {
      builder.write(0, randomBelow(256));
      if (randomBelow(2) === 0) builder.read(2);
      builder.write(0, randomBelow(256));
    } else if (percentage < 98) {
      const repetitions = 1 + randomBelow(16);
      builder.enqueue(Uint8Array.from({ length: repetitions }, () => randomBelow(256)));
      builder.read(2);
      for (let i = 0; i < repetitions; i++) builder.read(0);
    } else {
      for (const [registerOffset, value] of [
        [3, 0x83],
        [0, 12],
        [1, 0],
        [3, 0x03],
        [1, 0],
        [1, 3],
      ] as const) {
        builder.write(registerOffset, value);
      }
    }
  }
  return builder.build();
}

/** Drives a device with a load, up to `limit` accesses of it. */
export function driveDevice(
  uartDevice: RegisterAccess,
  workload: Workload,
  accessLimit = workload.kinds.length,
): void {
  const { kinds, offsets, values, bytes } = workload;
  let enqueued = 0;
  for (let accessIndex = 0; accessIndex < accessLimit; accessIndex++) {
    const accessKind = kinds[accessIndex];
    if (accessKind === READ) uartDevice.read(offsets[accessIndex] as number);
    else if (accessKind === WRITE)
      uartDevice.write(offsets[accessIndex] as number, values[accessIndex] as number);
    else uartDevice.enqueueRawBytes(bytes[enqueued++] as Uint8Array);
  }
}
