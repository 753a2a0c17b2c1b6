import { LSR } from "../../machines/index.js";
import { ChartInterruptController, type InterruptController } from "../bus/index.js";
import { type Chart, inputInWords } from "../device/index.js";
import { type Action, byteInWords, type Deed, deedInWords } from "./action.js";
import { type BusTarget, createAsyncBus, createBus } from "./bus.js";
import { ByteLedger } from "./byte-ledger.js";
import { Violation } from "./claims.js";
import type { Coroutine } from "./coroutine.js";
import { checkDetection } from "./detection.js";
import type { AsyncDriver, Driver, EntryPoint, MakeAsyncDriver, MakeDriver } from "./driver.js";
import { createDriver } from "./driver-shape.js";
import { FirstViolation } from "./first-violation.js";
import { HappeningLog } from "./happening-log.js";
import type { PlayOptions } from "./options.js";
import { ProgressWatchdog } from "./progress-watchdog.js";
import { RegisterRules } from "./register-rules.js";
import type { Schedule } from "./schedule.js";
import { isRunEnd, Stop, UsageError } from "./stop.js";
import { createSubject, type Subject } from "./subject.js";

/** After how many turns of the microtask queue a promise counts as waiting for something other than an access. */
const MAX_PROMISE_TURNS = 50;

const ERROR_BITS = LSR.BI | LSR.FE | LSR.PE;
/** After how many half characters without progress a poll waits in vain. */
const PATIENCE_HALF_CHARACTERS = 20;

/** A driver under test with its device, interrupt controller and processor, and the environment that acts between two accesses. */
export class TestBench implements BusTarget {
  readonly subject: Subject;
  readonly byteLedger = new ByteLedger();
  readonly happeningLog: HappeningLog;
  readonly #firstViolation: FirstViolation;
  readonly #progressWatchdog: ProgressWatchdog;
  readonly #interruptController: InterruptController;
  /** The last level of the device's interrupt line. */
  #lineLevel: 0 | 1 = 0;
  #driver: Driver = {};
  readonly #schedule: Schedule;
  readonly #registerRules: RegisterRules;
  readonly #accessTicks: number;
  readonly #quietInit: boolean;
  #inHandler = false;
  #entryPoint: EntryPoint | undefined;
  #callNumber = 0;
  #callCount = 0;
  /** Accesses of an asynchronous driver that have begun and are not yet made. */
  #pendingAccesses = 0;
  #stalledUntil: number | undefined;
  /** The part of a tick that delays have not let pass yet. */
  #delayRemainder = 0;
  /** A hash of everything that the driver has done on the bus: equal runs have equal ones. */
  accessHash = 0x811c9dc5;

  private constructor(options: PlayOptions, schedule: Schedule, isRecording: boolean) {
    this.happeningLog = new HappeningLog(isRecording, () => this.subject.device.journal.next);
    const { pic = "edge" } = options;
    this.#interruptController = typeof pic === "function" ? pic() : new ChartInterruptController(pic);
    this.#schedule = schedule;
    this.#firstViolation = new FirstViolation(options.claims);
    this.#progressWatchdog = new ProgressWatchdog(
      this.#firstViolation,
      { now: () => this.subject.device.now, patienceTicks: () => this.#patienceTicks() },
      options.pollLimit,
    );
    this.#quietInit = options.quietInit ?? true;
    this.subject = createSubject(options, {
      output: (byte) => this.#handleOutput(byte),
      pulse: () => {
        this.happeningLog.appendEffect("IRQ");
        this.#interruptController.pulse();
      },
      level: (level) => {
        if (level !== this.#lineLevel) this.happeningLog.appendEffect(`INTR ${level}`);
        this.#lineLevel = level;
        this.#interruptController.setLevel(level);
      },
      isLevelUsed: this.#interruptController.trigger === "level",
      isJournalKept: isRecording,
    });
    const { isTimed, device } = this.subject;
    this.#accessTicks =
      options.accessTicks ?? (isTimed ? Math.max(1, Math.round(device.chart.clock / 1e6)) : 0);
    this.#registerRules = new RegisterRules(this.subject);
  }

  /** Creates a driver on a device. */
  static create(
    makeDriver: MakeDriver,
    options: PlayOptions,
    schedule: Schedule,
    isRecording: boolean,
  ): TestBench {
    const testBench = new TestBench(options, schedule, isRecording);
    testBench.#driver = createDriver(makeDriver, createBus(testBench, options.window));
    return testBench;
  }

  /** Creates a driver whose entry points return promises on a device. */
  static createAsync(
    makeDriver: MakeAsyncDriver,
    options: PlayOptions,
    schedule: Schedule,
    isRecording: boolean,
  ): TestBench {
    const testBench = new TestBench(options, schedule, isRecording);
    testBench.#driver = createDriver(
      makeDriver,
      createAsyncBus(testBench, options.window, (change) => {
        testBench.#pendingAccesses += change;
      }),
    ) as Driver;
    return testBench;
  }

  /** The device's chart. */
  get chart(): Chart {
    return this.subject.device.chart;
  }

  get driver(): Driver {
    return this.#driver;
  }

  /** The first violation, if there was one. */
  get violation(): Violation | undefined {
    return this.#firstViolation.violation;
  }

  get hasPreemption(): boolean {
    return (
      this.#interruptController.isRequesting ||
      this.#schedule.isDueWithinCall() ||
      this.violation !== undefined
    );
  }

  setInterrupts(enabled: boolean): void {
    this.#interruptController.setInterruptsEnabled(enabled);
  }

  delay(microseconds: number): void {
    if (!(microseconds >= 0 && Number.isFinite(microseconds)))
      throw new RangeError(`delay: expected a number of microseconds from 0, got ${microseconds}`);
    this.#countAccess(microseconds * 1e3);
    if (this.happeningLog.isRecording) this.#appendAccess(`waits ${microseconds} µs`);
    const ticks = (microseconds * this.subject.device.chart.clock) / 1e6 + this.#delayRemainder;
    this.#delayRemainder = ticks - Math.floor(ticks);
    this.advanceTime(Math.floor(ticks));
    this.#firstViolation.throwIfViolated();
  }

  yieldAccess(): void {
    this.#countAccess(8);
    this.advanceTime(this.#accessTicks);
    this.#firstViolation.throwIfViolated();
  }

  log(text: string): void {
    if (this.happeningLog.isRecording) this.#appendAccess(`logs ${JSON.stringify(text)}`);
  }

  /** Records what the driver does, with the function that does it. */
  #appendAccess(text: string): void {
    this.happeningLog.append("driver", text, this.driver.location?.());
  }

  /** Ends the run: the driver frees its resources. */
  close(): void {
    this.driver.close?.();
  }

  /** Notes progress: the watchdog starts again. */
  noteProgress(): void {
    this.#progressWatchdog.restart();
  }

  /** The time after which a poll has waited in vain: none on a device without time, and beyond the end of a stall. */
  #patienceTicks(): number {
    const { isTimed, device } = this.subject;
    if (!isTimed) return 0;
    const stallTicks = this.#stalledUntil === undefined ? 0 : this.#stalledUntil - device.now;
    return stallTicks + PATIENCE_HALF_CHARACTERS * this.subject.halfCharacterTicks();
  }

  /** Lets time pass, and ends a stall of the host that has lasted long enough. */
  advanceTime(ticks: number): void {
    if (ticks > 0) this.subject.device.advance(ticks);
    if (this.#stalledUntil === undefined || this.subject.device.now < this.#stalledUntil) return;
    this.#stalledUntil = undefined;
    this.happeningLog.append("environment", "the host takes output again");
    this.subject.setOutputHeld(false);
  }

  get isOutputStalled(): boolean {
    return this.#stalledUntil !== undefined;
  }

  /** Lets the environment act between two accesses, and takes a pending interrupt. */
  *preempt(): Coroutine<void> {
    this.#firstViolation.throwIfViolated();
    if (!(this.happeningLog.isStarting && this.#quietInit)) {
      for (
        let dueAction = this.#schedule.takeDueWithinCall();
        dueAction;
        dueAction = this.#schedule.takeDueWithinCall()
      )
        this.performDeed(dueAction);
    }
    yield* this.takeInterrupts();
  }

  /** Takes interrupts as long as the controller requests them. */
  *takeInterrupts(): Coroutine<void> {
    while (this.#interruptController.isRequesting && this.driver.interrupt) {
      this.happeningLog.append("processor", "takes the interrupt");
      this.#progressWatchdog.countHandlerRound();
      this.#interruptController.acknowledge();
      this.#inHandler = true;
      this.happeningLog.isInHandler = true;
      try {
        yield* this.callEntryPoint("interrupt");
      } finally {
        this.#interruptController.end();
        this.#inHandler = false;
        this.happeningLog.isInHandler = false;
      }
      if (this.happeningLog.isRecording) this.happeningLog.append("processor", "goes on");
    }
  }

  /** Runs an entry point to its end. */
  *callEntryPoint(entryPoint: EntryPoint, byte?: number): Coroutine<unknown> {
    const outerCall = [this.#entryPoint, this.#callNumber] as const;
    this.#entryPoint = entryPoint;
    this.#callNumber = ++this.#callCount;
    try {
      return yield* this.#finishCall(
        (this.driver[entryPoint] as ((byte?: number) => unknown) | undefined)?.call(this.driver, byte),
      );
    } catch (error) {
      // A driver that knows of a violation throws it.
      if (error instanceof Violation) this.recordViolation(error);
      if (isRunEnd(error) || error instanceof UsageError) throw error;
      const errorText = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.recordViolation(new Violation("no-throw", `${entryPoint} throws ${errorText}`));
      throw new Stop();
    } finally {
      [this.#entryPoint, this.#callNumber] = outerCall;
    }
  }

  *#finishCall(callResult: unknown): Coroutine<unknown> {
    if (typeof callResult !== "object" || callResult === null) return callResult;
    if ("then" in callResult) return yield* this.#awaitPromise(callResult as PromiseLike<unknown>);
    if (!("next" in callResult)) return callResult;
    const steps = callResult as Generator<unknown, unknown, unknown>;
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      this.yieldAccess();
      yield* this.preempt();
    }
  }

  /** Waits for a promise. While that waits for something other than an access, time passes and the environment acts. */
  *#awaitPromise(promise: PromiseLike<unknown>): Coroutine<unknown> {
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
      for (let turnCount = 0; turnCount < MAX_PROMISE_TURNS && outcome === undefined; turnCount++) {
        const outside = (this.#driver as AsyncDriver).outside?.();
        yield outside;
        if (this.#pendingAccesses > 0 || outside !== undefined) turnCount = 0;
      }
      if (outcome !== undefined) break;
      this.yieldAccess();
      yield* this.preempt();
    }
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Performs a deed of the environment. */
  performDeed(deed: Deed | Action): void {
    this.noteProgress();
    const { subject, byteLedger } = this;
    // The driver may clear input that arrives before it is set up. Where LSR shows errors before their character is due, those that nobody has
    // read yet are taken for errors of what arrives.
    const isOptional =
      this.happeningLog.isStarting ||
      ((subject.device.peek(5) & ERROR_BITS) !== 0 && subject.showsErrorsEarly());
    const count = deed.type === "arrive" ? deed.count : 1;
    const byteRoute = deed.type === "error" ? "error" : "arrive";
    const bytes =
      deed.type === "arrive" || deed.type === "error"
        ? Array.from({ length: count }, () => byteLedger.drawByte(byteRoute))
        : [];
    if (this.happeningLog.isRecording)
      this.happeningLog.append("environment", deedInWords(deed, bytes, subject));
    switch (deed.type) {
      case "arrive": {
        const arrivals = subject.receiveBytes(bytes);
        for (const [i, byte] of bytes.entries())
          byteLedger.recordArrival(byte, arrivals[i] ?? "ignored", isOptional);
        break;
      }
      case "error":
        byteLedger.recordArrival(bytes[0] as number, subject.receiveFault(bytes[0] as number), true);
        break;
      case "break":
        if (subject.isBreakReportedEarly) byteLedger.makePendingOptional();
        byteLedger.recordArrival(0, subject.receiveFault("break"), true);
        break;
      case "pass":
        this.advanceTime(deed.halves * subject.halfCharacterTicks());
        break;
      case "stall":
        if (!this.isOutputStalled) subject.setOutputHeld(true);
        this.#stalledUntil = subject.device.now + deed.halves * subject.halfCharacterTicks();
        break;
      case "snapshot":
        subject.device.apply({ type: "restore", state: subject.device.save().state });
    }
    this.#firstViolation.throwIfViolated();
  }

  /** Records a violation, if its claim is checked. */
  recordViolation(violation: Violation): void {
    this.#firstViolation.record(violation);
  }

  #handleOutput(byte: number): void {
    this.noteProgress();
    if (this.happeningLog.isRecording) this.happeningLog.appendEffect(`${byteInWords(byte)} leaves`);
    this.#firstViolation.recordFrom(() => this.byteLedger.recordOutput(byte));
  }

  /** Counts an access, or a turn of a poll, and adds it to the hash. */
  #countAccess(detail: number): void {
    this.accessHash = Math.imul(this.accessHash ^ detail, 0x01000193);
    this.#schedule.countAccess();
    this.#progressWatchdog.countAccess(this.#entryPoint);
  }

  read(offset: number): number {
    this.#countAccess(offset);
    const { device } = this.subject;
    const { isLatchOpen } = this.#registerRules;
    if (this.#entryPoint !== "probe")
      this.#firstViolation.recordFrom(() => this.#registerRules.checkRead(offset, this.#callNumber));
    const takesByte = offset === 0 && !isLatchOpen && (device.peek(5) & LSR.DR) !== 0;
    if (takesByte) this.noteProgress();
    if (this.happeningLog.isRecording) {
      const value = device.peek(offset);
      this.#appendAccess(inputInWords({ type: "read", offset }, isLatchOpen, value, device.chart));
    }
    const value = device.read(offset);
    this.advanceTime(this.#accessTicks);
    if (offset === 2 && this.#inHandler) this.#progressWatchdog.countHandlerRound();
    this.#firstViolation.throwIfViolated();
    return value;
  }

  write(offset: number, value: number): void {
    this.#countAccess(0x100 | (value << 16) | offset);
    const { device } = this.subject;
    const { isLatchOpen } = this.#registerRules;
    if (this.happeningLog.isRecording)
      this.#appendAccess(
        inputInWords({ type: "write", offset, value }, isLatchOpen, undefined, device.chart),
      );
    if (this.#entryPoint !== "probe")
      this.#firstViolation.recordFrom(() => this.#registerRules.checkWrite(offset, value, this.#callNumber));
    this.#registerRules.recordWrite(offset, value, this.#callNumber);
    if (offset === 0 && !isLatchOpen) {
      this.noteProgress();
      this.byteLedger.thrWriteCount++;
    }
    device.write(offset, value);
    this.advanceTime(this.#accessTicks);
    this.#firstViolation.throwIfViolated();
  }

  /** Checks the final state against the claims, and runs Linux's probe on the part. */
  checkFinalState(): void {
    const deviceHoldsInput =
      this.driver.receive !== undefined && (this.subject.device.peek(5) & LSR.DR) !== 0;
    this.#firstViolation.recordFrom(() =>
      this.byteLedger.checkComplete(deviceHoldsInput, this.driver.receive !== undefined),
    );
    if (this.violation || !this.#firstViolation.hasClaim("still-detected")) return;
    // A recorded scenario ends with the driver: the probe runs on a copy, whose accesses are not recorded.
    this.#firstViolation.recordFrom(() => checkDetection(this.subject, !this.happeningLog.isRecording));
  }
}
