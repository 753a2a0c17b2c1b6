import { XMLParser } from "fast-xml-parser";
import { type AnyStateMachine, assign, createMachine, raise, stateIn } from "xstate";

/** A fixture uses a feature that has no counterpart here; it is not run. */
export class Excluded extends Error {}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
}

type Raw = Record<string, unknown>;

const ATTRIBUTES = ":@";

const elementOf = (raw: Raw): Element | undefined => {
  const name = Object.keys(raw).find((key) => key !== ATTRIBUTES);
  if (name === undefined || name.startsWith("#") || name.startsWith("?")) return undefined;
  const inner = raw[name] as Raw[];
  return {
    name,
    attributes: new Map(Object.entries((raw[ATTRIBUTES] ?? {}) as Record<string, string>)),
    children: inner.map(elementOf).filter((found) => found !== undefined),
    text: inner.map((each) => each["#text"] ?? "").join(""),
  };
};

const parse = (xml: string): Element => {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    removeNSPrefix: true,
  });
  const found = (parser.parse(xml) as Raw[]).map(elementOf).find((each) => each?.name === "scxml");
  if (found === undefined) throw new Error("There is no scxml element");
  return found;
};

const everyElement = (element: Element): Element[] => [element, ...element.children.flatMap(everyElement)];

const FEATURES = ["history", "send", "invoke", "cancel", "foreach", "script", "donedata"];

/** The features by which the issue of this engine excludes fixtures. */
export const excludingFeatures = (xml: string): string[] => {
  const names = new Set(everyElement(parse(xml)).map(({ name }) => name));
  return FEATURES.filter((feature) => names.has(feature));
};

type Scope = Record<string, unknown>;
type Args = { context: Scope; event: { type: string } };

const SYSTEM = /\b_(sessionid|name|ioprocessors|x)\b/;

/** An ECMAScript expression of a fixture, over its data and `_event`. */
const expression = (text: string): ((scope: Scope, event: { type: string }) => unknown) => {
  if (SYSTEM.test(text)) throw new Excluded("system variables");
  if (/\bIn\(/.test(text)) throw new Excluded("In() within an expression");
  return (scope, event) =>
    new Function("scope", "_event", `with (scope) { return (${text}\n); }`)(scope, { name: event.type });
};

const isState = ({ name }: Element): boolean => ["state", "parallel", "final"].includes(name);

/** Executable content that only assigns, as one function on a copy of the data. */
const assigning = (content: readonly Element[]): ((scope: Scope, event: { type: string }) => void) => {
  const steps = content
    .filter(({ name }) => name !== "log")
    .map((element) => {
      const { name, attributes, children } = element;
      if (name === "assign") {
        const location = attributes.get("location") ?? "";
        if (!/^[A-Za-z]\w*$/.test(location)) throw new Excluded("assign to anything but a variable");
        const value = expression(attributes.get("expr") ?? element.text);
        return (scope: Scope, event: { type: string }) => {
          if (!(location in scope)) throw new Error(`There is no ${location}`);
          scope[location] = value(scope, event);
        };
      }
      if (name !== "if") throw new Excluded(`${name} inside if`);
      const branches: { test: ReturnType<typeof expression>; content: Element[] }[] = [];
      branches.push({ test: expression(attributes.get("cond") ?? "true"), content: [] });
      for (const child of children) {
        if (child.name === "elseif")
          branches.push({ test: expression(child.attributes.get("cond") ?? "true"), content: [] });
        else if (child.name === "else") branches.push({ test: () => true, content: [] });
        else branches.at(-1)?.content.push(child);
      }
      const ready = branches.map(({ test, content }) => ({ test, run: assigning(content) }));
      return (scope: Scope, event: { type: string }) =>
        ready.find(({ test }) => test(scope, event))?.run(scope, event);
    });
  return (scope, event) => {
    for (const step of steps) step(scope, event);
  };
};

const actionsOf = (element: Element | undefined): unknown[] =>
  (element?.children ?? [])
    .filter(({ name }) => name !== "log")
    .map((action) => {
      if (action.name === "raise") return raise({ type: action.attributes.get("event") ?? "" });
      if (action.name !== "assign" && action.name !== "if") throw new Excluded(action.name);
      const run = assigning([action]);
      return assign(({ context, event }: Args) => {
        const scope = { ...context };
        run(scope, event);
        return scope;
      });
    });

const safe = (id: string): string => id.replaceAll(".", "_");
const words = (text: string | undefined): string[] => (text ?? "").split(/\s+/).filter((word) => word !== "");

/** SCXML's `foo` stands for `foo.bar` too, as `foo.*` does in XState. */
const descriptor = (event: string): string => {
  const bare = event.replace(/\.?\*?$/, "");
  if (bare === "") return "*";
  return bare.startsWith("done.state.")
    ? `xstate.${safe(bare).replace("done_state_", "done.state.")}`
    : `${bare}.*`;
};

/** An XState machine that does what an SCXML document says, as far as XState can. */
export const machineOfScxml = (xml: string): AnyStateMachine => {
  const root = parse(xml);
  const data: Scope = {};
  if (root.attributes.get("binding") === "late") throw new Excluded("late binding");
  for (const { name, attributes, children, text } of everyElement(root)) {
    if (name !== "data") continue;
    if (attributes.get("src") !== undefined || children.length > 0)
      throw new Excluded("data from elsewhere, or XML");
    const value = attributes.get("expr") ?? text.trim();
    const id = attributes.get("id") ?? "";
    try {
      data[id] = value === "" ? undefined : expression(value)(data, { type: "" });
    } catch (error) {
      throw error instanceof Excluded ? error : new Excluded("data that is no expression");
    }
  }

  let unnamed = 0;
  const ids = new Map<Element, string>();
  for (const element of everyElement(root)) {
    if (isState(element)) ids.set(element, safe(element.attributes.get("id") ?? `unnamed${unnamed++}`));
  }

  const transitionOf = (element: Element) => {
    const [target, cond, type] = ["target", "cond", "type"].map((key) => element.attributes.get(key));
    const inState = /^\s*In\('(\w+)'\)\s*$/.exec(cond ?? "");
    const test = cond === undefined || inState ? undefined : expression(cond);
    return {
      ...(target === undefined ? {} : { target: words(target).map((id) => `#${safe(id)}`) }),
      reenter: target !== undefined && type !== "internal",
      ...(inState ? { guard: stateIn(`#${safe(inState[1] as string)}`) } : {}),
      ...(test === undefined
        ? {}
        : { guard: ({ context, event }: Args) => Boolean(test({ ...context }, event)) }),
      actions: actionsOf(element),
    };
  };

  const configOf = (element: Element): object => {
    const { name, attributes, children } = element;
    const id = ids.get(element);
    const inner = children.filter(isState);
    const transitions = children.filter((child) => child.name === "transition");
    const on: Record<string, object[]> = {};
    for (const transition of transitions) {
      for (const event of words(transition.attributes.get("event"))) {
        const key = descriptor(event);
        on[key] ??= [];
        on[key].push(transitionOf(transition));
      }
    }
    const initialElement = children.find((child) => child.name === "initial")?.children[0];
    const wanted = words(initialElement?.attributes.get("target") ?? attributes.get("initial")).map(safe);
    const keys = inner.map((child) => ids.get(child) as string);
    if (wanted.length > 1 || wanted.some((key) => !keys.includes(key))) {
      throw new Excluded("initial states that are no children");
    }
    const actionsIn = (kind: string) =>
      children.filter((child) => child.name === kind).flatMap((child) => actionsOf(child));
    return {
      ...(id === undefined ? {} : { id }),
      ...(name === "parallel" || name === "final" ? { type: name } : {}),
      ...(inner.length > 0
        ? { states: Object.fromEntries(inner.map((child) => [ids.get(child), configOf(child)])) }
        : {}),
      ...(inner.length > 0 && name !== "parallel"
        ? { initial: { target: wanted[0] ?? keys[0], actions: actionsOf(initialElement) } }
        : {}),
      on,
      always: transitions
        .filter((transition) => !transition.attributes.has("event"))
        .map((transition) => transitionOf(transition)),
      entry: actionsIn("onentry"),
      exit: actionsIn("onexit"),
    };
  };
  return createMachine({
    id: "scxml",
    context: data,
    options: { maxIterations: 1000 },
    ...configOf(root),
  } as never) as unknown as AnyStateMachine;
};

/** What a fixture's script says of one step: the event, and the leaves that are active after it. */
export interface Step {
  readonly event?: string;
  readonly leaves: readonly string[];
}

interface Script {
  readonly initialConfiguration: readonly string[];
  readonly events: readonly {
    readonly event: { readonly name: string };
    readonly nextConfiguration: readonly string[];
  }[];
}

/** The steps of a fixture's script. */
export const stepsOfScript = (json: string): Step[] => {
  const script = JSON.parse(json) as Script;
  const leaves = (configuration: readonly string[]) => configuration.map(safe).sort();
  return [
    { leaves: leaves(script.initialConfiguration) },
    ...script.events.map(({ event, nextConfiguration }) => ({
      event: event.name,
      leaves: leaves(nextConfiguration),
    })),
  ];
};
