import { LSR } from "../../machines/index.js";
import { ChartInterruptController, type InterruptController } from "../bus/index.js";
import { type Chart, inputInWords } from "../device/index.js";
import { formatValue } from "../journal/internal.js";
import { AccessOrders } from "./access-orders.js";
import { type Action, byteInWords, bytesInWords, type Deed, deedInWords, isPrintWithin } from "./action.js";
import { type BusTarget, createAsyncBus, createBus } from "./bus.js";
import { ByteLedger } from "./byte-ledger.js";
import { type Checkpoint, checkpointOf, joinCheckpoints } from "./checkpoint.js";
import { type ClaimId, Violation } from "./claims.js";
import { Conditions, isLastingDeed } from "./conditions.js";
import type { Coroutine } from "./coroutine.js";
import { checkDetection } from "./detection.js";
import type { AsyncDriver, Driver, EntryPoint, MakeAsyncDriver, MakeDriver } from "./driver.js";
import { CALLERS, type CallEnvironment, finishCall, resultInWords } from "./driver-call.js";
import { createDriver } from "./driver-shape.js";
import type { ReceivedCharacter } from "./far-end.js";
import { FarEndFlow } from "./far-end-flow.js";
import { FirstViolation } from "./first-violation.js";
import { HappeningLog } from "./happening-log.js";
import { LineRules } from "./line-rules.js";
import type { PlayOptions } from "./options.js";
import { ProgressWatchdog } from "./progress-watchdog.js";
import { RegisterRules } from "./register-rules.js";
import type { Schedule } from "./schedule.js";
import { isRunEnd, Stop, UsageError } from "./stop.js";
import { explainStuck } from "./stuck.js";
import { createSubject, type Subject } from "./subject.js";

const ERROR_BITS = LSR.BI | LSR.FE | LSR.PE;
/** After how many half characters without progress a poll waits in vain. */
const PATIENCE_HALF_CHARACTERS = 20;

/** The claims to which a driver is held where there is no device: it must come to an end. */
const ABSENT_CLAIMS: readonly ClaimId[] = ["handler-ends", "no-hang", "no-throw", "received-in-order"];

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
  #areInterruptsEnabled = true;
  #isSpurious = false;
  /** The bytes that drivers before this one have dropped. */
  #droppedBefore = 0;
  #driver: Driver = {};
  #createDriver: () => Driver = () => ({});
  readonly #schedule: Schedule;
  readonly #registerRules: RegisterRules;
  readonly #lineRules: LineRules;
  readonly #conditions: Conditions;
  readonly #farEndFlow: FarEndFlow;
  /** The duration of an access, and the part of a tick that accesses and delays have not let pass yet. */
  #accessTicks: number;
  #tickRemainder = 0;
  readonly #quietInit: boolean;
  #inHandler = false;
  #entryPoint: EntryPoint | undefined;
  #callNumber = 0;
  #callCount = 0;
  /** Accesses of an asynchronous driver that have begun and are not yet made. */
  #pendingAccesses = 0;
  readonly accessOrders = new AccessOrders();
  readonly #callEnvironment: CallEnvironment = {
    yieldAndPreempt: () => this.#yieldAndPreempt(),
    outside: () => (this.#driver as AsyncDriver).outside?.(),
    hasPendingAccesses: () => this.#pendingAccesses > 0,
  };

  private constructor(options: PlayOptions, schedule: Schedule, isRecording: boolean) {
    this.happeningLog = new HappeningLog(isRecording, () => this.subject.device.journal.next);
    const { pic = "edge" } = options;
    this.#interruptController = typeof pic === "function" ? pic() : new ChartInterruptController(pic);
    this.#schedule = schedule;
    this.#firstViolation = new FirstViolation(
      options.device === "absent" ? (options.claims ?? ABSENT_CLAIMS) : options.claims,
    );
    this.#progressWatchdog = new ProgressWatchdog(
      this.#firstViolation,
      {
        now: () => this.subject.device.now,
        heldUntil: () => this.#conditions.heldUntil,
        patienceTicks: () => this.#patienceTicks(),
      },
      options.pollLimit,
    );
    this.#quietInit = options.quietInit ?? true;
    this.subject = createSubject(options, {
      output: (character) => this.#handleOutput(character),
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
    this.#lineRules = new LineRules(this.subject);
    this.#farEndFlow = new FarEndFlow(this.subject, () => this.#driver);
    this.#conditions = new Conditions(this.subject, {
      maySend: () => this.#farEndFlow.maySend,
      changed: (text) => this.happeningLog.append("environment", text),
      arrived: (byte) => this.#receiveStreamed(byte),
      inputsDriven: () => this.#lineRules.recordInputs(),
    });
  }

  /** Creates a driver on the device as it is. */
  renewDriver(): void {
    this.#droppedBefore += this.#driver.dropped?.() ?? 0;
    this.#driver.close?.();
    this.#driver = this.#createDriver();
  }

  /** Creates a driver on a device. */
  static create(
    makeDriver: MakeDriver,
    options: PlayOptions,
    schedule: Schedule,
    isRecording: boolean,
  ): TestBench {
    const testBench = new TestBench(options, schedule, isRecording);
    testBench.#createDriver = () => createDriver(makeDriver, createBus(testBench, options.window));
    testBench.renewDriver();
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
    testBench.#createDriver = () =>
      createDriver(
        makeDriver,
        createAsyncBus(testBench, options.window, (change) => {
          testBench.#pendingAccesses += change;
        }),
      ) as Driver;
    testBench.renewDriver();
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
      this.#isSpurious ||
      this.#schedule.isDueWithinCall(this.#canPrintWithin) ||
      this.violation !== undefined
    );
  }

  /** True where the kernel may print in the middle of the driver: `send` is preempted by an interrupt of another device. */
  get #canPrintWithin(): boolean {
    return (
      this.#entryPoint === "send" &&
      this.#areInterruptsEnabled &&
      !this.#inHandler &&
      this.driver.print !== undefined
    );
  }

  /** Holds back the actions that would be due in the middle of a call, or lets them come again. */
  holdActions(areHeld: boolean): void {
    this.#schedule.isHeld = areHeld;
  }

  setInterrupts(enabled: boolean): void {
    this.#areInterruptsEnabled = enabled;
    this.#interruptController.setInterruptsEnabled(enabled);
  }

  *delay(microseconds: number): Coroutine<void> {
    if (!(microseconds >= 0 && Number.isFinite(microseconds)))
      throw new RangeError(`delay: expected a number of microseconds from 0, got ${microseconds}`);
    this.#countAccess(microseconds * 1e3);
    if (this.happeningLog.isRecording) this.#appendAccess(`waits ${microseconds} µs`);
    let remainingTicks = (microseconds * this.subject.device.chart.clock) / 1e6;
    const stepTicks = this.subject.isTimed ? this.subject.halfCharacterTicks() : remainingTicks;
    for (; remainingTicks > stepTicks; remainingTicks -= stepTicks) {
      this.#passTicks(stepTicks);
      if (this.hasPreemption) yield* this.preempt();
    }
    this.#passTicks(remainingTicks);
    this.#firstViolation.throwIfViolated();
  }

  /** Lets ticks pass, of which a part remains for the next time. */
  #passTicks(ticks: number): void {
    const total = ticks + this.#tickRemainder;
    const wholeTicks = Math.floor(total);
    this.#tickRemainder = total - wholeTicks;
    this.advanceTime(wholeTicks);
  }

  addByte(byte: number): void {
    if (this.happeningLog.isRecording) this.#appendAccess(`adds ${byteInWords(byte)}`);
    this.byteLedger.recordSent("added", byte);
  }

  swallowByte(byte: number): void {
    if (this.happeningLog.isRecording) this.#appendAccess(`swallows ${byteInWords(byte)}`);
    this.byteLedger.recordSwallowed(byte);
  }

  dropByte(): void {
    if (this.happeningLog.isRecording) this.#appendAccess("drops a received byte");
    this.byteLedger.recordDrop();
    this.#firstViolation.recordFrom(() => this.#farEndFlow.checkDrop());
  }

  yieldAccess(): void {
    this.#countAccess(8);
    this.#passTicks(this.#accessTicks);
    this.#firstViolation.throwIfViolated();
  }

  countStep(): void {
    this.#schedule.countAccess();
  }

  log(text: string): void {
    if (this.happeningLog.isRecording) this.#appendAccess(`logs ${JSON.stringify(text)}`);
  }

  /** Records what the driver does, with the function that does it and its line. */
  #appendAccess(text: string): void {
    this.happeningLog.append("driver", text, this.driver.location?.());
  }

  /**
   * Returns the state of driver, device and environment, while the driver is idle and nothing has been violated; undefined if the driver or
   * the interrupt controller has no state that can be restored.
   */
  checkpoint(): Checkpoint | undefined {
    const driverCheckpoint = this.driver.checkpoint?.();
    const controller = this.#interruptController;
    if (!driverCheckpoint || !(controller instanceof ChartInterruptController)) return undefined;
    const { device } = this.subject;
    return joinCheckpoints([
      driverCheckpoint,
      // Restoring the device tells its line, which the controller has seen already.
      checkpointOf(
        () => device.save().state,
        (state) => device.apply({ type: "restore", state }),
      ),
      checkpointOf(
        () => controller.save(),
        (saved) => controller.restore(saved),
      ),
      this.byteLedger.checkpoint(),
      this.#registerRules.checkpoint(),
      this.#lineRules.checkpoint(),
      this.#conditions.checkpoint(),
      this.#farEndFlow.checkpoint(),
      this.#checkpointProcessor(),
    ]);
  }

  /** Returns the state of the processor. */
  #checkpointProcessor(): Checkpoint {
    const [lineLevel, enabled, spurious] = [this.#lineLevel, this.#areInterruptsEnabled, this.#isSpurious];
    const [accessTicks, remainder] = [this.#accessTicks, this.#tickRemainder];
    return {
      key: JSON.stringify([lineLevel, enabled, spurious, accessTicks, remainder]),
      restore: () => {
        [this.#lineLevel, this.#areInterruptsEnabled, this.#isSpurious] = [lineLevel, enabled, spurious];
        [this.#accessTicks, this.#tickRemainder] = [accessTicks, remainder];
        this.noteProgress();
      },
    };
  }

  /** Ends the run: the driver frees its resources. */
  close(): void {
    this.driver.close?.();
  }

  /** Notes progress: the watchdog starts again. */
  noteProgress(): void {
    this.#progressWatchdog.restart();
  }

  /** The time after which a poll has waited in vain: none on a device without time. */
  #patienceTicks(): number {
    return this.subject.isTimed ? PATIENCE_HALF_CHARACTERS * this.subject.halfCharacterTicks() : 0;
  }

  /** Lets time pass, while bytes arrive, and ends what the environment does for some time. */
  advanceTime(ticks: number): void {
    this.#conditions.advance(ticks, this.#inHandler);
  }

  #receiveStreamed(byte: number): void {
    if (this.happeningLog.isRecording)
      this.happeningLog.append("environment", `${byteInWords(byte)} arrives`);
    this.#farEndFlow.recordSent();
    this.#receive([byte]);
    this.noteProgress();
  }

  /** True while bytes arrive one after the other. */
  get isStreamArriving(): boolean {
    return this.#conditions.isStreamArriving;
  }

  /** Gives the line back its usual state, as the environment becomes quiet. */
  calmLine(): void {
    this.#conditions.calm();
  }

  /** True while something that the environment has begun is not over. */
  get isEnvironmentBusy(): boolean {
    return this.#conditions.isBusy;
  }

  *#yieldAndPreempt(): Coroutine<void> {
    this.yieldAccess();
    yield* this.preempt();
  }

  /** Lets the environment act between two accesses, and takes a pending interrupt. */
  *preempt(): Coroutine<void> {
    this.#firstViolation.throwIfViolated();
    if (!(this.happeningLog.isStarting && this.#quietInit)) {
      for (
        let dueAction = this.#schedule.takeDueWithinCall(this.#canPrintWithin);
        dueAction;
        dueAction = this.#schedule.takeDueWithinCall(this.#canPrintWithin)
      ) {
        if (isPrintWithin(dueAction)) yield* this.giveBytes("print", dueAction);
        else this.performDeed(dueAction);
      }
    }
    yield* this.takeInterrupts();
  }

  /** Takes interrupts as long as the controller requests them. */
  *takeInterrupts(): Coroutine<void> {
    if (this.#isSpurious && this.#areInterruptsEnabled && !this.#inHandler)
      yield* this.#takeSpuriousInterrupt();
    while (
      this.#interruptController.isRequesting &&
      this.driver.interrupt &&
      !this.#conditions.areInterruptsLate
    ) {
      this.happeningLog.append("processor", "takes the interrupt");
      this.#progressWatchdog.countHandlerRound();
      this.#interruptController.acknowledge();
      this.#inHandler = true;
      this.happeningLog.isInHandler = true;
      try {
        yield* this.#callHandler();
      } finally {
        this.#interruptController.end();
        this.#inHandler = false;
        this.happeningLog.isInHandler = false;
      }
      if (this.happeningLog.isRecording) this.happeningLog.append("processor", "goes on");
    }
  }

  /** Calls the handler, which may say that the interrupt was not its device's. */
  *#callHandler(): Coroutine<void> {
    const wasPending = this.#lineRules.isInterruptPending;
    const result = yield* this.callEntryPoint("interrupt");
    if (this.subject.absentReads === undefined)
      this.#firstViolation.recordFrom(() => this.#lineRules.checkHandlerResult(wasPending, result));
  }

  /** Calls the handler for an interrupt of another device. */
  *#takeSpuriousInterrupt(): Coroutine<void> {
    this.#isSpurious = false;
    if (!this.driver.interrupt) return;
    this.happeningLog.append("processor", "takes the interrupt");
    this.#interruptController.setInterruptsEnabled(false);
    this.#inHandler = true;
    this.happeningLog.isInHandler = true;
    try {
      yield* this.#callHandler();
    } finally {
      this.#inHandler = false;
      this.happeningLog.isInHandler = false;
      this.#interruptController.setInterruptsEnabled(this.#areInterruptsEnabled);
    }
    if (this.happeningLog.isRecording) this.happeningLog.append("processor", "goes on");
  }

  /** Gives the driver the bytes of an action to send or print. */
  *giveBytes(
    byteRoute: "send" | "print",
    { count, first }: { readonly count: number; readonly first?: number },
    afterEach?: () => Coroutine<void>,
  ): Coroutine<void> {
    if (!this.driver[byteRoute]) return;
    for (let i = 0; i < count; i++) {
      this.noteProgress();
      const byte = this.byteLedger.drawByte(byteRoute, first, i);
      this.byteLedger.recordSent(byteRoute, byte);
      if ((yield* this.callEntryPoint(byteRoute, byte)) === false) this.byteLedger.recordRefused(byteRoute);
      if (afterEach) yield* afterEach();
    }
  }

  /** Disables the device's interrupts, as a driver that is stopped in good order leaves them. */
  disableDevice(): void {
    const { device } = this.subject;
    if (!this.#registerRules.isLatchOpen && device.peek(1) !== 0) device.write(1, 0);
  }

  /** Takes the part's power away and gives it back, between `suspend` and `resume`. */
  losePower(): void {
    this.byteLedger.makePendingOptional();
    this.subject.losePower();
    this.#registerRules.recordReset();
  }

  /** Checks MCR.OUT2 once a call is done that is no part of another one. */
  #checkLinesAfter(entryPoint: EntryPoint): void {
    if (this.#registerRules.isLatchOpen || this.subject.absentReads !== undefined) return;
    if (entryPoint === "init" || entryPoint === "resume") this.#lineRules.recordInit();
    else if (entryPoint !== "probe" && entryPoint !== "suspend" && entryPoint !== "interrupt")
      this.#firstViolation.recordFrom(() => this.#lineRules.checkOut2());
  }

  /** Runs an entry point to its end. */
  *callEntryPoint(entryPoint: EntryPoint, byte?: number): Coroutine<unknown> {
    const outerCall = [this.#entryPoint, this.#callNumber] as const;
    const party = CALLERS[entryPoint];
    const callText = byte === undefined ? entryPoint : `${entryPoint} ${byteInWords(byte)}`;
    const logNumber =
      this.happeningLog.isRecording && entryPoint !== "interrupt"
        ? this.happeningLog.beginCall(party, callText)
        : 0;
    this.#entryPoint = entryPoint;
    this.#callNumber = ++this.#callCount;
    try {
      const result = yield* finishCall(
        (this.driver[entryPoint] as ((byte?: number) => unknown) | undefined)?.call(this.driver, byte),
        this.#callEnvironment,
      );
      this.#checkLinesAfter(entryPoint);
      if (logNumber > 0)
        this.happeningLog.endCall(
          logNumber,
          party,
          callText,
          resultInWords(entryPoint, result),
          entryPoint === "receive" || entryPoint === "timer",
        );
      return result;
    } catch (error) {
      // A driver that knows of a violation throws it.
      if (error instanceof Violation) this.recordViolation(error);
      if (isRunEnd(error) || error instanceof UsageError) throw error;
      // A driver may say so by an exception that there is nothing where it looked.
      if (this.subject.absentReads !== undefined && this.happeningLog.isStarting) throw new Stop();
      const errorText = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.recordViolation(new Violation("no-throw", `${entryPoint} throws ${errorText}`));
      throw new Stop();
    } finally {
      [this.#entryPoint, this.#callNumber] = outerCall;
    }
  }

  /** Performs a deed of the environment. */
  performDeed(deed: Deed | Action): void {
    this.noteProgress();
    this.accessOrders.recordStep(0x1000 | (deed.type.charCodeAt(0) << 4) | deed.type.length);
    const bytes = this.#bytesOf(deed);
    if (this.happeningLog.isRecording)
      this.happeningLog.append("environment", deedInWords(deed, bytes, this.subject));
    if (isLastingDeed(deed)) this.#conditions.begin(deed, bytes);
    else this.#performMoment(deed, bytes);
    this.#firstViolation.throwIfViolated();
  }

  /** Performs a deed that is over at once. */
  #performMoment(deed: Deed, bytes: readonly number[]): void {
    const { subject, byteLedger } = this;
    switch (deed.type) {
      case "arrive":
        this.#sendFromFarEnd(bytes);
        break;
      case "error":
        for (const byte of this.#farEndFlow.takeSendable(bytes))
          byteLedger.recordArrival(byte, subject.receiveFault(byte), true);
        break;
      case "spurious":
        this.#isSpurious = true;
        break;
      case "pace":
        if (subject.isTimed) this.#accessTicks = (deed.nanoseconds * this.chart.clock) / 1e9;
        break;
      case "break":
        if (!this.#farEndFlow.maySend) break;
        if (subject.isBreakReportedEarly) byteLedger.makePendingOptional();
        byteLedger.recordArrival(0, subject.receiveFault("break"), true);
        break;
      case "pass":
        this.advanceTime(deed.halves * subject.halfCharacterTicks());
        break;
      case "snapshot":
        subject.device.apply({ type: "restore", state: subject.device.save().state });
    }
  }

  /** Draws the bytes of a deed. */
  #bytesOf(deed: Deed | Action): number[] {
    switch (deed.type) {
      case "arrive":
      case "stream":
      case "flood":
        return Array.from({ length: deed.count }, (_, i) =>
          this.byteLedger.drawByte("arrive", deed.first, i),
        );
      case "error":
        return Array.from({ length: deed.count ?? 1 }, () => this.byteLedger.drawByte("error"));
      default:
        return [];
    }
  }

  /** Receives bytes together, and those one after the other that the other end may not send yet. */
  #sendFromFarEnd(bytes: readonly number[]): void {
    const sendable = this.#farEndFlow.takeSendable(bytes);
    if (sendable.length > 0) this.#receive(sendable);
    if (sendable.length === bytes.length) return;
    if (this.happeningLog.isRecording)
      this.happeningLog.append(
        "environment",
        `${bytesInWords(bytes.slice(sendable.length))} wait for RTS at the other end`,
      );
    this.#conditions.queueStream(bytes.slice(sendable.length));
  }

  /** Receives bytes together. */
  #receive(bytes: readonly number[]): void {
    const { subject } = this;
    // The driver may clear input that arrives before it is set up. Where LSR shows errors before their character is due, those that nobody has
    // read yet are taken for errors of what arrives.
    const isOptional =
      this.happeningLog.isStarting ||
      ((subject.device.peek(5) & ERROR_BITS) !== 0 && subject.showsErrorsEarly());
    const arrivals = subject.receiveBytes(bytes);
    for (const [i, byte] of bytes.entries())
      this.byteLedger.recordArrival(byte, arrivals[i] ?? "ignored", isOptional);
  }

  /** Records a violation, if its claim is checked. */
  recordViolation(violation: Violation): void {
    this.#firstViolation.record(violation);
  }

  #handleOutput({ value, framing, parity }: ReceivedCharacter): void {
    this.noteProgress();
    if (this.happeningLog.isRecording) this.happeningLog.appendEffect(`${byteInWords(value)} leaves`);
    this.#firstViolation.recordFrom(() => {
      this.byteLedger.recordOutput(value);
      if (framing || parity)
        throw new Violation(
          "sent-in-order",
          `${byteInWords(value)} reaches the other end with a ${framing ? "framing" : "parity"} error, as the formats or speeds differ`,
        );
    });
  }

  /** Counts an access, or a turn of a poll, and adds it to the hash. */
  #countAccess(detail: number): void {
    this.accessOrders.recordAccess(detail, this.#inHandler);
    this.#schedule.countAccess();
    this.#progressWatchdog.countAccess(this.#entryPoint);
  }

  read(offset: number): number {
    this.#countAccess(offset);
    const { device } = this.subject;
    const { isLatchOpen } = this.#registerRules;
    if (this.#entryPoint !== "probe" && this.subject.absentReads === undefined)
      this.#firstViolation.recordFrom(() => this.#registerRules.checkRead(offset, this.#callNumber));
    const takesByte = offset === 0 && !isLatchOpen && (device.peek(5) & LSR.DR) !== 0;
    if (takesByte) this.noteProgress();
    if (this.happeningLog.isRecording) {
      const value = this.subject.absentReads ?? device.peek(offset);
      this.#appendAccess(inputInWords({ type: "read", offset }, isLatchOpen, value, device.chart));
    }
    const value = this.subject.absentReads ?? device.read(offset);
    if (offset === 6) this.#lineRules.recordModemStatus(value);
    if (offset === 2 || offset >= 5) this.accessOrders.recordStep(0x10000 | (value << 8) | offset);
    this.#passTicks(this.#accessTicks);
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
    if (this.#entryPoint !== "probe" && this.subject.absentReads === undefined)
      this.#firstViolation.recordFrom(() => this.#registerRules.checkWrite(offset, value, this.#callNumber));
    this.#registerRules.recordWrite(offset, value, this.#callNumber);
    if (offset === 0 && !isLatchOpen) {
      this.noteProgress();
      this.byteLedger.thrWriteCount++;
      this.#firstViolation.recordFrom(() => this.#lineRules.checkSend(this.driver));
    }
    device.write(offset, value);
    this.#passTicks(this.#accessTicks);
    this.#firstViolation.throwIfViolated();
  }

  /** Checks the final state against the claims, and runs Linux's probe on the part. */
  checkFinalState(): void {
    this.checkBytes();
    if (this.subject.absentReads !== undefined) return;
    if (this.violation || !this.#firstViolation.hasClaim("still-detected")) return;
    // A recorded scenario ends with the driver: the probe runs on a copy, whose accesses are not recorded.
    this.#firstViolation.recordFrom(() => checkDetection(this.subject, !this.happeningLog.isRecording));
  }

  /** Explains in a clause why a byte is stuck. */
  explainStuck(claim: ClaimId): string {
    return explainStuck(claim, {
      subject: this.subject,
      happenings: this.happeningLog.happenings,
      lineLevel: this.#lineLevel,
      areInterruptsEnabled: this.#areInterruptsEnabled,
      trigger: this.#interruptController.trigger,
      hasHandler: this.driver.interrupt !== undefined,
    });
  }

  /** Reads how many received bytes the driver has dropped. */
  countDropped(): void {
    const count = this.driver.dropped?.();
    if (count === undefined) return;
    if (!Number.isInteger(count) || count < 0)
      throw new UsageError(`dropped: expected a whole number from 0, got ${formatValue(count)}`);
    if (count > 0) this.#firstViolation.recordFrom(() => this.#farEndFlow.checkDrop());
    this.byteLedger.recordDropped(this.#droppedBefore + count);
  }

  /** Checks, as nothing moves any more, that no byte is missing. */
  checkBytes(): void {
    this.countDropped();
    this.#firstViolation.recordFrom(() => this.#farEndFlow.checkResumed(this.#conditions.waitingCount));
    const deviceHoldsInput =
      this.driver.receive !== undefined && (this.subject.device.peek(5) & LSR.DR) !== 0;
    this.#firstViolation.recordFrom(() =>
      this.byteLedger.checkComplete(deviceHoldsInput, this.driver.receive !== undefined),
    );
  }
}
