import { checkUart, give, guestSignals, type Uart } from "./uart.js";

/** How long a queue that nobody drives waits before it looks for room again, in milliseconds. */
const RETRY = 1;

interface Waiting {
  readonly bytes: Uint8Array;
  at: number;
  readonly sender: object | undefined;
  readonly taken: (() => void) | undefined;
}

/**
 * What the host sends and the device has no room for yet. A device has one, whoever sends: bytes arrive in the order in which
 * they were sent, and none is lost.
 */
export class InputQueue {
  readonly #device: Uart;
  readonly #queue: Waiting[] = [];
  #waiting = 0;
  #pumping = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drivers = 0;
  /** Whether to send only while the guest asserts RTS. */
  respectsRts = false;
  /** Hears what the device's surroundings throw when bytes arrive. Thrown by itself, unless somebody listens. */
  failed: (error: unknown) => void = throwLater;

  constructor(device: Uart) {
    this.#device = device;
  }

  /** How many bytes wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Sends bytes, which are copied.
   *
   * @param sender - who may give them up with {@link clear}.
   * @param taken - called when the device has taken the last of them, or they have been given up.
   */
  push(bytes: Uint8Array | readonly number[], sender?: object, taken?: () => void): void {
    if (bytes.length === 0) {
      taken?.();
      return;
    }
    this.#queue.push({ bytes: Uint8Array.from(bytes), at: 0, sender, taken });
    this.#waiting += bytes.length;
    this.pump();
  }

  /** Lets the device take what it has room for. To be called where it may have got room. */
  pump(): void {
    if (this.#waiting === 0 || this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#step());
    } finally {
      this.#pumping = false;
    }
    if (this.#waiting > 0) this.#retry();
  }

  /** Gives up what of a sender waits. */
  clear(sender: object): void {
    const all = this.#queue.splice(0);
    this.#queue.push(...all.filter((each) => each.sender !== sender));
    this.#waiting = this.#queue.reduce((sum, { bytes, at }) => sum + bytes.length - at, 0);
    for (const each of all) if (each.sender === sender) each.taken?.();
  }

  /** Somebody calls {@link pump} from now on, so that no timer need look for room. @returns ends that. */
  drive(): () => void {
    this.#drivers++;
    return () => {
      this.#drivers--;
      this.#retry();
    };
  }

  #step(): boolean {
    const first = this.#queue[0];
    if (!first || (this.respectsRts && !guestSignals(this.#device).rts)) return false;
    const taken = give(this.#device, first.bytes.subarray(first.at), (error) => this.failed(error));
    first.at += taken;
    this.#waiting -= taken;
    if (first.at === first.bytes.length) {
      this.#queue.shift();
      first.taken?.();
    }
    return taken > 0;
  }

  #retry(): void {
    if (this.#drivers > 0 || this.#waiting === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.pump();
    }, RETRY);
  }
}

/** An error that nobody hears is thrown by itself: it must not be lost, nor unwind whoever happens to run. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

const queues = new WeakMap<Uart, InputQueue>();

/** The queue of a device. @throws TypeError if it is none. */
export function inputOf(device: Uart): InputQueue {
  checkUart(device);
  const queue = queues.get(device) ?? new InputQueue(device);
  queues.set(device, queue);
  return queue;
}
