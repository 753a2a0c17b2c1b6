import type { ArrivalSource } from "../../device/internal.js";
import { throwLater } from "../../journal/internal.js";
import { checkUart, guestSignals, type Uart } from "./uart.js";

/** A port that sends to a device. */
export interface InputSender {
  /** True if it sends only while the guest asserts RTS. */
  readonly respectsRts: boolean;
}

/** A machine whose guest reads the device. */
export interface InputPacer {
  /** True if bytes never arrive in the guest's hands, but when its turn is over. */
  readonly waitsForTurnEnd: boolean;
  /** Called when the guest's turn is over, before bytes arrive. */
  readonly turnEnded: () => void;
}

interface PendingWrite {
  readonly bytes: Uint8Array;
  position: number;
  readonly sender: InputSender | undefined;
  readonly completed: (() => void) | undefined;
}

/**
 * The bytes that the host sends and the device has no room for yet. A device has one queue, whoever sends: bytes arrive in the order in which
 * they were sent, and none is lost. A port that waits for RTS holds up nobody else.
 *
 * No timer runs: while bytes wait, the queue observes the end of each input. In the guest's hands it fills a FIFO only when that is empty, in one
 * piece; else it waits until the guest's turn is over. A device in whose time characters take time receives one a character time.
 */
export class InputQueue implements ArrivalSource {
  readonly #device: Uart;
  readonly #pendingWrites: PendingWrite[] = [];
  #waiting = 0;
  #isPumping = false;
  #isScheduled = false;
  readonly #pacers = new Set<InputPacer>();
  #unobserve: (() => void) | undefined;
  /** The tick from which the line carries the next character. */
  #lineFreeAt = 0;
  /** Called with what the device's callbacks throw when bytes arrive. Thrown by itself, unless somebody listens. */
  onFailure: (error: unknown) => void = throwLater;

  constructor(device: Uart) {
    this.#device = device;
  }

  /** The number of bytes that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Sends bytes, which are copied.
   *
   * @param sender - may give them up with {@link clear}.
   * @param completed - called when the device has taken the last of them, or they have been given up.
   */
  push(bytes: Uint8Array | readonly number[], sender?: InputSender, completed?: () => void): void {
    if (bytes.length === 0) {
      completed?.();
      return;
    }
    this.#pendingWrites.push({ bytes: Uint8Array.from(bytes), position: 0, sender, completed });
    this.#waiting += bytes.length;
    this.pump();
  }

  /** Lets the device take the bytes that it has room for. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#sendSome());
    } finally {
      this.#isPumping = false;
      this.#observe();
    }
  }

  /** Drops the waiting bytes of a sender. */
  clear(sender: InputSender): void {
    const all = this.#pendingWrites.splice(0);
    this.#pendingWrites.push(...all.filter((pending) => pending.sender !== sender));
    this.#waiting = this.#pendingWrites.reduce(
      (sum, { bytes, position }) => sum + bytes.length - position,
      0,
    );
    this.#observe();
    for (const pending of all) if (pending.sender === sender) pending.completed?.();
  }

  /** Adds a machine whose guest reads the device. @returns a function that removes it. */
  addPacer(pacer: InputPacer): () => void {
    this.#pacers.add(pacer);
    return () => void this.#pacers.delete(pacer);
  }

  /** The tick at which the next byte arrives on a line that takes time. */
  get nextDue(): number | undefined {
    const device = this.#device;
    if (this.#isPumping || this.#waiting === 0 || device.characterTicks === 0) return undefined;
    if (device.capacity === 0 || !this.#nextPending) return undefined;
    return Math.max(this.#lineIsFreeAt, device.now);
  }

  deliver(): void {
    this.pump();
  }

  /** The tick from which the line is free: a restored device may be far from the tick of the last character. */
  get #lineIsFreeAt(): number {
    const { now, characterTicks } = this.#device;
    return Math.min(this.#lineFreeAt, now + characterTicks);
  }

  /** The oldest bytes whose sender may send. */
  get #nextPending(): PendingWrite | undefined {
    const oldest = this.#pendingWrites[0];
    if (!oldest?.sender?.respectsRts) return oldest;
    if (guestSignals(this.#device).rts) return oldest;
    return this.#pendingWrites.find(({ sender }) => !sender?.respectsRts);
  }

  /** Sends what there is room for, of one write. @returns true if the device has taken any. */
  #sendSome(): boolean {
    const device = this.#device;
    const pending = this.#nextPending;
    if (!pending) return false;
    const { bytes, position } = pending;
    const { characterTicks, now } = device;
    const isTimed = characterTicks > 0;
    if (isTimed && now < this.#lineIsFreeAt) return false;
    const sent = isTimed ? bytes.subarray(position, position + 1) : bytes.subarray(position);
    // Counted before: a callback of the device may look, and close the port.
    const count = Math.min(sent.length, device.capacity);
    if (count === 0) return false;
    pending.position += count;
    this.#waiting -= count;
    if (isTimed) this.#lineFreeAt = now + characterTicks;
    const isWhole = pending.position === bytes.length;
    if (isWhole) this.#pendingWrites.splice(this.#pendingWrites.indexOf(pending), 1);
    device.offer(sent.subarray(0, count), (error) => this.onFailure(error));
    if (isWhole) pending.completed?.();
    return true;
  }

  /** Observes the device while bytes wait, and only then: its accesses are faster without. */
  #observe(): void {
    const device = this.#device;
    const waits = this.#waiting > 0;
    if (waits) device.arrivalSource = this;
    else if (device.arrivalSource === this) device.arrivalSource = undefined;
    if (waits) {
      this.#unobserve ??= device.onInputEnd(() => this.#inputEnded());
    } else {
      this.#unobserve?.();
      this.#unobserve = undefined;
    }
  }

  #inputEnded(): void {
    const device = this.#device;
    if (this.#isPumping || device.capacity === 0) return;
    const isInHands =
      device.isReceiveEmpty && ![...this.#pacers].some(({ waitsForTurnEnd }) => waitsForTurnEnd);
    if (device.characterTicks > 0 || isInHands) {
      this.pump();
      return;
    }
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const { turnEnded } of this.#pacers) turnEnded();
      this.pump();
    });
  }
}

const queues = new WeakMap<Uart, InputQueue>();

/** Returns the queue of a device. @throws TypeError if it is none. */
export function inputOf(device: Uart): InputQueue {
  checkUart(device);
  const inputQueue = queues.get(device) ?? new InputQueue(device);
  queues.set(device, inputQueue);
  return inputQueue;
}
