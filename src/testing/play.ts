import type { Transition } from "../device/index.js";
import { type JournalView, journalSink } from "../journal/index.js";
import { checkJournal } from "../journal/internal.js";
import type { Action } from "./action.js";
import { checkActions } from "./check-actions.js";
import { Violation } from "./claims.js";
import { type Coroutine, runAsync, runSync } from "./coroutine.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import { checkReceived } from "./driver-shape.js";
import type { Happening } from "./happening-log.js";
import { checkOptions, type PlayOptions } from "./options.js";
import { Schedule } from "./schedule.js";
import { isRunEnd, Stop } from "./stop.js";
import { createSubject } from "./subject.js";
import { TestBench } from "./test-bench.js";

/** After how many half characters without movement nothing will ever move: a character timeout takes eight. */
const QUIET_HALF_CHARACTERS = 20;

/** The same of a device without time: a byte that arrives late in a round is the user's in the next one. */
const QUIET_ROUNDS = 2;

/** The outcome of a scenario. */
export interface Outcome {
  /** The first violation, if there was one. */
  readonly violation?: Violation;
  /** The reason why a byte is stuck, if that is the violation. */
  readonly why?: string;
  /** Everything that happened, if it was recorded. */
  readonly happenings: readonly Happening[];
  /** The device's journal. */
  readonly journal: JournalView;
  /** The device in words: "serial 0.8.1". */
  readonly subject: string;
  /** The number of accesses that the driver made after the last action, until it was idle. */
  readonly idleAfter: number;
  /** A hash of the driver's accesses: it is equal for the same scenario, unless the driver depends on something else. */
  readonly accessHash: number;
  /** Hashes of the orders in which the driver made accesses, with what they read and what happened between them. */
  readonly accessOrders: ReadonlySet<number>;
}

/** Listeners to a scenario. */
export interface Listeners {
  /** True if `happenings` are recorded: false by default. */
  readonly recordHappenings?: boolean;
  /** Called with each input of the device and the transitions that it took. */
  readonly transition?: (transition: Transition) => void;
}

/** Lets the user receive everything that the driver has for it. */
function* drainReceived(testBench: TestBench): Coroutine<void> {
  if (!testBench.driver.receive) return;
  for (;;) {
    const byte = yield* testBench.callEntryPoint("receive");
    checkReceived(byte);
    if (typeof byte !== "number") return;
    testBench.noteProgress();
    testBench.countDropped();
    try {
      testBench.byteLedger.recordDelivery(byte);
    } catch (error) {
      if (error instanceof Violation) testBench.recordViolation(error);
      if (testBench.violation) throw testBench.violation;
      return;
    }
  }
}

/** Takes pending interrupts and received bytes while the driver is idle. */
function* serveIdle(testBench: TestBench): Coroutine<void> {
  yield* testBench.takeInterrupts();
  yield* drainReceived(testBench);
}

/** Calls the driver's timer, as time has passed. */
function* fireTimer(testBench: TestBench): Coroutine<void> {
  if (!testBench.driver.timer) return;
  yield* testBench.callEntryPoint("timer");
  yield* serveIdle(testBench);
}

/**
 * Probes the device and sets the driver up.
 *
 * @param isMasked - true if interrupts are disabled meanwhile.
 */
export function* startDriver(testBench: TestBench, isMasked = false): Coroutine<void> {
  if (isMasked) testBench.setInterrupts(false);
  testBench.happeningLog.isStarting = true;
  for (const entryPoint of ["probe", "init"] as const)
    if (testBench.driver[entryPoint]) {
      const result = yield* testBench.callEntryPoint(entryPoint);
      // A driver that finds nothing where there is nothing is done.
      if (result === false && testBench.subject.absentReads !== undefined) throw new Stop();
    }
  testBench.happeningLog.isStarting = false;
  if (isMasked) testBench.setInterrupts(true);
  testBench.noteProgress();
  yield* serveIdle(testBench);
}

/** Performs an action of the environment while the driver is idle. */
export function* performAction(testBench: TestBench, action: Action): Coroutine<void> {
  switch (action.type) {
    case "send":
    case "print":
      yield* testBench.giveBytes(action.type, action, () => serveIdle(testBench));
      return;
    case "flood":
      yield* floodDriver(testBench, action);
      return;
    case "restart":
      yield* restartDriver(testBench);
      return;
    case "suspend":
      yield* suspendDriver(testBench);
      return;
    default:
      testBench.performDeed(action);
      yield* serveIdle(testBench);
      if (action.type === "pass") yield* fireTimer(testBench);
  }
}

/** Lets bytes arrive while the user takes none, until all have come or the other end waits for RTS. */
function* floodDriver(testBench: TestBench, action: Action): Coroutine<void> {
  testBench.performDeed(action);
  testBench.holdActions(true);
  while (testBench.isStreamArriving) {
    testBench.noteProgress();
    testBench.advanceTime(testBench.subject.halfCharacterTicks());
    if (testBench.violation) throw testBench.violation;
    yield* testBench.takeInterrupts();
    if (testBench.driver.timer) yield* testBench.callEntryPoint("timer");
  }
  testBench.holdActions(false);
  yield* serveIdle(testBench);
}

/** Starts another driver on the device as it is, once nothing moves any more. */
function* restartDriver(testBench: TestBench): Coroutine<void> {
  testBench.holdActions(true);
  yield* passUntilQuiet(testBench);
  testBench.holdActions(false);
  testBench.checkBytes();
  if (testBench.violation) throw testBench.violation;
  testBench.happeningLog.append(
    "environment",
    "the driver is stopped, and starts again on the device as it is",
  );
  testBench.disableDevice();
  testBench.renewDriver();
  // The other system had the interrupts; this one takes none before it is set up.
  yield* startDriver(testBench, true);
}

/** Suspends and resumes the driver, if it can: the part loses its registers in between. */
function* suspendDriver(testBench: TestBench): Coroutine<void> {
  if (!testBench.driver.suspend || !testBench.driver.resume) return;
  testBench.noteProgress();
  // The line is quiet meanwhile, as it is at the start.
  testBench.happeningLog.isStarting = true;
  yield* testBench.callEntryPoint("suspend");
  testBench.happeningLog.append("environment", "the machine sleeps, and the device loses its registers");
  testBench.losePower();
  yield* testBench.callEntryPoint("resume");
  testBench.happeningLog.isStarting = false;
  testBench.noteProgress();
  yield* serveIdle(testBench);
}

/** Keeps the environment quiet and lets time pass until nothing moves any more; then checks what is missing. */
export function* runUntilQuiet(testBench: TestBench): Coroutine<void> {
  yield* passUntilQuiet(testBench);
  testBench.checkFinalState();
}

/** Lets time pass until nothing moves any more. */
function* passUntilQuiet(testBench: TestBench): Coroutine<void> {
  testBench.calmLine();
  const { subject, byteLedger } = testBench;
  let { movedCount } = byteLedger;
  let wasBusy = testBench.isEnvironmentBusy;
  const quietRounds = subject.isTimed ? QUIET_HALF_CHARACTERS : QUIET_ROUNDS;
  for (let quietCount = 0; quietCount < quietRounds; quietCount++) {
    testBench.noteProgress();
    testBench.advanceTime(subject.isTimed ? subject.halfCharacterTicks() : 0);
    if (testBench.violation) throw testBench.violation;
    yield* serveIdle(testBench);
    yield* fireTimer(testBench);
    if (byteLedger.movedCount !== movedCount || wasBusy) quietCount = 0;
    movedCount = byteLedger.movedCount;
    wasBusy = testBench.isEnvironmentBusy;
  }
}

/** Plays a scenario on a test bench, to its end. */
function* playScenario(testBench: TestBench, schedule: Schedule, listeners: Listeners): Coroutine<Outcome> {
  const { device } = testBench.subject;
  const subscription = listeners.transition && device.transition$.subscribe(listeners.transition);
  let idleAfter = 0;
  try {
    yield* startDriver(testBench);
    for (let action = schedule.takeNext(); action; action = schedule.takeNext())
      yield* performAction(testBench, action);
    idleAfter = schedule.accessCount;
    yield* runUntilQuiet(testBench);
  } catch (error) {
    if (!isRunEnd(error)) throw error;
  } finally {
    subscription?.unsubscribe();
    testBench.close();
  }
  const { violation } = testBench;
  return {
    ...(violation ? { violation } : {}),
    ...(violation?.claim.endsWith("-not-stuck") ? { why: testBench.explainStuck(violation.claim) } : {}),
    happenings: testBench.happeningLog.happenings,
    journal: device.journal,
    subject: testBench.subject.description,
    idleAfter,
    accessHash: testBench.accessOrders.hash,
    accessOrders: testBench.accessOrders.orders,
  };
}

/** Checks options before anything is drawn. @throws RangeError or TypeError that names an option with an invalid value. */
export function checkPlayable(options: PlayOptions): void {
  checkOptions(options);
  createSubject(options, { output() {}, pulse() {}, level() {}, isLevelUsed: false, isJournalKept: false });
}

/**
 * Plays one scenario: a fresh driver on a fresh device, with the environment doing these actions.
 *
 * @param actions - in order, each when the driver has made `after` accesses since the one before, or is idle.
 * @throws RangeError or TypeError if an option has an invalid value, or an entry point returns a promise.
 */
export function playDriver(
  makeDriver: MakeDriver,
  options: PlayOptions,
  actions: readonly Action[],
  listeners: Listeners = {},
): Outcome {
  checkOptions(options);
  checkActions("actions", actions);
  const schedule = new Schedule(actions);
  return runSync(
    playScenario(
      TestBench.create(makeDriver, options, schedule, listeners.recordHappenings ?? false),
      schedule,
      listeners,
    ),
  );
}

/**
 * {@link playDriver} for a driver whose entry points return promises.
 *
 * @throws as that does.
 */
export async function playDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: PlayOptions,
  actions: readonly Action[],
  listeners: Listeners = {},
): Promise<Outcome> {
  checkOptions(options);
  checkActions("actions", actions);
  const schedule = new Schedule(actions);
  return runAsync(
    playScenario(
      TestBench.createAsync(makeDriver, options, schedule, listeners.recordHappenings ?? false),
      schedule,
      listeners,
    ),
  );
}

/** Serializes a journal as text, which `vm-superio replay` and `loadJournal` read. */
export function journalText(journal: JournalView): string {
  checkJournal(journal);
  const decoder = new TextDecoder();
  let journalLines = "";
  const sink = journalSink((chunk) => {
    journalLines += decoder.decode(chunk, { stream: true });
  });
  sink.header(journal.header);
  for (const recorded of journal.entries()) sink.append(recorded);
  sink.close();
  return journalLines;
}
