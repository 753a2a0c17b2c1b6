import type { Device } from "../../device/index.js";

/** The interval at which a device without timers advances, in milliseconds: its journal then says when things happened. */
const COARSE = 1;
/** The interval at which a device advances that nobody uses and that is not due, in milliseconds: its observers then see time pass. */
const IDLE = 50;

/**
 * A device's time, which follows the emulator's clock. v86 takes its time from `performance.now()`, and so does this, as long as the
 * emulator runs; while it is stopped no time passes.
 */
export class EmulatorClock {
  readonly #device: Device;
  readonly #now: () => number;
  readonly #ticksPerMillisecond: number;
  /** Ticks between two advances at least. */
  readonly #grain: number;
  #running: boolean;
  #origin: number;
  #tick: number;

  /** @param now - the emulator's clock in milliseconds. */
  constructor(uartDevice: Device, running: boolean, now: () => number) {
    this.#device = uartDevice;
    this.#now = now;
    this.#ticksPerMillisecond = uartDevice.chart.clock / 1000;
    this.#grain = uartDevice.chart.ticksUntilDue ? 1 : COARSE * this.#ticksPerMillisecond;
    this.#running = running;
    this.#origin = now();
    this.#tick = uartDevice.now;
  }

  /** Time passes from here on. */
  start(): void {
    this.#running = true;
    this.rebase();
  }

  /** The device's time is now where the device is. */
  rebase(): void {
    this.#origin = this.#now();
    this.#tick = this.#device.now;
  }

  /** No time passes until {@link start}. */
  stop(): void {
    this.#running = false;
  }

  /** Lets the device's time pass up to now. @throws what the device's surroundings throw. */
  bring(): void {
    this.#advance(this.#grain);
  }

  /** Lets time pass if the device does something by itself then: a guest that waits must not fill the journal. @throws as {@link bring} does. */
  bringIfDue(): void {
    const idleTicks = IDLE * this.#ticksPerMillisecond;
    const { nextDue = Number.POSITIVE_INFINITY, now } = this.#device;
    this.#advance(Math.max(this.#grain, Math.min(idleTicks, nextDue - now)));
  }

  /** @param leastTicks - fewer ticks do not pass yet. */
  #advance(leastTicks: number): void {
    if (!this.#running) return;
    const uartDevice = this.#device;
    const currentTick = this.#tick + Math.floor((this.#now() - this.#origin) * this.#ticksPerMillisecond);
    const tickCount = currentTick - uartDevice.now;
    if (tickCount >= leastTicks) uartDevice.advance(tickCount);
  }

  /** Milliseconds until the device does something by itself. */
  get untilDue(): number {
    const { nextDue } = this.#device;
    if (nextDue === undefined) return Number.POSITIVE_INFINITY;
    const dueTime = this.#origin + (nextDue - this.#tick) / this.#ticksPerMillisecond;
    return Math.max(0, dueTime - this.#now());
  }
}
