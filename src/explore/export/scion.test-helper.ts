import { type SCState, Statechart } from "@scion-scxml/core";
import { XMLParser } from "fast-xml-parser";
import type { AnyStateMachine } from "xstate";

type Element = Readonly<Record<string, unknown>>;
type Event = { readonly name: string; readonly data: unknown };
type Implementations = AnyStateMachine["implementations"];

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: "" });
const elementName = (element: Element): string => Object.keys(element).find((key) => key !== ":@") ?? "";
const attributesOf = (element: Element): Readonly<Record<string, string>> =>
  (element[":@"] ?? {}) as Record<string, string>;
const childrenOf = (element: Element): Element[] =>
  (element[elementName(element)] as Element[]).filter((child) => !/^[#?]/.test(elementName(child)));

/** Returns the root element of an SCXML document. */
export const parseScxml = (scxmlText: string): Element =>
  (parser.parse(scxmlText) as Element[]).find((element) => elementName(element) === "scxml") as Element;

/** Returns every descendant with this name. */
export const elementsOf = (element: Element, name: string): Element[] =>
  childrenOf(element).flatMap((child) => [
    ...(elementName(child) === name ? [child] : []),
    ...elementsOf(child, name),
  ]);

export { attributesOf, childrenOf, elementName };

type Script = (event: Event) => void;

/**
 * An SCXML document run by SCION, an interpreter that is independent of XState. SCION selects transitions and enters states; conditions and
 * scripts call the machine's functions, with a context that they share.
 */
export class ScxmlRun {
  context: Record<string, unknown>;
  emitted: unknown[] = [];
  readonly #chart: Statechart;
  readonly #implementations: Implementations;

  constructor(scxmlText: string, { implementations }: AnyStateMachine, context: object) {
    this.context = { ...context };
    this.#implementations = implementations;
    const [root] = childrenOf(parseScxml(scxmlText));
    // A function, as SCION would copy a model as JSON, which loses functions.
    this.#chart = new Statechart(() => this.#state(root as Element));
    this.#chart.start();
  }

  /** Sends an event. Emissions are appended to `emitted`. */
  send(event: { readonly type: string }): void {
    this.#chart.gen({ name: event.type, data: event });
  }

  /** The active atomic states. */
  get states(): readonly string[] {
    return this.#chart.getConfiguration();
  }

  #state(element: Element): SCState {
    const { id, initial } = attributesOf(element);
    const named = (name: string) => childrenOf(element).filter((child) => elementName(child) === name);
    const scripts = (name: string) => named(name).flatMap((assignedValue) => this.#scripts(assignedValue));
    return {
      id,
      $type: elementName(element),
      ...(initial ? { initial } : {}),
      states: childrenOf(element)
        .filter((child) => ["state", "parallel"].includes(elementName(child)))
        .map((child) => this.#state(child)),
      transitions: named("transition").map((transition) => this.#transition(transition)),
      onEntry: scripts("onentry"),
      onExit: scripts("onexit"),
    } as SCState;
  }

  #transition(element: Element) {
    const { event, cond, target, type } = attributesOf(element);
    return {
      ...(event ? { event } : {}),
      ...(cond ? { cond: this.#condition(cond) } : {}),
      ...(target ? { target: target.split(" ") } : {}),
      ...(type ? { type } : {}),
      onTransition: this.#scripts(element),
    };
  }

  /** Compiles a condition: In() is the interpreter's, other names are functions of the machine. */
  #condition(source: string): (event: Event) => boolean {
    const names = Object.keys(this.#implementations.guards);
    const body = new Function("In", "_event", ...names, `return ${source};`);
    return (event) =>
      body(
        (state: string) => this.#chart.isIn(state),
        event,
        ...names.map((name) => (_event: Event, params: unknown) => {
          const guard = this.#implementations.guards[name] as (args: object, params: unknown) => boolean;
          return guard({ context: this.context, event: _event?.data }, params);
        }),
      );
  }

  #scripts(element: Element): Script[] {
    return childrenOf(element)
      .filter((child) => elementName(child) === "script")
      .map((child) => {
        const [scxmlText] = child["script"] as Element[];
        const name = /^(\w+)\(_event\)$/.exec(String(scxmlText?.["#text"]))?.[1] ?? "";
        return (event) => this.#act(name, event?.data);
      });
  }

  /** Executes an action of the machine, which assigns or emits. */
  #act(name: string, event: unknown): void {
    const action = this.#implementations.actions[name] as unknown as {
      readonly assignment?: unknown;
      readonly event?: unknown;
    };
    if (!action) throw new Error(`there is no action ${name}`);
    const args = { context: this.context, event };
    const value = (assignedValue: unknown): unknown =>
      typeof assignedValue === "function" ? assignedValue(args) : assignedValue;
    if (action.assignment === undefined) this.emitted.push(value(action.event));
    else if (typeof action.assignment === "function")
      this.context = { ...this.context, ...action.assignment(args) };
    else {
      const entries = Object.entries(action.assignment as object).map(([key, assignedValue]) => [
        key,
        value(assignedValue),
      ]);
      this.context = { ...this.context, ...Object.fromEntries(entries) };
    }
  }
}
