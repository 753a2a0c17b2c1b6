import type { Subscription } from "rxjs";
import { shown } from "../journal/index.js";
import type { ModemOutputs, Uart16550 } from "./uart16550.js";

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
   * @throws RangeError unless it is; nothing has changed then. Throws what a device's surroundings throw.
   */
  advance(ticks: number): void;
  /** Takes the cable away: the lines stay at the levels that they have. */
  disconnect(): void;
}

/**
 * Connects two devices by a null modem: each one's SOUT to the other's SIN, RTS to CTS, and DTR to DSR and DCD; RI is not asserted.
 *
 * What passes are levels, which each receiver samples as its own format and divisor say: a character of another format or speed
 * arrives as it would on a line, with its errors (I20, D10).
 *
 * @param a - one of them; both transmit in time (`txTimed`), have the same `clock`, and are at the same tick.
 * @param b - the other; let time pass by the connection from here on, not by either device.
 * @throws RangeError that names what keeps them from being connected; nothing has changed then.
 */
export function connect(a: Uart16550, b: Uart16550): Connection {
  check(a, b);
  const subscriptions = [...wire(a, b), ...wire(b, a)];
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
      const end = this.now + ticks;
      while (a.now < end || b.now < end) {
        const tick = Math.min(this.nextDue ?? end, end);
        bring(a, tick);
        bring(b, tick);
      }
    },
    disconnect() {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

function check(a: Uart16550, b: Uart16550): void {
  if (a === b) throw new RangeError("b: expected another device than a");
  for (const [name, device] of Object.entries({ a, b })) {
    if (device.chart.options["txTimed"] === true) continue;
    throw new RangeError(`${name}: expected a device whose characters take time (txTimed: true)`);
  }
  if (a.chart.clock !== b.chart.clock) {
    throw new RangeError(`clock: expected both to have the same, got ${a.chart.clock} and ${b.chart.clock}`);
  }
  if (a.now !== b.now) throw new RangeError(`now: expected both at the same tick, got ${a.now} and ${b.now}`);
}

/** Leads the outputs of one to the inputs of the other, as they are and as they change. */
function wire(from: Uart16550, to: Uart16550): Subscription[] {
  const setInputs = ({ rts, dtr }: ModemOutputs) =>
    to.setModemInputs({ cts: rts, dsr: dtr, dcd: dtr, ri: false });
  setInputs(from.modemOutputs);
  to.setSerialInput(from.serialOutput);
  return [
    from.serialOutput$.subscribe(({ level, tick }) => {
      bring(to, tick);
      to.setSerialInput(level);
    }),
    from.modemOutputs$.subscribe((outputs) => {
      bring(to, from.now);
      setInputs(outputs);
    }),
  ];
}

/** Lets time pass on a device up to a tick, if it has not. */
function bring(device: Uart16550, tick: number): void {
  if (device.now < tick) device.advance(tick - device.now);
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
