import type { EventObject } from "xstate";
import { nodeAt } from "./layout.js";
import type { Links, Program, ProgramNode } from "./program.js";
import { Arguments, resolveWith, type State } from "./runtime.js";

/**
 * What entering a final state leads to: the `done` events of the states that are thereby complete, and the end of
 * the machine when the root is.
 *
 * @param read - the value of a state variable while states are being entered.
 * @returns a function to call when `node`, a final one, has been entered. It keeps in `completed` which parallel states this
 * microstep has completed.
 */
export const completer = <S extends State>(
  program: Program,
  links: Links,
  read: (state: S, variable: number) => number,
) => {
  const resolve = (operand: ProgramNode["output"], state: S, event: EventObject): unknown =>
    operand === undefined
      ? undefined
      : resolveWith(operand, links.functions, links.values, new Arguments(state.context, event));

  const isComplete = (state: S, node: ProgramNode): boolean => {
    const children = node.children.map((child) => nodeAt(program, child));
    if (node.type === "parallel") return children.every((child) => isComplete(state, child));
    if (node.type === "compound") {
      const active = read(state, node.variable);
      return children.some((child) => child.type === "final" && child.value === active);
    }
    return node.type === "final";
  };

  const above = (node: ProgramNode | undefined): ProgramNode | undefined =>
    node === undefined || node.parent < 0 ? undefined : nodeAt(program, node.parent);

  const doneEvent = (id: string, output: unknown) => ({ type: `xstate.done.state.${id}`, output });

  return (state: S, index: number, completed: Set<number>): void => {
    const node = nodeAt(program, index);
    const { event } = state.args;
    const parent = above(node);
    let marker = parent?.type === "parallel" ? parent : above(parent);
    let completion = marker ?? node;
    if (parent?.type === "compound") {
      state.queue.push(doneEvent(parent.id, resolve(node.output, state, event)));
    }
    while (marker?.type === "parallel" && !completed.has(marker.index) && isComplete(state, marker)) {
      completed.add(marker.index);
      state.queue.push(doneEvent(marker.id, undefined));
      completion = marker;
      marker = above(marker);
    }
    if (marker !== undefined) return;
    state.done = true;
    state.output =
      program.output === undefined
        ? undefined
        : resolve(
            program.output,
            state,
            doneEvent(
              completion.id,
              completion.parent < 0 ? undefined : resolve(completion.output, state, event),
            ),
          );
  };
};
