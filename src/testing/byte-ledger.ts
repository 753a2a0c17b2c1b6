import { byteInWords, bytesInWords } from "./action.js";
import { ByteQueue } from "./byte-queue.js";
import { type Checkpoint, joinCheckpoints } from "./checkpoint.js";
import { Violation } from "./claims.js";
import type { Arrival } from "./subject.js";

/**
 * First value and size of the range from which each route draws its bytes in turn, unless an action says otherwise: in most scenarios a byte's
 * value shows its route.
 */
const BYTE_RANGES = { send: [0x41, 26], print: [0x30, 10], arrive: [0x61, 26], error: [0x21, 15] } as const;
/** The bytes of a console's text: a driver may turn control characters into others. */
const TEXT_RANGE = [0x20, 0xe0] as const;

/** A route that bytes take through driver and device. */
type ByteRoute = keyof typeof BYTE_RANGES;

/** The routes to the line: bytes of the user, of the kernel, and those that the driver adds. */
const OUTPUT_ROUTES = ["send", "print", "added"] as const;
type OutputRoute = (typeof OUTPUT_ROUTES)[number];

/** A reading of what has left: how many bytes of each route. */
type OutputReading = Readonly<Record<OutputRoute, number>>;

/** A reading of what the user received: the number of bytes up to it, and how many of these never came. */
interface ReceivedReading {
  readonly position: number;
  readonly lostCount: number;
}

/** Removes readings that are equal. */
function distinct<T extends object>(readings: readonly T[]): T[] {
  if (readings.length < 2) return [...readings];
  return [...new Map(readings.map((reading) => [Object.values(reading).join(), reading])).values()];
}

/** Accounts for every byte that was sent or arrived, from end to end. */
export class ByteLedger {
  readonly #drawnCounts: Record<ByteRoute, number> = { send: 0, print: 0, arrive: 0, error: 0 };
  readonly #outputs: Readonly<Record<OutputRoute, ByteQueue>> = {
    send: new ByteQueue(),
    print: new ByteQueue(),
    added: new ByteQueue(),
  };
  #outputReadings: readonly OutputReading[] = [{ send: 0, print: 0, added: 0 }];
  readonly #arrivals = new ByteQueue();
  #receivedReadings: readonly ReceivedReading[] = [{ position: 0, lostCount: 0 }];
  /** Bytes that the driver has dropped: those that it said one by one, and the number that it counts itself. */
  #saidDrops = 0;
  #countedDrops = 0;
  /** The number of bytes written to THR. */
  thrWriteCount = 0;
  /** The number of bytes that have left the device or reached the user; it grows with every one. */
  movedCount = 0;

  /**
   * Draws the next byte of a route.
   *
   * @param first - the value from which the bytes of an action run upward, and `index` the byte's index among them; by default letters.
   */
  drawByte(byteRoute: ByteRoute, first?: number, index = 0): number {
    if (first !== undefined) {
      const [lowest, count] = byteRoute === "print" ? TEXT_RANGE : ([0, 0x100] as const);
      return lowest + ((first + index) % count);
    }
    const [firstByte, rangeSize] = BYTE_RANGES[byteRoute];
    return firstByte + (this.#drawnCounts[byteRoute]++ % rangeSize);
  }

  /** Records a byte that the driver was given to send, or that it adds. */
  recordSent(byteRoute: OutputRoute, byte: number): void {
    this.#outputs[byteRoute].push(byte);
  }

  /** Records that the driver refused the byte that it was given last. */
  recordRefused(byteRoute: "send" | "print"): void {
    const queue = this.#outputs[byteRoute];
    const remaining = this.#outputReadings.filter((reading) => reading[byteRoute] < queue.length);
    if (remaining.length === 0) return;
    this.#outputReadings = remaining;
    queue.pop();
  }

  /** Records a byte that left the device. @throws Violation if another one was due. */
  recordOutput(byte: number): void {
    this.movedCount++;
    const readings = this.#outputReadings.flatMap((reading) =>
      OUTPUT_ROUTES.flatMap((byteRoute) =>
        this.#outputs[byteRoute]
          .positionsAfter(reading[byteRoute], byte)
          .map(({ position }) => ({ ...reading, [byteRoute]: position })),
      ),
    );
    if (readings.length === 0)
      throw new Violation(
        "sent-in-order",
        `${byteInWords(byte)} appears on the line, where ${this.#dueOutputInWords(byte)} was due`,
      );
    this.#outputReadings = distinct(readings);
  }

  #dueOutputInWords(byte: number): string {
    const [reading] = this.#outputReadings as [OutputReading];
    const due = OUTPUT_ROUTES.map((byteRoute) => this.#outputs[byteRoute].dueAt(reading[byteRoute]));
    const digits = byte >= 0x30 && byte < 0x3a;
    const [sent, printed, added] = due;
    const dueByte = digits ? (printed ?? added) : (sent ?? added ?? printed);
    return dueByte === undefined ? "nothing" : byteInWords(dueByte);
  }

  /** Records a character that arrived. */
  recordArrival(byte: number, arrival: Arrival, isOptional: boolean): void {
    if (arrival === "ignored" || arrival === "overrun") return;
    // Without a FIFO an unread RBR is overwritten: the chip reports an overrun, and the older character is gone. If that had an error,
    // LSR still shows it, and the driver cannot know which of the two characters had it.
    const replaced = arrival === "replaced" ? this.#arrivals.pop() : undefined;
    this.#arrivals.push(byte, isOptional || (replaced?.isOptional ?? false));
  }

  /** The number of characters that have reached the user in every reading. */
  get #deliveredCount(): number {
    return Math.min(...this.#receivedReadings.map(({ position }) => position));
  }

  /** Makes all undelivered characters optional: a break that is reported early cannot be matched to its character. */
  makePendingOptional(): void {
    this.#arrivals.makeOptional(this.#deliveredCount);
  }

  /** Makes all bytes that have not left optional, as the driver that had them was stopped. */
  makeOutputOptional(): void {
    for (const byteRoute of OUTPUT_ROUTES) this.#outputs[byteRoute].makeOptional(this.#leftCount(byteRoute));
  }

  /** Records that the driver keeps a received byte for itself. */
  recordSwallowed(byte: number): void {
    this.#arrivals.swallowNext(this.#deliveredCount, byte);
  }

  /** Records how many received bytes the driver has dropped so far. */
  recordDropped(count: number): void {
    this.#countedDrops = count;
  }

  /** Records that the driver drops a received byte. */
  recordDrop(): void {
    this.#saidDrops++;
  }

  get #droppedCount(): number {
    return this.#saidDrops + this.#countedDrops;
  }

  /** Records a byte that reached the user. @throws Violation if another one was due. */
  recordDelivery(byte: number): void {
    const readings = this.#receivedReadings.flatMap(({ position, lostCount }) =>
      this.#arrivals
        .positionsAfter(position, byte, this.#droppedCount - lostCount)
        .map((next) => ({ position: next.position, lostCount: lostCount + next.passedOver })),
    );
    if (readings.length === 0) {
      const dueByte = this.#arrivals.dueAt(this.#deliveredCount);
      const dueText = dueByte === undefined ? "nothing" : byteInWords(dueByte);
      throw new Violation(
        "received-in-order",
        `the user gets ${byteInWords(byte)}, where ${dueText} was due`,
      );
    }
    this.#receivedReadings = distinct(readings);
    this.movedCount++;
  }

  /** How many bytes of a route have left in every reading. */
  #leftCount(byteRoute: OutputRoute): number {
    return Math.min(...this.#outputReadings.map((reading) => reading[byteRoute]));
  }

  /** The number of bytes that are on their way. */
  get outstandingCount(): number {
    const outgoing = OUTPUT_ROUTES.map((route) => this.#outputs[route].length - this.#leftCount(route));
    return outgoing.reduce((sum, count) => sum + count, this.#arrivals.length - this.#deliveredCount);
  }

  /** Returns the state of what is on its way: what has come is forgotten. */
  checkpoint(): Checkpoint {
    const deliveredCount = this.#deliveredCount;
    const [send, print, added] = OUTPUT_ROUTES.map((route) => this.#leftCount(route)) as [
      number,
      number,
      number,
    ];
    const outputReadings = this.#outputReadings.map((reading) => ({
      send: reading.send - send,
      print: reading.print - print,
      added: reading.added - added,
    }));
    const lostCount = Math.min(...this.#receivedReadings.map((reading) => reading.lostCount));
    const receivedReadings = this.#receivedReadings.map((reading) => ({
      position: reading.position - deliveredCount,
      lostCount: reading.lostCount - lostCount,
    }));
    const [saidDrops, countedDrops] = [this.#saidDrops - lostCount, this.#countedDrops];
    const thrWriteCount = this.thrWriteCount - send - print - added;
    const drawnCounts = { ...this.#drawnCounts };
    const nextBytes = Object.entries(BYTE_RANGES).map(
      ([route, [, size]]) => drawnCounts[route as ByteRoute] % size,
    );
    const counts = {
      key: JSON.stringify([
        outputReadings,
        receivedReadings,
        saidDrops + countedDrops,
        thrWriteCount,
        nextBytes,
      ]),
      restore: () => {
        this.#outputReadings = outputReadings;
        this.#receivedReadings = receivedReadings;
        [this.#saidDrops, this.#countedDrops] = [saidDrops, countedDrops];
        this.thrWriteCount = thrWriteCount;
        Object.assign(this.#drawnCounts, drawnCounts);
      },
    };
    return joinCheckpoints([
      this.#outputs.send.checkpoint(send),
      this.#outputs.print.checkpoint(print),
      this.#outputs.added.checkpoint(added),
      this.#arrivals.checkpoint(deliveredCount),
      counts,
    ]);
  }

  /**
   * Checks, once nothing moves, that no byte is missing.
   *
   * @param deviceHoldsInput - true if the device still holds input.
   * @param driverReceives - true if the driver has an entry point by which the user receives.
   * @throws Violation if a byte is missing.
   */
  checkComplete(deviceHoldsInput: boolean, driverReceives: boolean): void {
    if (driverReceives) this.#checkReceived(deviceHoldsInput);
    this.#checkSent();
  }

  #checkReceived(deviceHoldsInput: boolean): void {
    const missing = this.#receivedReadings
      .map(({ position, lostCount }) => {
        const missingBytes = this.#arrivals.missingFrom(position);
        return missingBytes.slice(0, Math.max(0, missingBytes.length - this.#droppedCount + lostCount));
      })
      .toSorted((a, b) => a.length - b.length)[0] as number[];
    const missingText = bytesInWords(missing);
    // What need not be delivered may stay: on some parts a break leaves a NUL without an interrupt.
    const holdsMissing =
      deviceHoldsInput && (missing.length > 0 || this.#deliveredCount === this.#arrivals.length);
    if (holdsMissing) {
      const missingClause = missing.length > 0 ? `${missingText} never reached the user, and ` : "";
      throw new Violation("received-not-stuck", `${missingClause}the device still has something received`);
    }
    if (missing.length > 0) throw new Violation("received-in-order", `${missingText} never reached the user`);
  }

  #checkSent(): void {
    const pending = this.#outputReadings
      .map((reading) =>
        OUTPUT_ROUTES.flatMap((byteRoute) => this.#outputs[byteRoute].missingFrom(reading[byteRoute])),
      )
      .toSorted((a, b) => a.length - b.length)[0] as number[];
    if (pending.length === 0) return;
    const sentCount = OUTPUT_ROUTES.reduce((sum, byteRoute) => sum + this.#outputs[byteRoute].length, 0);
    const wasWritten = this.thrWriteCount >= sentCount;
    throw new Violation(
      wasWritten ? "sent-in-order" : "sent-not-stuck",
      `${bytesInWords(pending)} never appeared on the line${wasWritten ? ", though written to THR" : ""}`,
    );
  }
}
