import { type SCState, Statechart } from "@scion-scxml/core";
import { XMLParser } from "fast-xml-parser";
import type { AnyStateMachine } from "xstate";

type Element = Readonly<Record<string, unknown>>;
type Event = { readonly name: string; readonly data: unknown };
type Implementations = AnyStateMachine["implementations"];

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: "" });
const nameOf = (element: Element): string => Object.keys(element).find((key) => key !== ":@") ?? "";
const attributesOf = (element: Element): Readonly<Record<string, string>> =>
  (element[":@"] ?? {}) as Record<string, string>;
const childrenOf = (element: Element): Element[] =>
  (element[nameOf(element)] as Element[]).filter((child) => !/^[#?]/.test(nameOf(child)));

/** The root element of an SCXML document. */
export const parseScxml = (text: string): Element =>
  (parser.parse(text) as Element[]).find((element) => nameOf(element) === "scxml") as Element;

/** Every element of a name below one. */
export const elementsOf = (element: Element, name: string): Element[] =>
  childrenOf(element).flatMap((child) => [
    ...(nameOf(child) === name ? [child] : []),
    ...elementsOf(child, name),
  ]);

export { attributesOf, childrenOf, nameOf };

type Script = (event: Event) => void;

/**
 * An SCXML document run by SCION, an interpreter that knows nothing of XState. What it selects, in which order, and where that leads is SCION's;
 * the functions that conditions and scripts call are the machine's, with the context that they share.
 */
export class ScxmlRun {
  context: Record<string, unknown>;
  emitted: unknown[] = [];
  readonly #chart: Statechart;
  readonly #implementations: Implementations;

  constructor(text: string, { implementations }: AnyStateMachine, context: object) {
    this.context = { ...context };
    this.#implementations = implementations;
    const [root] = childrenOf(parseScxml(text));
    // A model itself SCION would copy as JSON, which loses functions.
    this.#chart = new Statechart(() => this.#state(root as Element));
    this.#chart.start();
  }

  /** Takes an event. What it emits is gathered in `emitted`. */
  send(event: { readonly type: string }): void {
    this.#chart.gen({ name: event.type, data: event });
  }

  /** The states that it is in, of those that have none within. */
  get states(): readonly string[] {
    return this.#chart.getConfiguration();
  }

  #state(element: Element): SCState {
    const { id, initial } = attributesOf(element);
    const named = (name: string) => childrenOf(element).filter((child) => nameOf(child) === name);
    const scripts = (name: string) => named(name).flatMap((it) => this.#scripts(it));
    return {
      id,
      $type: nameOf(element),
      ...(initial ? { initial } : {}),
      states: childrenOf(element)
        .filter((child) => ["state", "parallel"].includes(nameOf(child)))
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

  /** A condition as the ECMAScript data model evaluates it: In() is the interpreter's, other names are functions of the machine. */
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
      .filter((child) => nameOf(child) === "script")
      .map((child) => {
        const [text] = child["script"] as Element[];
        const name = /^(\w+)\(_event\)$/.exec(String(text?.["#text"]))?.[1] ?? "";
        return (event) => this.#act(name, event?.data);
      });
  }

  /** An action of the machine: it assigns or emits. */
  #act(name: string, event: unknown): void {
    const action = this.#implementations.actions[name] as unknown as {
      readonly assignment?: unknown;
      readonly event?: unknown;
    };
    if (!action) throw new Error(`there is no action ${name}`);
    const args = { context: this.context, event };
    const value = (it: unknown): unknown => (typeof it === "function" ? it(args) : it);
    if (action.assignment === undefined) this.emitted.push(value(action.event));
    else if (typeof action.assignment === "function")
      this.context = { ...this.context, ...action.assignment(args) };
    else {
      const entries = Object.entries(action.assignment as object).map(([key, it]) => [key, value(it)]);
      this.context = { ...this.context, ...Object.fromEntries(entries) };
    }
  }
}
