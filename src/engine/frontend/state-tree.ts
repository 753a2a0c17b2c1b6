import { UnsupportedError } from "../ir/errors.js";

/** A state node without actions and transitions; indexes are in document order. */
export interface NodeShape {
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

/** The exit domain and the entry set of a transition, which are the same in every configuration. */
interface StateChange {
  readonly domain?: number;
  readonly entered: readonly number[];
  readonly initials: readonly number[];
  readonly sets: readonly (readonly [number, number])[];
}

const NO_CHANGE: StateChange = { entered: [], initials: [], sets: [] };

/** Stands for what lies above the root: a transition with this domain leaves the root itself. */
const ABOVE_ROOT = -1;

/** The tree of state nodes, from which exit and entry sets are computed. */
export class StateTree {
  readonly nodes: readonly NodeShape[];

  constructor(nodes: readonly NodeShape[]) {
    this.nodes = nodes;
  }

  nodeShape(nodeIndex: number): NodeShape {
    return this.nodes[nodeIndex] as NodeShape;
  }

  /** Returns true if a node is a proper descendant of `ancestor`. */
  isBelow(nodeIndex: number, ancestor: number): boolean {
    return ancestor === ABOVE_ROOT || (nodeIndex > ancestor && nodeIndex <= this.nodeShape(ancestor).last);
  }

  /** Returns the ancestors from the parent up to `end`, which is excluded. */
  ancestors(nodeIndex: number, end: number): number[] {
    const ancestors: number[] = [];
    if (nodeIndex === end) return ancestors;
    for (
      let ancestor = this.nodeShape(nodeIndex).parent;
      ancestor !== end && ancestor >= 0;
      ancestor = this.nodeShape(ancestor).parent
    )
      ancestors.push(ancestor);
    return ancestors;
  }

  /** Returns the nearest common ancestor, or the outer node if one contains the other. */
  commonAncestor(a: number, b: number): number {
    let ancestor = a;
    while (ancestor >= 0 && ancestor !== b && !this.isBelow(b, ancestor))
      ancestor = this.nodeShape(ancestor).parent;
    return ancestor;
  }

  /** Returns the exit domain and the entry set of a transition from `source` to `targets`. */
  stateChange(
    source: number,
    targets: readonly number[] | undefined,
    reenter: boolean,
    location: string,
  ): StateChange {
    if (targets === undefined || targets.length === 0) return NO_CHANGE;
    const domain = this.domainOf(source, targets, reenter);
    if (domain >= 0 && this.nodeShape(domain).children.length === 0) return NO_CHANGE;
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
      const ancestors = this.ancestors(target, domain);
      if (domain >= 0 && this.nodeShape(domain).type === "parallel") ancestors.push(domain);
      const entryLimit = this.nodeShape(source).parent < 0 && reenter ? ABOVE_ROOT : domain;
      for (const ancestor of ancestors) {
        if (this.isBelow(ancestor, entryLimit)) entered.add(ancestor);
        if (this.nodeShape(ancestor).type === "parallel")
          this.enterRegions(ancestor, entered, initials, false);
      }
    }
    const sortedIndexes = (set: Set<number>) => [...set].sort((a, b) => a - b);
    return {
      domain,
      entered: sortedIndexes(entered),
      initials: sortedIndexes(initials),
      sets: this.variablesSet(Math.max(domain, 0), entered, location),
    };
  }

  private domainOf(source: number, targets: readonly number[], reenter: boolean): number {
    if (!reenter && targets.every((target) => target === source || this.isBelow(target, source)))
      return source;
    const [firstTarget, ...otherTargets] = targets as [number, ...number[]];
    otherTargets.push(source);
    const commonAncestor = this.ancestors(firstTarget, ABOVE_ROOT).find((ancestor) =>
      otherTargets.every((nodeIndex) => this.isBelow(nodeIndex, ancestor)),
    );
    return commonAncestor ?? (reenter ? ABOVE_ROOT : 0);
  }

  private enterBelow(nodeIndex: number, entered: Set<number>, initials: Set<number>): void {
    const { type: nodeType, initial } = this.nodeShape(nodeIndex);
    if (nodeType === "compound") {
      entered.add(initial);
      initials.add(initial);
      this.enterBelow(initial, entered, initials);
    } else if (nodeType === "parallel") {
      this.enterRegions(nodeIndex, entered, initials, true);
    }
  }

  /** Enters the regions without an entered state. Beside a target their own initial actions do not run. */
  private enterRegions(
    nodeIndex: number,
    entered: Set<number>,
    initials: Set<number>,
    byDefault: boolean,
  ): void {
    for (const child of this.nodeShape(nodeIndex).children) {
      if ([...entered].some((otherIndex) => this.isBelow(otherIndex, child))) continue;
      entered.add(child);
      if (byDefault) initials.add(child);
      this.enterBelow(child, entered, initials);
    }
  }

  private variablesSet(domain: number, entered: ReadonlySet<number>, location: string): [number, number][] {
    const sets: [number, number][] = [];
    for (let nodeIndex = domain; nodeIndex <= this.nodeShape(domain).last; nodeIndex++) {
      const { variable, children } = this.nodeShape(nodeIndex);
      if (variable < 0) continue;
      const enteredChildren = children.filter((child) => entered.has(child));
      if (enteredChildren.length > 1) throw new UnsupportedError("targets that exclude each other", location);
      sets.push([variable, enteredChildren[0] === undefined ? 0 : this.nodeShape(enteredChildren[0]).value]);
    }
    return sets;
  }

  /** Returns true if the exit sets of two transitions overlap. */
  hasConflict(
    a: StateChange & { readonly source: number },
    b: StateChange & { readonly source: number },
  ): boolean {
    if (a.domain === undefined || b.domain === undefined) return false;
    return a.domain === b.domain || this.isBelow(a.domain, b.domain) || this.isBelow(b.domain, a.domain);
  }
}
