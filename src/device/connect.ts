import type { Subscription } from "rxjs";
import { shown } from "../journal/index.js";
import { Uart16550 } from "./uart16550.js";
import type { ModemInputs, ModemOutputs } from "./uart16550-face.js";

/** Two devices that are connected, and their time. */
export interface Connection {
  /** Ticks that have passed on both. */
  readonly now: number;
  /** The tick at which one of the two will next do something by itself, if any will. */
  readonly nextDue: number | undefined;
  /**
   * Lets time pass on both together, from one thing that is due to the next: what leaves one has arrived at the other by the same tick.
   *
   * @param ticks - of the devices' clock, a whole number from 0.
   * @throws RangeError unless it is, or if time has passed on one of the devices alone; nothing has changed then.
   * @throws what a device's surroundings threw since the last call, the first of it, once all ticks have passed.
   */
  advance(ticks: number): void;
  /** Takes the cable away: both lines mark, and no modem input is asserted. */
  disconnect(): void;
}

const UNPLUGGED: ModemInputs = { cts: false, dsr: false, ri: false, dcd: false };

/** The devices that have a cable. */
const connected = new WeakSet<Uart16550>();

/**
 * Connects two devices by a null modem: each one's SOUT to the other's SIN, RTS to CTS, and DTR to DSR and DCD; RI is not asserted.
 *
 * What passes are levels, which each receiver samples as its own format and divisor say: a character of another format or speed
 * arrives as it would on a line, with its errors (I20, D10).
 *
 * @param a - one of them; both transmit in time (`txTimed`), have the same `clock`, and are at the same tick.
 * @param b - the other; let time pass by the connection from here on, not by either device.
 * @throws TypeError or RangeError that names what keeps them from being connected; nothing has changed then.
 */
export function connect(a: Uart16550, b: Uart16550): Connection {
  check(a, b);
  const failures: unknown[] = [];
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      failures.push(error);
    }
  };
  for (const device of [a, b]) connected.add(device);
  const subscriptions = [...wire(a, b, attempt), ...wire(b, a, attempt)];
  return {
    get now() {
      return Math.max(a.now, b.now);
    },
    get nextDue() {
      return earlier(a.nextDue, b.nextDue);
    },
    advance(ticks) {
      if (!Number.isSafeInteger(ticks) || ticks < 0) {
        throw new RangeError(`ticks: expected a whole number from 0, got ${shown(ticks)}`);
      }
      checkTogether(a, b);
      const end = this.now + ticks;
      while (this.now < end) {
        const tick = Math.min(this.nextDue ?? end, end);
        attempt(() => bring(a, tick));
        attempt(() => bring(b, tick));
      }
      const [first] = failures.splice(0);
      if (first !== undefined) throw first;
    },
    disconnect() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      for (const device of [a, b]) {
        connected.delete(device);
        device.setSerialInput(1);
        device.setModemInputs(UNPLUGGED);
      }
    },
  };
}

function check(a: Uart16550, b: Uart16550): void {
  for (const [name, device] of Object.entries({ a, b })) {
    if (!(device instanceof Uart16550)) {
      throw new TypeError(`${name}: expected a Uart16550, got ${shown(device)}`);
    }
    if (device.chart.options["txTimed"] !== true) {
      throw new RangeError(`${name}: expected a device with txTimed: true, got one without transmit time`);
    }
    if (connected.has(device))
      throw new RangeError(`${name}: expected a device without a cable, got one with`);
  }
  if (a === b) throw new RangeError("b: expected another device than a, got the same");
  if (a.chart.clock !== b.chart.clock) {
    throw new RangeError(`clock: expected both to have the same, got ${a.chart.clock} and ${b.chart.clock}`);
  }
  checkTogether(a, b);
}

function checkTogether(a: Uart16550, b: Uart16550): void {
  if (a.now !== b.now) throw new RangeError(`now: expected both at the same tick, got ${a.now} and ${b.now}`);
}

/** Leads the outputs of one to the inputs of the other, as they are and as they change. Whatever fails, the levels arrive. */
function wire(from: Uart16550, to: Uart16550, attempt: (work: () => void) => void): Subscription[] {
  const setInputs = ({ rts, dtr }: ModemOutputs) =>
    to.setModemInputs({ cts: rts, dsr: dtr, dcd: dtr, ri: false });
  attempt(() => setInputs(from.modemOutputs));
  attempt(() => to.setSerialInput(from.serialOutput));
  return [
    from.serialOutput$.subscribe(({ level, tick }) => {
      attempt(() => bring(to, tick));
      attempt(() => to.setSerialInput(level));
    }),
    from.modemOutputs$.subscribe((outputs) => {
      attempt(() => bring(to, from.now));
      attempt(() => setInputs(outputs));
    }),
  ];
}

/** Lets time pass on a device up to a tick, if it has not. */
function bring(device: Uart16550, tick: number): void {
  if (device.now < tick) device.advance(tick - device.now);
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
