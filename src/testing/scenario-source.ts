import type { Action } from "./action.js";
import {
  actionsOf,
  deedKinds,
  type EnvironmentOptions,
  type SendingDriver,
  schedulesOf,
} from "./environment.js";
import { fc } from "./fast-check.js";

/** The greatest number of scenarios that are kept to be varied; the oldest go first. */
const MAX_KEPT = 256;
/** Of how many kinds of deeds each is left out of half of the scenarios: those that always take part are as if there was one kind. */
const ALWAYS_DRAWN: readonly string[] = ["arrive", "send", "print"];

/** A source of random numbers: mulberry32, which a seed determines. */
class RandomSource {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Returns a whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/**
 * Draws scenarios, guided by what the driver did in earlier ones: half of them vary a scenario in which it made accesses in an order that
 * had not been seen before. The others are new, each with some of the kinds of deeds. A seed determines all of them.
 */
export class ScenarioSource {
  readonly #random: RandomSource;
  readonly #options: EnvironmentOptions;
  readonly #driver: SendingDriver;
  readonly #kept: (readonly Action[])[] = [];
  readonly #seenOrders = new Set<number>();

  constructor(seed: number, options: EnvironmentOptions, driver: SendingDriver) {
    this.#random = new RandomSource(seed);
    this.#options = options;
    this.#driver = driver;
  }

  /** Draws the next scenario. */
  draw(): readonly Action[] {
    if (this.#kept.length === 0 || this.#random.below(2) === 0) return this.#drawNew();
    return this.#vary(this.#random.pick(this.#kept));
  }

  /**
   * Learns from a scenario that was drawn.
   *
   * @param accessOrders - hashes of the orders of accesses that occurred in it.
   */
  learn(actions: readonly Action[], accessOrders: ReadonlySet<number>): void {
    const previousCount = this.#seenOrders.size;
    for (const order of accessOrders) this.#seenOrders.add(order);
    if (this.#seenOrders.size === previousCount) return;
    this.#kept.push(actions);
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
  }

  #drawNew(): readonly Action[] {
    const kinds = deedKinds(this.#options, this.#driver).filter(
      ({ type }) => ALWAYS_DRAWN.includes(type) || this.#random.below(2) === 0,
    );
    const action = actionsOf(kinds.length > 0 ? kinds : deedKinds(this.#options, this.#driver));
    return this.#sample(schedulesOf(action, this.#options));
  }

  #drawAction(): Action {
    return this.#sample(actionsOf(deedKinds(this.#options, this.#driver)));
  }

  #sample<T>(arbitrary: Parameters<typeof fc.sample<T>>[0]): T {
    return fc.sample(arbitrary, { numRuns: 1, seed: this.#random.below(0x7fffffff) })[0] as T;
  }

  /** Changes a scenario in one to three positions. */
  #vary(actions: readonly Action[]): readonly Action[] {
    let varied = actions;
    for (let changes = 1 + this.#random.below(3); changes > 0; changes--) varied = this.#change(varied);
    return varied;
  }

  #change(actions: readonly Action[]): readonly Action[] {
    const index = this.#random.below(actions.length);
    const action = actions[index] as Action;
    switch (this.#random.below(6)) {
      case 0:
        return actions.length < (this.#options.maxActions ?? 24)
          ? actions.toSpliced(index + this.#random.below(2), 0, this.#drawAction())
          : actions;
      case 1:
        return actions.length > 1 ? actions.toSpliced(index, 1) : actions;
      case 2:
        return actions.with(index, { ...this.#drawAction(), after: action.after });
      case 3: {
        const other = this.#random.pick(this.#kept);
        return [...actions.slice(0, index + 1), ...other.slice(this.#random.below(other.length))].slice(
          0,
          this.#options.maxActions ?? 24,
        );
      }
      default:
        // The position matters most: between which two accesses something happens.
        return actions.with(index, {
          ...action,
          after: Math.max(0, action.after + this.#random.below(9) - 4),
        });
    }
  }
}
