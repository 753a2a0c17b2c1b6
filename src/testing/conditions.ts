import type { Deed, ModemInput } from "./action.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Subject } from "./subject.js";

/** The usual levels of the modem inputs. */
const USUAL_INPUTS = { cts: true, dsr: true, dcd: true, ri: false } as const;
const NO_INPUTS = { cts: false, dsr: false, dcd: false, ri: false } as const;

/** Whoever hears of conditions. */
interface ConditionsListener {
  /** Called with what begins or ends, in words. */
  changed(text: string): void;
  /** Called with a byte of a stream, when it arrives. */
  arrived(byte: number): void;
  /** Returns true if the other end may send a byte: RTS may hold it back. */
  maySend(): boolean;
  /** Called when the modem inputs have been driven. */
  inputsDriven(): void;
}

/** A deed that lasts. */
type LastingDeed = Extract<Deed, { type: "stream" | "flood" | "modem" | "cable" | "late" | "stall" }>;

/** True for a deed that lasts. */
export const isLastingDeed = (deed: Deed): deed is LastingDeed =>
  deed.type === "stream" ||
  deed.type === "flood" ||
  deed.type === "modem" ||
  deed.type === "cable" ||
  deed.type === "late" ||
  deed.type === "stall";

/**
 * What the environment has changed for some time: modem inputs, the cable, a host that stalls, interrupts that are taken late, and bytes
 * that arrive one after the other.
 */
export class Conditions {
  readonly #subject: Subject;
  readonly #listener: ConditionsListener;
  #lateUntil = 0;
  #stalledUntil: number | undefined;
  #heldUntil = 0;
  /** The modem inputs that have changed, with the tick until which they stay so. */
  readonly #changedInputs = new Map<ModemInput, number>();
  #isCableBare = false;
  /** The tick at which the part has seen the last change of its modem inputs. */
  #inputsSeenAt = 0;
  /** The bytes that arrive one after the other, and the tick of the next. */
  readonly #stream: number[] = [];
  #nextStreamTick = 0;

  constructor(subject: Subject, listener: ConditionsListener) {
    this.#subject = subject;
    this.#listener = listener;
  }

  /** True while interrupts are not taken. */
  get areInterruptsLate(): boolean {
    return this.#subject.device.now < this.#lateUntil;
  }

  /** The last tick until which the environment holds something back. */
  get heldUntil(): number {
    return this.#heldUntil;
  }

  /** True while the host stalls, bytes of a stream have still to arrive, or the part has still to see its modem inputs. */
  get isBusy(): boolean {
    const { isTimed, device } = this.#subject;
    // Without time, what has no room comes when the driver has read: if it never does, nothing moves any more.
    const canReceive = isTimed || this.#subject.hasReceiveRoom();
    if (device.now < this.#inputsSeenAt) return true;
    return this.#stalledUntil !== undefined || (this.isStreamArriving && canReceive);
  }

  /** True while bytes arrive one after the other, and the other end does not wait for RTS. */
  get isStreamArriving(): boolean {
    return this.#stream.length > 0 && this.#listener.maySend();
  }

  /** The number of bytes that have still to arrive. */
  get waitingCount(): number {
    return this.#stream.length;
  }

  /** Lets bytes arrive one after the other. */
  queueStream(bytes: readonly number[]): void {
    if (this.#stream.length === 0) this.#scheduleStream();
    this.#stream.push(...bytes);
  }

  /** Begins what a deed does, with the bytes that are drawn for it. */
  begin(deed: LastingDeed, bytes: readonly number[]): void {
    const subject = this.#subject;
    switch (deed.type) {
      case "stream":
      case "flood":
        this.queueStream(bytes);
        break;
      case "modem":
        this.#changedInputs.set(deed.input, this.#holdFor(deed.halves));
        this.#driveInputs(
          `${deed.input.toUpperCase()} is ${deed.input === "ri" ? "asserted" : "not asserted"}`,
        );
        break;
      case "cable":
        if (subject.waitsForCts) break;
        this.#isCableBare = true;
        this.#driveInputs("no modem input is asserted");
        break;
      case "late":
        this.#lateUntil = this.#holdFor(deed.halves);
        break;
      case "stall":
        if (this.#stalledUntil === undefined) subject.setOutputHeld(true);
        this.#stalledUntil = this.#holdFor(deed.halves);
    }
  }

  /**
   * Lets time pass, while bytes arrive, and ends what has lasted long enough.
   *
   * @param isInHandler - true while the handler runs.
   */
  advance(ticks: number, isInHandler: boolean): void {
    const { isTimed, device } = this.#subject;
    const endTick = device.now + ticks;
    while (this.#stream.length > 0 && (!isTimed || this.#nextStreamTick <= endTick)) {
      if (isTimed) device.advance(Math.max(0, this.#nextStreamTick - device.now));
      // Without time as many bytes would arrive within the handler as it takes: on `serial` they wait for its end.
      else if (isInHandler || !this.#subject.hasReceiveRoom()) break;
      if (!this.#listener.maySend()) {
        this.#scheduleStream();
        break;
      }
      this.#listener.arrived(this.#stream.shift() as number);
      this.#scheduleStream();
      if (!isTimed) break;
    }
    if (device.now < endTick) device.advance(endTick - device.now);
    this.#endWhatIsOver();
  }

  /** Gives the line back its usual state, as the environment becomes quiet. */
  calm(): void {
    this.#lateUntil = 0;
    if (this.#changedInputs.size === 0 && !this.#isCableBare) return;
    this.#changedInputs.clear();
    this.#isCableBare = false;
    this.#driveInputs("all modem inputs are as usual");
  }

  /** Returns the state, in which ticks count from now. */
  checkpoint(): Checkpoint {
    const { now } = this.#subject.device;
    const ticksFrom = (tick: number): number => Math.max(0, tick - now);
    const [late, held, seen] = [this.#lateUntil, this.#heldUntil, this.#inputsSeenAt].map(ticksFrom) as [
      number,
      number,
      number,
    ];
    const isCableBare = this.#isCableBare;
    const stalled = this.#stalledUntil === undefined ? undefined : ticksFrom(this.#stalledUntil);
    const inputs = [...this.#changedInputs].map(([input, tick]) => [input, ticksFrom(tick)] as const);
    const stream = [...this.#stream];
    const next = stream.length > 0 ? ticksFrom(this.#nextStreamTick) : 0;
    return {
      key: JSON.stringify([late, held, seen, isCableBare, stalled, inputs, stream, next]),
      restore: () => {
        const start = this.#subject.device.now;
        [this.#lateUntil, this.#heldUntil, this.#inputsSeenAt] = [start + late, start + held, start + seen];
        this.#isCableBare = isCableBare;
        this.#stalledUntil = stalled === undefined ? undefined : start + stalled;
        this.#changedInputs.clear();
        for (const [input, ticks] of inputs) this.#changedInputs.set(input, start + ticks);
        this.#stream.splice(0, this.#stream.length, ...stream);
        this.#nextStreamTick = start + next;
      },
    };
  }

  /** Returns the tick after some half characters, until which the environment holds something back. */
  #holdFor(halves: number): number {
    const { device, isTimed } = this.#subject;
    const endTick = device.now + halves * this.#subject.halfCharacterTicks();
    if (isTimed) this.#heldUntil = Math.max(this.#heldUntil, endTick);
    return endTick;
  }

  #scheduleStream(): void {
    this.#nextStreamTick = this.#subject.device.now + 2 * this.#subject.halfCharacterTicks();
  }

  #endWhatIsOver(): void {
    const { device } = this.#subject;
    for (const [input, tick] of this.#changedInputs)
      if (device.now >= tick) {
        this.#changedInputs.delete(input);
        this.#driveInputs(`${input.toUpperCase()} is as before`);
      }
    if (this.#stalledUntil === undefined || device.now < this.#stalledUntil) return;
    this.#stalledUntil = undefined;
    this.#listener.changed("the host takes output again");
    this.#subject.setOutputHeld(false);
  }

  /** Sets the modem inputs to the levels that they have now. */
  #driveInputs(text: string): void {
    this.#listener.changed(text);
    const inputs: Record<ModemInput, boolean> = { ...(this.#isCableBare ? NO_INPUTS : USUAL_INPUTS) };
    if (!this.#isCableBare)
      for (const input of this.#changedInputs.keys()) inputs[input] = !USUAL_INPUTS[input];
    this.#subject.setModemInputs(inputs);
    this.#inputsSeenAt = this.#subject.device.now + this.#subject.modemSampleTicks;
    this.#listener.inputsDriven();
  }
}
