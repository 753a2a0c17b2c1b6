import { LSR } from "../../machines/index.js";
import { inputInWords } from "../device/index.js";
import { type Action, byteInWords, type Deed, deedInWords } from "./action.js";
import { Books } from "./books.js";
import { Breach } from "./breach.js";
import { asyncBusTo, type BusEnd, busTo } from "./bus.js";
import { Violation } from "./claims.js";
import { checkDetected } from "./detected.js";
import { Discipline } from "./discipline.js";
import type { Driver, EntryPoint, MakeAsyncDriver, MakeDriver } from "./driver.js";
import { type Going, isEnd, Stop, UsageError } from "./ends.js";
import { Log } from "./log.js";
import type { PlayOptions } from "./options.js";
import { Patience } from "./patience.js";
import { Pic } from "./pic.js";
import type { Schedule } from "./schedule.js";
import { type Subject, subjectOf } from "./subject.js";

/** How many turns a promise is given before it counts as one that waits for something else than an access. */
const TURNS = 50;

/** A device, an interrupt controller, a processor and a driver on it, and everything round them that may act between two accesses. */
export class World implements BusEnd {
  readonly subject: Subject;
  readonly books = new Books();
  readonly log: Log;
  readonly #breach: Breach;
  readonly #patience: Patience;
  readonly #pic: Pic;
  #driver: Driver = {};
  readonly #schedule: Schedule;
  readonly #discipline: Discipline;
  readonly #accessTicks: number;
  readonly #quietInit: boolean;
  #inHandler = false;
  #entry: EntryPoint | undefined;
  #call = 0;
  #calls = 0;
  /** Accesses of a driver that waits for each, begun and not yet made. */
  #underWay = 0;
  #stalledUntil: number | undefined;

  private constructor(options: PlayOptions, schedule: Schedule, keepLog: boolean) {
    this.log = new Log(keepLog);
    this.#pic = new Pic(options.pic ?? "edge");
    this.#schedule = schedule;
    this.#breach = new Breach(options.claims);
    this.#patience = new Patience(this.#breach, options.pollLimit);
    this.#quietInit = options.quietInit ?? true;
    this.subject = subjectOf(options, {
      output: (byte) => this.#output(byte),
      pulse: () => {
        this.log.effect("IRQ");
        this.#pic.send("line.pulse");
      },
      level: (level) => {
        if (level !== this.#pic.line) this.log.effect(`INTR ${level}`);
        this.#pic.level(level);
      },
      keepsJournal: keepLog,
    });
    const { timed, device } = this.subject;
    this.#accessTicks =
      options.accessTicks ?? (timed ? Math.max(1, Math.round(device.chart.clock / 1e6)) : 0);
    this.#discipline = new Discipline(this.subject);
  }

  /** A driver on a device. */
  static of(makeDriver: MakeDriver, options: PlayOptions, schedule: Schedule, keepLog: boolean): World {
    const world = new World(options, schedule, keepLog);
    world.#driver = makeDriver(busTo(world));
    return world;
  }

  /** A driver that gives promises on a device. */
  static ofAsync(
    makeDriver: MakeAsyncDriver,
    options: PlayOptions,
    schedule: Schedule,
    keepLog: boolean,
  ): World {
    const world = new World(options, schedule, keepLog);
    world.#driver = makeDriver(
      asyncBusTo(world, (change) => {
        world.#underWay += change;
      }),
    ) as Driver;
    return world;
  }

  get driver(): Driver {
    return this.#driver;
  }

  /** What was broken first. */
  get violation(): Violation | undefined {
    return this.#breach.first;
  }

  get isDue(): boolean {
    return this.#pic.asks || this.#schedule.isDueWithin() || this.violation !== undefined;
  }

  setInterrupts(enabled: boolean): void {
    this.#pic.send(enabled ? "sti" : "cli");
  }

  delay(ticks: number): void {
    this.#poll();
    if (this.log.keeps) this.log.add("driver", `waits ${ticks} ticks`);
    this.pass(ticks);
    this.#breach.check();
  }

  /** Something moved: polls and handlers count anew. */
  progress(): void {
    this.#patience.renew();
  }

  /** Time passes, and a host that has stalled long enough goes on. */
  pass(ticks: number): void {
    if (ticks > 0) this.subject.device.advance(ticks);
    if (this.#stalledUntil === undefined || this.subject.device.now < this.#stalledUntil) return;
    this.#stalledUntil = undefined;
    this.log.add("environment", "the host takes output again");
    this.subject.hold(false);
  }

  get stalled(): boolean {
    return this.#stalledUntil !== undefined;
  }

  /** A point between two accesses: the environment acts, and an interrupt that waits is taken. */
  *point(): Going<void> {
    this.#breach.check();
    if (!(this.log.starting && this.#quietInit)) {
      for (let due = this.#schedule.dueWithin(); due; due = this.#schedule.dueWithin()) this.perform(due);
    }
    yield* this.interrupts();
  }

  /** Takes interrupts for as long as the controller asks. */
  *interrupts(): Going<void> {
    while (this.#pic.asks && this.driver.interrupt) {
      this.log.add("processor", "takes the interrupt");
      this.#patience.round();
      this.#pic.send("acknowledge");
      this.#inHandler = true;
      this.log.inHandler = true;
      try {
        yield* this.call("interrupt");
      } finally {
        this.#pic.send("end");
        this.#inHandler = false;
        this.log.inHandler = false;
      }
      if (this.log.keeps) this.log.add("processor", "goes on");
    }
  }

  /** Runs an entry point to its end. */
  *call(entry: EntryPoint, byte?: number): Going<unknown> {
    const outer = [this.#entry, this.#call] as const;
    this.#entry = entry;
    this.#call = ++this.#calls;
    try {
      return yield* this.#finish(
        byte === undefined ? this.driver[entry]?.(undefined as never) : this.driver[entry]?.(byte as never),
      );
    } catch (error) {
      if (isEnd(error) || error instanceof UsageError) throw error;
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.violate(new Violation("no-throw", `${entry} throws ${text}`));
      throw new Stop();
    } finally {
      [this.#entry, this.#call] = outer;
    }
  }

  *#finish(result: unknown): Going<unknown> {
    if (typeof result !== "object" || result === null) return result;
    if ("then" in result) return yield* this.#settle(result as PromiseLike<unknown>);
    if (!("next" in result)) return result;
    const steps = result as Generator<unknown, unknown, unknown>;
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      this.#poll();
      yield* this.point();
    }
  }

  /** Waits for a promise. While it waits for something else than an access, the world goes on. */
  *#settle(promise: PromiseLike<unknown>): Going<unknown> {
    let outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;
    promise.then(
      (value) => {
        outcome = { value };
      },
      (error) => {
        outcome = { error };
      },
    );
    for (;;) {
      for (let turn = 0; turn < TURNS && outcome === undefined; turn++) {
        yield;
        if (this.#underWay > 0) turn = 0;
      }
      if (outcome !== undefined) break;
      this.#poll();
      this.pass(this.#accessTicks);
      yield* this.point();
    }
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  /** The environment does something. */
  perform(deed: Deed | Action): void {
    this.progress();
    const { subject, books } = this;
    // What arrives before the driver is set up may be cleared away.
    const optional = this.log.starting;
    const count = deed.type === "arrive" ? deed.count : 1;
    const way = deed.type === "error" ? "error" : "arrive";
    const bytes =
      deed.type === "arrive" || deed.type === "error"
        ? Array.from({ length: count }, () => books.next(way))
        : [];
    if (this.log.keeps) this.log.add("environment", deedInWords(deed, bytes, subject));
    switch (deed.type) {
      case "arrive": {
        const arrivals = subject.arrive(bytes);
        for (const [i, byte] of bytes.entries()) books.arrived(byte, arrivals[i] ?? "ignored", optional);
        break;
      }
      case "error":
        books.arrived(bytes[0] as number, subject.fault(bytes[0] as number), true);
        break;
      case "break":
        if (subject.breaksEarly) books.blur();
        books.arrived(0, subject.fault("break"), true);
        break;
      case "pass":
        this.pass(deed.halves * subject.halfTicks());
        break;
      case "stall":
        if (!this.stalled) subject.hold(true);
        this.#stalledUntil = subject.device.now + deed.halves * subject.halfTicks();
        break;
      case "snapshot":
        subject.device.apply({ type: "restore", state: subject.device.save().state });
    }
    this.#breach.check();
  }

  /** Notes what was broken, if it is claimed. */
  violate(violation: Violation): void {
    this.#breach.note(violation);
  }

  #output(byte: number): void {
    this.progress();
    if (this.log.keeps) this.log.effect(`${byteInWords(byte)} leaves`);
    this.#breach.noteOf(() => this.books.output(byte));
  }

  /** One more access, or turn of a poll. */
  #poll(): void {
    this.#schedule.count();
    this.#patience.poll(this.#entry);
  }

  read(offset: number): number {
    this.#poll();
    const { device } = this.subject;
    const { dlab } = this.#discipline;
    if (this.#entry !== "probe") this.#breach.noteOf(() => this.#discipline.read(offset, this.#call));
    const takes = offset === 0 && !dlab && (device.peek(5) & LSR.DR) !== 0;
    if (takes) this.progress();
    if (this.log.keeps) {
      const value = device.peek(offset);
      this.log.add("driver", inputInWords({ type: "read", offset }, dlab, value, device.chart));
    }
    const value = device.read(offset);
    this.pass(this.#accessTicks);
    if (offset === 2 && this.#inHandler) this.#patience.round();
    this.#breach.check();
    return value;
  }

  write(offset: number, value: number): void {
    this.#poll();
    const { device } = this.subject;
    const { dlab } = this.#discipline;
    if (this.log.keeps) {
      this.log.add("driver", inputInWords({ type: "write", offset, value }, dlab, undefined, device.chart));
    }
    if (this.#entry !== "probe") this.#breach.noteOf(() => this.#discipline.write(offset, value, this.#call));
    this.#discipline.note(offset, value, this.#call);
    if (offset === 0 && !dlab) {
      this.progress();
      this.books.written++;
    }
    device.write(offset, value);
    this.pass(this.#accessTicks);
    this.#breach.check();
  }

  /** Holds what is left against the claims, as nothing moves any more; then Linux's probe looks at the part. */
  close(): void {
    const holds = this.driver.receive !== undefined && (this.subject.device.peek(5) & LSR.DR) !== 0;
    this.#breach.noteOf(() => this.books.close(holds, this.driver.receive !== undefined));
    if (this.violation || !this.#breach.claims("still-detected")) return;
    // What is told ends where the driver does.
    this.#breach.noteOf(() => checkDetected(this.subject, !this.log.keeps));
  }
}
