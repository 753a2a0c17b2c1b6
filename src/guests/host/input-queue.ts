import { checkUart, giveBytes, guestSignals, type Uart } from "./uart.js";

/** The interval at which a queue that nobody drives looks for room again, in milliseconds. */
const RETRY = 1;

interface PendingWrite {
  readonly dataBytes: Uint8Array;
  position: number;
  readonly sender: object | undefined;
  readonly completed: (() => void) | undefined;
}

/**
 * The bytes that the host sends and the device has no room for yet. A device has one queue for all senders: bytes arrive in the order in which
 * they were sent, and none is lost.
 */
export class InputQueue {
  readonly #device: Uart;
  readonly #pendingWrites: PendingWrite[] = [];
  #waiting = 0;
  #pumping = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drivers = 0;
  /** True to send only while the guest asserts RTS. */
  respectsRts = false;
  /** Hears what the device's surroundings throw when bytes arrive. Thrown by itself, unless somebody listens. */
  onFailure: (error: unknown) => void = throwLater;

  constructor(uartDevice: Uart) {
    this.#device = uartDevice;
  }

  /** The number of bytes that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Sends bytes, which are copied.
   *
   * @param sender - who may give them up with {@link clear}.
   * @param completed - called when the device has taken the last of them, or they have been given up.
   */
  push(dataBytes: Uint8Array | readonly number[], sender?: object, completed?: () => void): void {
    if (dataBytes.length === 0) {
      completed?.();
      return;
    }
    this.#pendingWrites.push({
      dataBytes: Uint8Array.from(dataBytes),
      position: 0,
      sender,
      completed: completed,
    });
    this.#waiting += dataBytes.length;
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

  /** Drops the waiting bytes of a sender. */
  clear(sender: object): void {
    const all = this.#pendingWrites.splice(0);
    this.#pendingWrites.push(...all.filter((pending) => pending.sender !== sender));
    this.#waiting = this.#pendingWrites.reduce(
      (totalTicks, { dataBytes: bytes, position: at }) => totalTicks + bytes.length - at,
      0,
    );
    for (const pending of all) if (pending.sender === sender) pending.completed?.();
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
    const oldest = this.#pendingWrites[0];
    if (!oldest || (this.respectsRts && !guestSignals(this.#device).rts)) return false;
    const acceptedCount = giveBytes(this.#device, oldest.dataBytes.subarray(oldest.position), (error) =>
      this.onFailure(error),
    );
    oldest.position += acceptedCount;
    this.#waiting -= acceptedCount;
    if (oldest.position === oldest.dataBytes.length) {
      this.#pendingWrites.shift();
      oldest.completed?.();
    }
    return acceptedCount > 0;
  }

  #retry(): void {
    if (this.#drivers > 0 || this.#waiting === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.pump();
    }, RETRY);
  }
}

/** An error that nobody hears is thrown by itself: it must not be lost, nor unwind an unrelated caller. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

const queues = new WeakMap<Uart, InputQueue>();

/** The queue of a device. @throws TypeError if it is none. */
export function inputOf(uartDevice: Uart): InputQueue {
  checkUart(uartDevice);
  const inputQueue = queues.get(uartDevice) ?? new InputQueue(uartDevice);
  queues.set(uartDevice, inputQueue);
  return inputQueue;
}
