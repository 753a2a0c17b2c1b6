import { UnsupportedError } from "./errors.js";

/** The shape of a state node that transitions are computed from; indexes are in document order. */
export interface Shape {
  readonly index: number;
  readonly type: "atomic" | "compound" | "parallel" | "final";
  readonly parent: number;
  readonly children: readonly number[];
  readonly last: number;
  readonly variable: number;
  readonly value: number;
  /** The child that is entered by default. -1 unless compound. */
  readonly initial: number;
}

/** What a transition leaves and enters: it is the same in every configuration. */
interface Movement {
  readonly domain?: number;
  readonly entered: readonly number[];
  readonly initials: readonly number[];
  readonly sets: readonly (readonly [number, number])[];
}

const NOTHING: Movement = { entered: [], initials: [], sets: [] };

/** Stands for what lies above the root: a transition with this domain leaves the root itself. */
const ABOVE_ROOT = -1;

/** Answers questions about the tree of state nodes. */
export class Tree {
  readonly nodes: readonly Shape[];

  constructor(nodes: readonly Shape[]) {
    this.nodes = nodes;
  }

  at(index: number): Shape {
    return this.nodes[index] as Shape;
  }

  /** Whether `node` lies properly below `ancestor`. */
  isBelow(node: number, ancestor: number): boolean {
    return ancestor === ABOVE_ROOT || (node > ancestor && node <= this.at(ancestor).last);
  }

  /** From the parent upwards, as far as `end`, which is not included. */
  ancestors(node: number, end: number): number[] {
    const found: number[] = [];
    if (node === end) return found;
    for (let at = this.at(node).parent; at !== end && at >= 0; at = this.at(at).parent) found.push(at);
    return found;
  }

  /** The nearest common ancestor, where neither is the other's. */
  common(a: number, b: number): number {
    let at = a;
    while (at >= 0 && at !== b && !this.isBelow(b, at)) at = this.at(at).parent;
    return at;
  }

  /** What a transition from `source` to `targets` leaves and enters. */
  move(source: number, targets: readonly number[] | undefined, reenter: boolean, place: string): Movement {
    if (targets === undefined || targets.length === 0) return NOTHING;
    const domain = this.domainOf(source, targets, reenter);
    if (domain >= 0 && this.at(domain).children.length === 0) return NOTHING;
    const entered = new Set<number>();
    const initials = new Set<number>();
    for (const target of targets) {
      // A compound state that targets itself without reentering it is not entered: its children are.
      if (source !== target || source !== domain || reenter) {
        entered.add(target);
        initials.add(target);
      }
      this.enterBelow(target, entered, initials);
    }
    for (const target of targets) {
      const above = this.ancestors(target, domain);
      if (domain >= 0 && this.at(domain).type === "parallel") above.push(domain);
      const limit = this.at(source).parent < 0 && reenter ? ABOVE_ROOT : domain;
      for (const ancestor of above) {
        if (this.isBelow(ancestor, limit)) entered.add(ancestor);
        if (this.at(ancestor).type === "parallel") this.enterRegions(ancestor, entered, initials, false);
      }
    }
    const inOrder = (set: Set<number>) => [...set].sort((a, b) => a - b);
    return {
      domain,
      entered: inOrder(entered),
      initials: inOrder(initials),
      sets: this.setsUnder(Math.max(domain, 0), entered, place),
    };
  }

  private domainOf(source: number, targets: readonly number[], reenter: boolean): number {
    if (!reenter && targets.every((target) => target === source || this.isBelow(target, source)))
      return source;
    const [first, ...others] = targets as [number, ...number[]];
    others.push(source);
    const found = this.ancestors(first, ABOVE_ROOT).find((at) =>
      others.every((node) => this.isBelow(node, at)),
    );
    return found ?? (reenter ? ABOVE_ROOT : 0);
  }

  private enterBelow(node: number, entered: Set<number>, initials: Set<number>): void {
    const { type, initial } = this.at(node);
    if (type === "compound") {
      entered.add(initial);
      initials.add(initial);
      this.enterBelow(initial, entered, initials);
    } else if (type === "parallel") {
      this.enterRegions(node, entered, initials, true);
    }
  }

  /** Regions that nothing has been entered in yet. Beside a target their own initial actions do not run. */
  private enterRegions(node: number, entered: Set<number>, initials: Set<number>, byDefault: boolean): void {
    for (const child of this.at(node).children) {
      if ([...entered].some((other) => this.isBelow(other, child))) continue;
      entered.add(child);
      if (byDefault) initials.add(child);
      this.enterBelow(child, entered, initials);
    }
  }

  private setsUnder(domain: number, entered: ReadonlySet<number>, place: string): [number, number][] {
    const sets: [number, number][] = [];
    for (let index = domain; index <= this.at(domain).last; index++) {
      const { variable, children } = this.at(index);
      if (variable < 0) continue;
      const active = children.filter((child) => entered.has(child));
      if (active.length > 1) throw new UnsupportedError("targets that exclude each other", place);
      sets.push([variable, active[0] === undefined ? 0 : this.at(active[0]).value]);
    }
    return sets;
  }

  /** Whether two transitions, taken together, would leave the same state. */
  conflict(a: Movement & { readonly source: number }, b: Movement & { readonly source: number }): boolean {
    if (a.domain === undefined || b.domain === undefined) return false;
    return a.domain === b.domain || this.isBelow(a.domain, b.domain) || this.isBelow(b.domain, a.domain);
  }
}
