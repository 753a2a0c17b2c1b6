import { LSR } from "../../machines/index.js";
import { inputInWords } from "../device/index.js";
import { type Action, byteInWords, type Deed, deedInWords } from "./action.js";
import { autoconfig, type Part } from "./autoconfig.js";
import { Books } from "./books.js";
import { type ClaimId, Violation } from "./claims.js";
import { Discipline } from "./discipline.js";
import type { AsyncBus, Bus, Driver, EntryPoint, MakeAsyncDriver, MakeDriver } from "./driver.js";
import { atOnce, byAndBy, checkByte, type Going, isEnd, Stop, UsageError } from "./ends.js";
import { Log } from "./log.js";
import type { PlayOptions } from "./options.js";
import { Pic } from "./pic.js";
import { probePort } from "./probe-port.js";
import type { Schedule } from "./schedule.js";
import { type Subject, subjectOf } from "./subject.js";

/**
 * How often in a row the handler may be entered or ask what is pending while no byte moves: there are five sources, each asked
 * for, answered and found to be the last.
 */
const ROUNDS = 24;
/** How many turns a promise is given before it counts as one that waits for something else than an access. */
const TURNS = 50;

/** What Linux's probe takes each part for while it is new. */
const newParts = new Map<string, Part>();

/** A device, an interrupt controller, a processor and a driver on it, and everything round them that may act between two accesses. */
export class World {
  readonly subject: Subject;
  readonly books = new Books();
  readonly log: Log;
  /** What was broken first. */
  violation: Violation | undefined;
  readonly #pic: Pic;
  #driver: Driver = {};
  readonly #schedule: Schedule;
  readonly #discipline: Discipline;
  readonly #claims: ReadonlySet<ClaimId> | undefined;
  readonly #accessTicks: number;
  readonly #pollLimit: number;
  readonly #quietInit: boolean;
  #inHandler = false;
  #entry: EntryPoint | undefined;
  #call = 0;
  #calls = 0;
  /** Accesses, and rounds of the handler, since something moved. */
  #accesses = 0;
  #rounds = 0;
  /** Accesses of a driver that waits for each, begun and not yet made. */
  #underWay = 0;
  #stalledUntil: number | undefined;

  private constructor(options: PlayOptions, schedule: Schedule, keepLog: boolean) {
    this.log = new Log(keepLog);
    this.#pic = new Pic(options.pic ?? "edge");
    this.#schedule = schedule;
    this.#claims = options.claims && new Set(options.claims);
    this.#quietInit = options.quietInit ?? true;
    this.#pollLimit = options.pollLimit ?? 4096;
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
    world.#driver = makeDriver(world.#bus());
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
    world.#driver = makeDriver(world.#asyncBus()) as Driver;
    return world;
  }

  get driver(): Driver {
    return this.#driver;
  }

  #bus(): Bus {
    return {
      read: (offset) => {
        checkByte("offset", offset);
        this.#pointAtOnce();
        return this.#read(offset);
      },
      write: (offset, value) => {
        checkByte("offset", offset);
        checkByte("value", value);
        this.#pointAtOnce();
        this.#write(offset, value);
      },
      disableInterrupts: () => this.#pic.send("cli"),
      enableInterrupts: () => {
        this.#pic.send("sti");
        this.#pointAtOnce();
      },
      delay: (ticks) => {
        this.#pointAtOnce();
        this.#delay(ticks);
      },
    };
  }

  #asyncBus(): AsyncBus {
    const pointThen = <T>(act: () => T): Promise<T> => {
      this.#underWay++;
      const result = byAndBy(this.point()).then(act);
      // A driver may leave an access to itself: what it breaks is noted all the same.
      result.then(
        () => this.#underWay--,
        () => this.#underWay--,
      );
      return result;
    };
    return {
      read: (offset) =>
        pointThen(() => {
          checkByte("offset", offset);
          return this.#read(offset);
        }),
      write: (offset, value) =>
        pointThen(() => {
          checkByte("offset", offset);
          checkByte("value", value);
          this.#write(offset, value);
        }),
      disableInterrupts: async () => this.#pic.send("cli"),
      enableInterrupts: () => {
        this.#pic.send("sti");
        return pointThen(() => {});
      },
      delay: (ticks) => pointThen(() => this.#delay(ticks)),
    };
  }

  /** Most accesses are made while nothing else happens. */
  #pointAtOnce(): void {
    if (this.#pic.asks || this.#schedule.isDueWithin() || this.violation) atOnce(this.point());
  }

  #delay(ticks: number): void {
    this.#poll();
    if (this.log.keeps) this.log.add("driver", `waits ${ticks} ticks`);
    this.pass(ticks);
    this.#check();
  }

  /** Something moved: polls and handlers count anew. */
  progress(): void {
    this.#accesses = 0;
    this.#rounds = 0;
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
    this.#check();
    if (!(this.log.starting && this.#quietInit)) {
      for (let due = this.#schedule.dueWithin(); due; due = this.#schedule.dueWithin()) this.perform(due);
    }
    yield* this.interrupts();
  }

  /** Takes interrupts for as long as the controller asks. */
  *interrupts(): Going<void> {
    while (this.#pic.asks && this.driver.interrupt) {
      this.log.add("processor", "takes the interrupt");
      this.#round();
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
    this.#check();
  }

  /** Notes what was broken, if it is claimed. */
  violate(violation: Violation): void {
    if (this.#claims && !this.#claims.has(violation.claim)) return;
    this.violation ??= violation;
  }

  /** @throws Violation if something has been broken. */
  #check(): void {
    if (this.violation) throw this.violation;
  }

  #try(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.violate(error);
    }
  }

  #output(byte: number): void {
    this.progress();
    if (this.log.keeps) this.log.effect(`${byteInWords(byte)} leaves`);
    this.#try(() => this.books.output(byte));
  }

  /** One more access, or turn of a poll. */
  #poll(): void {
    this.#schedule.count();
    if (++this.#accesses <= this.#pollLimit) return;
    this.violate(
      new Violation("no-hang", `${this.#entry} makes ${this.#pollLimit} accesses while nothing moves`),
    );
    throw this.violation ?? new Stop();
  }

  #round(): void {
    if (++this.#rounds <= ROUNDS) return;
    this.violate(new Violation("handler-ends", `the handler goes round ${ROUNDS} times while no byte moves`));
    throw this.violation ?? new Stop();
  }

  #read(offset: number): number {
    this.#poll();
    const { device } = this.subject;
    const { dlab } = this.#discipline;
    if (this.#entry !== "probe") this.#try(() => this.#discipline.read(offset, this.#call));
    const takes = offset === 0 && !dlab && (device.peek(5) & LSR.DR) !== 0;
    if (takes) this.progress();
    if (this.log.keeps) {
      const value = device.peek(offset);
      this.log.add("driver", inputInWords({ type: "read", offset }, dlab, value, device.chart));
    }
    const value = device.read(offset);
    this.pass(this.#accessTicks);
    if (offset === 2 && this.#inHandler) this.#round();
    this.#check();
    return value;
  }

  #write(offset: number, value: number): void {
    this.#poll();
    const { device } = this.subject;
    const { dlab } = this.#discipline;
    if (this.log.keeps) {
      this.log.add("driver", inputInWords({ type: "write", offset, value }, dlab, undefined, device.chart));
    }
    if (this.#entry !== "probe") this.#try(() => this.#discipline.write(offset, value, this.#call));
    this.#discipline.note(offset, value, this.#call);
    if (offset === 0 && !dlab) {
      this.progress();
      this.books.written++;
    }
    device.write(offset, value);
    this.pass(this.#accessTicks);
    this.#check();
  }

  /** Holds what is left against the claims, as nothing moves any more; then Linux's probe looks at the part. */
  close(): void {
    const holds = this.driver.receive !== undefined && (this.subject.device.peek(5) & LSR.DR) !== 0;
    this.#try(() => this.books.close(holds, this.driver.receive !== undefined));
    if (this.violation || this.#claims?.has("still-detected") === false) return;
    this.#try(() => this.#detect());
  }

  /** @throws Violation if Linux's probe takes the part for another than when it was new. */
  #detect(): void {
    const { device, name } = this.subject;
    // What is told ends where the driver does: then a copy is probed.
    const probed = this.log.keeps ? this.subject.fresh() : device;
    if (probed !== device) probed.apply({ type: "restore", state: device.save().state });
    const part = autoconfig(probePort(probed));
    const was = newParts.get(name) ?? autoconfig(probePort(this.subject.fresh()));
    newParts.set(name, was);
    if (part === was && part !== "unknown") return;
    throw new Violation("still-detected", `it takes the part for ${part}, and took it for ${was} before`);
  }
}
