/** A function of the surroundings, which is no function of a chart's state. */
interface ChanceSource {
  readonly name: string;
  /** Replaces it, and returns the function that puts it back. The replacement calls `refuse`, and if that returns, the function itself. */
  replace(refuse: (name: string) => void): () => void;
}

/** Returns the source that is a property of an object, such as `Math.random`. */
const propertySource = (name: string, owner: object | undefined, property: string): ChanceSource => ({
  name,
  replace(refuse) {
    if (!owner || !(property in owner)) return () => {};
    const ownProperty = Object.getOwnPropertyDescriptor(owner, property);
    if (ownProperty ? !ownProperty.configurable : !Object.isExtensible(owner)) return () => {};
    const original = Reflect.get(owner, property) as (...values: unknown[]) => unknown;
    const value = (...values: unknown[]): unknown => {
      refuse(name);
      return original.apply(owner, values);
    };
    Object.defineProperty(owner, property, { value, configurable: true, writable: true });
    return () => {
      if (ownProperty) Object.defineProperty(owner, property, ownProperty);
      else Reflect.deleteProperty(owner, property);
    };
  },
});

/** The clock behind `new Date()` and `Date()`. With arguments, `new Date(...)` is a function of these. */
const DATE_SOURCE: ChanceSource = {
  name: "Date",
  replace(refuse) {
    const ActualDate = globalThis.Date;
    globalThis.Date = new Proxy(ActualDate, {
      apply: (target, _, parameters) => {
        refuse("Date()");
        return Reflect.apply(target, undefined, parameters);
      },
      construct: (target, parameters, newTarget) => {
        if (parameters.length === 0) refuse("new Date()");
        return Reflect.construct(target, parameters, newTarget);
      },
    });
    return () => {
      globalThis.Date = ActualDate;
    };
  },
};

const { crypto, performance } = globalThis;

const SOURCES: readonly ChanceSource[] = [
  propertySource("Math.random", Math, "random"),
  propertySource("Date.now", Date, "now"),
  propertySource("performance.now", performance, "now"),
  propertySource("crypto.getRandomValues", crypto, "getRandomValues"),
  propertySource("crypto.randomUUID", crypto, "randomUUID"),
  DATE_SOURCE,
];

/** An error of a chart that uses chance or the time. */
class ChanceError extends Error {
  override readonly name = "ChanceError";
}

/** A guard against chance: while a task runs, chance and the time are refused, and their first use is recorded. */
export class ChanceGuard {
  /** The function that was used first, such as "Math.random"; undefined if none was. */
  usedSource: string | undefined;
  #isSuspended = false;

  /** Runs a task without chance and time. */
  run<TResult>(task: () => TResult): TResult {
    const putBack = SOURCES.map((source) =>
      source.replace((name) => {
        if (this.#isSuspended) return;
        this.usedSource ??= name;
        throw new ChanceError(`${name} is no function of the state and the event`);
      }),
    );
    try {
      return task();
    } finally {
      for (const restoreSource of putBack.reverse()) restoreSource();
    }
  }

  /** Runs a part of the task with chance and time as ever: it is no part of the chart. */
  suspend<TResult>(task: () => TResult): TResult {
    this.#isSuspended = true;
    try {
      return task();
    } finally {
      this.#isSuspended = false;
    }
  }
}
