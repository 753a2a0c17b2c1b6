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

type RawElement = Record<string, unknown>;

const ATTRIBUTES = ":@";

const elementOf = (raw: RawElement): Element | undefined => {
  const elementName = Object.keys(raw).find((stateKey) => stateKey !== ATTRIBUTES);
  if (elementName === undefined || elementName.startsWith("#") || elementName.startsWith("?"))
    return undefined;
  const nested = raw[elementName] as RawElement[];
  return {
    name: elementName,
    attributes: new Map(Object.entries((raw[ATTRIBUTES] ?? {}) as Record<string, string>)),
    children: nested.map(elementOf).filter((located) => located !== undefined),
    text: nested.map((rawElement) => rawElement["#text"] ?? "").join(""),
  };
};

const parseDocument = (documentText: string): Element => {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    removeNSPrefix: true,
  });
  const located = (parser.parse(documentText) as RawElement[])
    .map(elementOf)
    .find((childElement) => childElement?.name === "scxml");
  if (located === undefined) throw new Error("There is no scxml element");
  return located;
};

const everyElement = (element: Element): Element[] => [element, ...element.children.flatMap(everyElement)];

const FEATURES = ["history", "send", "invoke", "cancel", "foreach", "script", "donedata"];

/** The features by which the issue of this engine excludes fixtures. */
export const excludingFeatures = (documentText: string): string[] => {
  const names = new Set(everyElement(parseDocument(documentText)).map(({ name }) => name));
  return FEATURES.filter((feature) => names.has(feature));
};

type DataModel = Record<string, unknown>;
type ActionArguments = { context: DataModel; event: { type: string } };

const SYSTEM = /\b_(sessionid|name|ioprocessors|x)\b/;

/** An ECMAScript expression of a fixture, over its data and `_event`. */
const expression = (
  expressionText: string,
): ((dataModel: DataModel, scxmlEvent: { type: string }) => unknown) => {
  if (SYSTEM.test(expressionText)) throw new Excluded("system variables");
  if (/\bIn\(/.test(expressionText)) throw new Excluded("In() within an expression");
  return (dataModel, scxmlEvent) =>
    new Function("scope", "_event", `with (scope) { return (${expressionText}\n); }`)(dataModel, {
      name: scxmlEvent.type,
    });
};

const isState = ({ name }: Element): boolean => ["state", "parallel", "final"].includes(name);

/** Executable content that only assigns, as one function on a copy of the data. */
const assigning = (
  content: readonly Element[],
): ((dataModel: DataModel, scxmlEvent: { type: string }) => void) => {
  const assignments = content
    .filter(({ name }) => name !== "log")
    .map((element) => {
      const { name, attributes, children } = element;
      if (name === "assign") {
        const location = attributes.get("location") ?? "";
        if (!/^[A-Za-z]\w*$/.test(location)) throw new Excluded("assign to anything but a variable");
        const dataExpression = expression(attributes.get("expr") ?? element.text);
        return (dataModel: DataModel, scxmlEvent: { type: string }) => {
          if (!(location in dataModel)) throw new Error(`There is no ${location}`);
          dataModel[location] = dataExpression(dataModel, scxmlEvent);
        };
      }
      if (name !== "if") throw new Excluded(`${name} inside if`);
      const branches: { test: ReturnType<typeof expression>; content: Element[] }[] = [];
      branches.push({ test: expression(attributes.get("cond") ?? "true"), content: [] });
      for (const childElement of children) {
        if (childElement.name === "elseif")
          branches.push({ test: expression(childElement.attributes.get("cond") ?? "true"), content: [] });
        else if (childElement.name === "else") branches.push({ test: () => true, content: [] });
        else branches.at(-1)?.content.push(childElement);
      }
      const ready = branches.map(({ test, content }) => ({ test, run: assigning(content) }));
      return (dataModel: DataModel, scxmlEvent: { type: string }) =>
        ready.find(({ test }) => test(dataModel, scxmlEvent))?.run(dataModel, scxmlEvent);
    });
  return (dataModel, scxmlEvent) => {
    for (const assignment of assignments) assignment(dataModel, scxmlEvent);
  };
};

const actionsOf = (element: Element | undefined): unknown[] =>
  (element?.children ?? [])
    .filter(({ name }) => name !== "log")
    .map((actionSpec) => {
      if (actionSpec.name === "raise") return raise({ type: actionSpec.attributes.get("event") ?? "" });
      if (actionSpec.name !== "assign" && actionSpec.name !== "if") throw new Excluded(actionSpec.name);
      const run = assigning([actionSpec]);
      return assign(({ context, event }: ActionArguments) => {
        const dataModel = { ...context };
        run(dataModel, event);
        return dataModel;
      });
    });

const sanitisedId = (elementId: string): string => elementId.replaceAll(".", "_");
const words = (expressionText: string | undefined): string[] =>
  (expressionText ?? "").split(/\s+/).filter((word) => word !== "");

/** SCXML's `foo` stands for `foo.bar` too, as `foo.*` does in XState. */
const descriptor = (event: string): string => {
  const bare = event.replace(/\.?\*?$/, "");
  if (bare === "") return "*";
  return bare.startsWith("done.state.")
    ? `xstate.${sanitisedId(bare).replace("done_state_", "done.state.")}`
    : `${bare}.*`;
};

/** An XState machine that does what an SCXML document says, as far as XState can. */
export const machineOfScxml = (documentText: string): AnyStateMachine => {
  const root = parseDocument(documentText);
  const data: DataModel = {};
  if (root.attributes.get("binding") === "late") throw new Excluded("late binding");
  for (const { name, attributes, children, text } of everyElement(root)) {
    if (name !== "data") continue;
    if (attributes.get("src") !== undefined || children.length > 0)
      throw new Excluded("data from elsewhere, or XML");
    const dataExpression = attributes.get("expr") ?? text.trim();
    const elementId = attributes.get("id") ?? "";
    try {
      data[elementId] = dataExpression === "" ? undefined : expression(dataExpression)(data, { type: "" });
    } catch (error) {
      throw error instanceof Excluded ? error : new Excluded("data that is no expression");
    }
  }

  let unnamed = 0;
  const idList = new Map<Element, string>();
  for (const element of everyElement(root)) {
    if (isState(element))
      idList.set(element, sanitisedId(element.attributes.get("id") ?? `unnamed${unnamed++}`));
  }

  const transitionOf = (element: Element) => {
    const [target, cond, eventType] = ["target", "cond", "type"].map((stateKey) =>
      element.attributes.get(stateKey),
    );
    const inState = /^\s*In\('(\w+)'\)\s*$/.exec(cond ?? "");
    const test = cond === undefined || inState ? undefined : expression(cond);
    return {
      ...(target === undefined
        ? {}
        : { target: words(target).map((elementId) => `#${sanitisedId(elementId)}`) }),
      reenter: target !== undefined && eventType !== "internal",
      ...(inState ? { guard: stateIn(`#${sanitisedId(inState[1] as string)}`) } : {}),
      ...(test === undefined
        ? {}
        : { guard: ({ context, event }: ActionArguments) => Boolean(test({ ...context }, event)) }),
      actions: actionsOf(element),
    };
  };

  const configOf = (element: Element): object => {
    const { name, attributes, children } = element;
    const elementId = idList.get(element);
    const nested = children.filter(isState);
    const transitions = children.filter((child) => child.name === "transition");
    const on: Record<string, object[]> = {};
    for (const transition of transitions) {
      for (const event of words(transition.attributes.get("event"))) {
        const stateKey = descriptor(event);
        on[stateKey] ??= [];
        on[stateKey].push(transitionOf(transition));
      }
    }
    const initialElement = children.find((child) => child.name === "initial")?.children[0];
    const wanted = words(initialElement?.attributes.get("target") ?? attributes.get("initial")).map(
      sanitisedId,
    );
    const keys = nested.map((child) => idList.get(child) as string);
    if (wanted.length > 1 || wanted.some((stateKey) => !keys.includes(stateKey))) {
      throw new Excluded("initial states that are no children");
    }
    const actionsIn = (kindName: string) =>
      children.filter((child) => child.name === kindName).flatMap((child) => actionsOf(child));
    return {
      ...(elementId === undefined ? {} : { id: elementId }),
      ...(name === "parallel" || name === "final" ? { type: name } : {}),
      ...(nested.length > 0
        ? { states: Object.fromEntries(nested.map((child) => [idList.get(child), configOf(child)])) }
        : {}),
      ...(nested.length > 0 && name !== "parallel"
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
  }) as unknown as AnyStateMachine;
};

/** One step of a fixture's script: the event, and the leaves that are active after it. */
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
  const leaves = (configuration: readonly string[]) => configuration.map(sanitisedId).sort();
  return [
    { leaves: leaves(script.initialConfiguration) },
    ...script.events.map(({ event, nextConfiguration }) => ({
      event: event.name,
      leaves: leaves(nextConfiguration),
    })),
  ];
};
