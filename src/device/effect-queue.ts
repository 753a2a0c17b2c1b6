import { type EmissionKind, Emissions } from "../engine/index.js";
import type { ChartEmission } from "./device.js";
import { EMISSION_KIND } from "./effects.js";
import { type AccessPort, moveEmissions } from "./fold.js";
import { SerialError } from "./serial-error.js";
import { Streams } from "./streams.js";

/** The kind that stands for no emission. */
const NO_EMISSION = -1;

/** An effect that has failed. */
interface EffectFailure {
  readonly error: unknown;
}

/**
 * The effect queue of a device: an input's emissions are collected here, and performed in order once the chart has taken it.
 *
 * A callback may access the device. So emissions leave the port before the first of them is performed, and each nested access has a
 * list of its own.
 *
 * The device extends its queue: a queue in an object of its own costs each access some 5 %.
 *
 * @internal
 */
export abstract class EffectQueue {
  // Fields that an access uses are private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  private readonly kinds: readonly EmissionKind[] | undefined;
  /** Empty lists, for the next inputs. */
  private readonly freeLists: Emissions<ChartEmission>[] = [];
  /** True if output or interrupts have an observer. */
  protected effectsObserved = false;
  protected readonly streams = new Streams(() => this.observersChanged());

  constructor(kinds: readonly EmissionKind[] | undefined) {
    this.kinds = kinds;
  }

  /**
   * Performs one effect: calls the callback or sink that it is for.
   *
   * @param emissionKind - the number of its kind among the chart's kinds, from 1; 0 where the payload is the emission itself.
   * @param inputIndex - index of the input that caused it.
   * @param tick - ticks that had passed.
   * @throws whatever the callback throws.
   */
  protected abstract perform(emissionKind: number, payload: unknown, inputIndex: number, tick: number): void;

  /** Called when an observer has subscribed or unsubscribed. */
  protected observersChanged(): void {
    this.effectsObserved = this.streams.effectsObserved;
  }

  /** Returns an empty list, which {@link performAll} takes back. */
  protected newList(): Emissions<ChartEmission> {
    return this.freeLists.pop() ?? new Emissions(this.kinds);
  }

  /** Moves all that an access has emitted from its port to a list. */
  protected collect(
    port: Pick<AccessPort, "rest" | "given">,
    emissionKind: number,
  ): Emissions<ChartEmission> {
    const emissions = this.newList();
    moveEmissions(port, emissionKind, emissions);
    return emissions;
  }

  /** Performs all that an access has emitted, the emission that its port returned included. */
  protected performAccess(port: AccessPort, emissionKind: number, inputIndex: number, tick: number): void {
    const { rest } = port;
    if (rest.length > 0) this.performSeveral(emissionKind, port.given, rest, inputIndex, tick);
    else if (emissionKind >= 0) this.performOne(emissionKind, port.given, inputIndex, tick);
  }

  /** Performs the emissions of an access other than its answer. */
  protected performRest(rest: Emissions<ChartEmission>, inputIndex: number, tick: number): void {
    if (rest.length > 1) {
      this.performSeveral(NO_EMISSION, undefined, rest, inputIndex, tick);
      return;
    }
    const emissionKind = rest.kindAt(0);
    const payload = rest.payloadAt(0);
    rest.length = 0;
    this.performOne(emissionKind, payload, inputIndex, tick);
  }

  /** Performs an emission, if there is one, and then those of a port's list, which leave it before. */
  private performSeveral(
    emissionKind: number,
    payload: unknown,
    rest: Emissions<ChartEmission>,
    inputIndex: number,
    tick: number,
  ): void {
    const emissions = this.newList();
    rest.moveTo(emissions);
    let failure: EffectFailure | undefined;
    try {
      if (emissionKind >= 0) this.performOne(emissionKind, payload, inputIndex, tick);
    } catch (error) {
      failure = { error };
    }
    this.performAll(emissions, inputIndex, tick, failure);
  }

  /**
   * Performs emissions in order. Where several fail the last error is thrown; a trigger that failed is not called again.
   *
   * @param emissions - a list of {@link newList}, which is free afterwards.
   * @param inputIndex - index of the input that caused them.
   * @param startTick - ticks that had passed when it began.
   * @param earlierFailure - the failure of an effect before these.
   * @param delays - ticks from the beginning to each emission.
   */
  protected performAll(
    emissions: Emissions<ChartEmission>,
    inputIndex: number,
    startTick: number,
    earlierFailure?: EffectFailure,
    delays?: readonly number[],
  ): void {
    let failure = earlierFailure;
    for (let i = 0; i < emissions.length; i++) {
      const emissionKind = emissions.kindAt(i);
      const payload = emissions.payloadAt(i);
      const tick = startTick + (delays?.[i] ?? 0);
      try {
        if (!isTriggerFailure(failure) || emissionKind !== EMISSION_KIND.INTERRUPT)
          this.perform(emissionKind, payload, inputIndex, tick);
      } catch (error) {
        failure = { error };
      }
      if (this.effectsObserved) this.streams.publish(emissionKind, payload, inputIndex, tick);
    }
    this.release(emissions);
    if (failure) throw failure.error;
  }

  private release(emissions: Emissions<ChartEmission>): void {
    emissions.length = 0;
    this.freeLists.push(emissions);
  }

  /** Performs one effect, and publishes it even if it fails. */
  private performOne(emissionKind: number, payload: unknown, inputIndex: number, tick: number): void {
    if (!this.effectsObserved) this.perform(emissionKind, payload, inputIndex, tick);
    else this.performObserved(emissionKind, payload, inputIndex, tick);
  }

  private performObserved(emissionKind: number, payload: unknown, inputIndex: number, tick: number): void {
    try {
      this.perform(emissionKind, payload, inputIndex, tick);
    } finally {
      this.streams.publish(emissionKind, payload, inputIndex, tick);
    }
  }
}

const isTriggerFailure = (failure: EffectFailure | undefined): boolean =>
  failure?.error instanceof SerialError && failure.error.kind === "Trigger";
