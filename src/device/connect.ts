import type { Subscription } from "rxjs";
import { formatValue } from "../journal/internal.js";
import { Uart16550 } from "./uart16550.js";
import type { ModemInputs, ModemOutputs } from "./uart16550-types.js";

/** Two devices that are connected, and their time. */
export interface Connection {
  /** Ticks that have passed on both. */
  readonly now: number;
  /** The tick at which one of the two next does something by itself; undefined if neither will. */
  readonly nextDue: number | undefined;
  /**
   * Lets time pass on both together, from one thing that is due to the next: what leaves one has arrived at the other by the same tick.
   *
   * @param ticks - of the devices' clock, a whole number from 0.
   * @throws RangeError unless it is, or if time has passed on one of the devices alone; nothing has changed then.
   * @throws the first error that a device's callback has thrown since the last call, once all ticks have passed.
   */
  advance(ticks: number): void;
  /** Takes the cable away: both lines mark, and no modem input is asserted. */
  disconnect(): void;
}

const UNPLUGGED_INPUTS: ModemInputs = { cts: false, dsr: false, ri: false, dcd: false };

/** The devices that have a cable. */
const connectedDevices = new WeakSet<Uart16550>();

/**
 * Connects two devices by a null modem: each one's SOUT to the other's SIN, RTS to CTS, and DTR to DSR and DCD; RI is not asserted.
 *
 * The line carries levels, which each receiver samples by its own format and divisor: a character of another format or speed
 * arrives as it would on a line, with its errors (I20, D10).
 *
 * @param a - one of them; both transmit in time (`transmitterIsTimed`), have the same `clock`, and are at the same tick.
 * @param b - the other; let time pass by the connection from here on, not by either device.
 * @throws TypeError or RangeError that names the obstacle; nothing has changed then.
 */
export function connect(a: Uart16550, b: Uart16550): Connection {
  checkConnectable(a, b);
  const failures: unknown[] = [];
  const attempt = (operation: () => void) => {
    try {
      operation();
    } catch (error) {
      failures.push(error);
    }
  };
  for (const device of [a, b]) connectedDevices.add(device);
  const subscriptions = [...wire(a, b, attempt), ...wire(b, a, attempt)];
  return {
    get now() {
      return Math.max(a.now, b.now);
    },
    get nextDue() {
      return earlierTick(a.nextDue, b.nextDue);
    },
    advance(ticks) {
      if (!Number.isSafeInteger(ticks) || ticks < 0) {
        throw new RangeError(`ticks: expected a whole number from 0, got ${formatValue(ticks)}`);
      }
      checkSameTick(a, b);
      const endTick = this.now + ticks;
      while (this.now < endTick) {
        const tick = Math.min(this.nextDue ?? endTick, endTick);
        attempt(() => advanceTo(a, tick));
        attempt(() => advanceTo(b, tick));
      }
      const [first] = failures.splice(0);
      if (first !== undefined) throw first;
    },
    disconnect() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      for (const device of [a, b]) {
        connectedDevices.delete(device);
        device.setSerialInput(1);
        device.setModemInputs(UNPLUGGED_INPUTS);
      }
    },
  };
}

function checkConnectable(a: Uart16550, b: Uart16550): void {
  for (const [name, device] of Object.entries({ a, b })) {
    if (!isUart16550(device)) {
      throw new TypeError(`${name}: expected a Uart16550, got ${formatValue(device)}`);
    }
    if (device.chart.options["transmitterIsTimed"] !== true) {
      throw new RangeError(
        `${name}: expected a device with transmitterIsTimed: true, got one without transmit time`,
      );
    }
    if (connectedDevices.has(device))
      throw new RangeError(`${name}: expected a device without a cable, got one with`);
  }
  if (a === b) throw new RangeError("b: expected another device than a, got the same");
  if (a.chart.clock !== b.chart.clock) {
    throw new RangeError(`clock: expected both to have the same, got ${a.chart.clock} and ${b.chart.clock}`);
  }
  checkSameTick(a, b);
}

function isUart16550(device: unknown): boolean {
  try {
    return device instanceof Uart16550;
  } catch {
    return false;
  }
}

function checkSameTick(a: Uart16550, b: Uart16550): void {
  if (a.now !== b.now) throw new RangeError(`now: expected both at the same tick, got ${a.now} and ${b.now}`);
}

/** Connects the outputs of one device to the inputs of the other, now and at each change. The levels arrive even if a callback fails. */
function wire(
  sender: Uart16550,
  receiver: Uart16550,
  attempt: (operation: () => void) => void,
): Subscription[] {
  const setInputs = ({ rts, dtr }: ModemOutputs) =>
    receiver.setModemInputs({ cts: rts, dsr: dtr, dcd: dtr, ri: false });
  attempt(() => setInputs(sender.modemOutputs));
  attempt(() => receiver.setSerialInput(sender.serialOutput));
  return [
    sender.serialOutput$.subscribe(({ level, tick }) => {
      attempt(() => advanceTo(receiver, tick));
      attempt(() => receiver.setSerialInput(level));
    }),
    sender.modemOutputs$.subscribe((outputs) => {
      attempt(() => advanceTo(receiver, sender.now));
      attempt(() => setInputs(outputs));
    }),
  ];
}

/** Lets time pass on a device up to a tick, unless it has. */
function advanceTo(device: Uart16550, tick: number): void {
  if (device.now < tick) device.advance(tick - device.now);
}

const earlierTick = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
