import type { Transition } from "../device/index.js";
import { type JournalView, journalSink } from "../journal/index.js";
import { type Action, byteInWords } from "./action.js";
import { Violation } from "./claims.js";
import type { MakeDriver } from "./driver.js";
import { isEnd } from "./ends.js";
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
}

/** Who else hears a scenario. */
export interface Listeners {
  /** Whether `happenings` are to be told. */
  readonly tell?: boolean;
  /** Hears each input of the device and the transitions that it took. */
  readonly transition?: (transition: Transition) => void;
}

/** The user takes everything that the driver has for it. */
function drain(world: World): void {
  if (!world.driver.receive) return;
  for (;;) {
    const byte = world.call("receive");
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
function idle(world: World): void {
  world.interrupts();
  drain(world);
}

/** Time has passed: a timer of the driver's goes off. */
function timer(world: World): void {
  if (!world.driver.timer) return;
  world.call("timer");
  idle(world);
}

function start(world: World): void {
  world.log.starting = true;
  for (const entry of ["probe", "init"] as const) if (world.driver[entry]) world.call(entry);
  world.log.starting = false;
  world.progress();
  idle(world);
}

function act(world: World, action: Action): void {
  if (action.type !== "send" && action.type !== "print") {
    world.perform(action);
    idle(world);
    if (action.type === "pass") timer(world);
    return;
  }
  if (!world.driver[action.type]) return;
  for (let i = 0; i < action.count; i++) {
    world.progress();
    const byte = world.books.next(action.type);
    if (world.log.keeps) world.log.add("user", `${action.type} ${byteInWords(byte)}`);
    world.books.sent(action.type, byte);
    if (world.call(action.type, byte) === false) world.books.refused(action.type);
    idle(world);
  }
}

/** The environment is quiet, and time passes until nothing moves any more. */
function settle(world: World): void {
  const { subject, books } = world;
  let { moved } = books;
  for (let still = 0; still < PATIENCE || world.stalled; still++) {
    world.progress();
    if (subject.timed) world.pass(subject.halfTicks());
    if (world.violation) throw world.violation;
    idle(world);
    timer(world);
    if (books.moved !== moved) still = 0;
    else if (!subject.timed) break;
    moved = books.moved;
  }
  world.close();
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
  const world = new World(makeDriver, options, schedule, listeners.tell ?? false);
  const { device } = world.subject;
  const heard = listeners.transition && device.transition$.subscribe(listeners.transition);
  try {
    start(world);
    for (let action = schedule.dueIdle(); action; action = schedule.dueIdle()) act(world, action);
    settle(world);
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
  };
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
