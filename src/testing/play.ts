import type { Transition } from "../device/index.js";
import { type JournalView, journalSink } from "../journal/index.js";
import { type Action, byteInWords } from "./action.js";
import { Violation } from "./claims.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import { atOnce, byAndBy, type Going, isEnd } from "./ends.js";
import type { Happening } from "./log.js";
import { checkOptions, type PlayOptions } from "./options.js";
import { Schedule } from "./schedule.js";
import { World } from "./world.js";

/** For how many half characters nothing may move before nothing ever will: a character timeout takes eight. */
const PATIENCE = 20;

/** How a scenario went. */
export interface Outcome {
  /** What was broken first, if anything was. */
  readonly violation?: Violation;
  /** Everything that happened, if it was to be told. */
  readonly happenings: readonly Happening[];
  /** The device's journal. */
  readonly journal: JournalView;
  /** The device in words: "serial 0.8.1". */
  readonly subject: string;
  /** How many accesses the driver made after the last action, until it was idle. */
  readonly idleAfter: number;
}

/** Who else hears a scenario. */
export interface Listeners {
  /** Whether `happenings` are to be told. */
  readonly tell?: boolean;
  /** Hears each input of the device and the transitions that it took. */
  readonly transition?: (transition: Transition) => void;
}

/** The user takes everything that the driver has for it. */
function* drain(world: World): Going<void> {
  if (!world.driver.receive) return;
  for (;;) {
    const byte = yield* world.call("receive");
    if (typeof byte !== "number") return;
    world.progress();
    if (world.log.keeps) world.log.add("user", `receives ${byteInWords(byte)}`);
    try {
      world.books.delivered(byte);
    } catch (error) {
      if (error instanceof Violation) world.violate(error);
      if (world.violation) throw world.violation;
      return;
    }
  }
}

/** The driver is idle: what waits is taken, on both sides. */
function* idle(world: World): Going<void> {
  yield* world.interrupts();
  yield* drain(world);
}

/** Time has passed: a timer of the driver's goes off. */
function* timer(world: World): Going<void> {
  if (!world.driver.timer) return;
  yield* world.call("timer");
  yield* idle(world);
}

/** The driver is probed and set up. */
export function* start(world: World): Going<void> {
  world.log.starting = true;
  for (const entry of ["probe", "init"] as const) if (world.driver[entry]) yield* world.call(entry);
  world.log.starting = false;
  world.progress();
  yield* idle(world);
}

/** The environment does something while the driver is idle. */
export function* act(world: World, action: Action): Going<void> {
  if (action.type !== "send" && action.type !== "print") {
    world.perform(action);
    yield* idle(world);
    if (action.type === "pass") yield* timer(world);
    return;
  }
  if (!world.driver[action.type]) return;
  for (let i = 0; i < action.count; i++) {
    world.progress();
    const byte = world.books.next(action.type);
    if (world.log.keeps) world.log.add("user", `${action.type} ${byteInWords(byte)}`);
    world.books.sent(action.type, byte);
    if ((yield* world.call(action.type, byte)) === false) world.books.refused(action.type);
    yield* idle(world);
  }
}

/** The environment is quiet, and time passes until nothing moves any more. */
export function* settle(world: World): Going<void> {
  const { subject, books } = world;
  let { moved } = books;
  for (let still = 0; still < PATIENCE || world.stalled; still++) {
    world.progress();
    if (subject.timed) world.pass(subject.halfTicks());
    if (world.violation) throw world.violation;
    yield* idle(world);
    yield* timer(world);
    if (books.moved !== moved) still = 0;
    else if (!subject.timed) break;
    moved = books.moved;
  }
  world.close();
}

/** Plays a scenario in a world, to its end. */
function* playing(world: World, schedule: Schedule, listeners: Listeners): Going<Outcome> {
  const { device } = world.subject;
  const heard = listeners.transition && device.transition$.subscribe(listeners.transition);
  let idleAfter = 0;
  try {
    yield* start(world);
    for (let action = schedule.dueIdle(); action; action = schedule.dueIdle()) yield* act(world, action);
    idleAfter = schedule.accesses;
    yield* settle(world);
  } catch (error) {
    if (!isEnd(error)) throw error;
  } finally {
    heard?.unsubscribe();
  }
  const { violation } = world;
  return {
    ...(violation ? { violation } : {}),
    happenings: world.log.happenings,
    journal: device.journal,
    subject: world.subject.name,
    idleAfter,
  };
}

/**
 * Plays one scenario: a fresh driver on a fresh device, with the environment doing these actions.
 *
 * @param actions - in order, each when the driver has made `after` accesses since the one before, or is idle.
 * @throws RangeError or TypeError if an option has a value that it cannot have, or an entry point gives a promise.
 */
export function playDriver(
  makeDriver: MakeDriver,
  options: PlayOptions,
  actions: readonly Action[],
  listeners: Listeners = {},
): Outcome {
  checkOptions(options);
  const schedule = new Schedule(actions);
  return atOnce(
    playing(World.of(makeDriver, options, schedule, listeners.tell ?? false), schedule, listeners),
  );
}

/**
 * {@link playDriver} for a driver whose entry points give promises.
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
  const schedule = new Schedule(actions);
  return byAndBy(
    playing(World.ofAsync(makeDriver, options, schedule, listeners.tell ?? false), schedule, listeners),
  );
}

/** A journal as text, which `vm-superio replay` and `loadJournal` read. */
export function journalText(journal: JournalView): string {
  const decoder = new TextDecoder();
  let text = "";
  const sink = journalSink((chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  sink.header(journal.header);
  for (const recorded of journal.entries()) sink.append(recorded);
  sink.close();
  return text;
}
