import type { EventObject } from "xstate";
import type { Links, Program, ProgramNode } from "../ir/program.js";
import { nodeAt } from "../ir/program-queries.js";
import { Arguments, type RunState, resolveOperand } from "./run-state.js";

/**
 * Creates a function that raises the `done` events of the states that a final state completes, and ends
 * the machine if the root is complete.
 *
 * @param readVariable - returns the value of a state variable while states are being entered.
 * @returns a function to call after a final node is entered. It records in `completed` the parallel states that this
 * microstep has completed.
 */
export const createCompletion = <S extends RunState>(
  program: Program,
  links: Links,
  readVariable: (runState: S, variable: number) => number,
) => {
  const resolve = (operand: ProgramNode["output"], runState: S, event: EventObject): unknown =>
    operand === undefined
      ? undefined
      : resolveOperand(operand, links.functions, links.values, new Arguments(runState.context, event));

  const isComplete = (runState: S, stateNode: ProgramNode): boolean => {
    const children = stateNode.children.map((child) => nodeAt(program, child));
    if (stateNode.type === "parallel") return children.every((child) => isComplete(runState, child));
    if (stateNode.type === "compound") {
      const activeNumber = readVariable(runState, stateNode.variable);
      return children.some((child) => child.type === "final" && child.value === activeNumber);
    }
    return stateNode.type === "final";
  };

  const parentOf = (stateNode: ProgramNode | undefined): ProgramNode | undefined =>
    stateNode === undefined || stateNode.parent < 0 ? undefined : nodeAt(program, stateNode.parent);

  const doneEvent = (id: string, output: unknown) => ({ type: `xstate.done.state.${id}`, output });

  return (runState: S, nodeIndex: number, completed: Set<number>): void => {
    const stateNode = nodeAt(program, nodeIndex);
    const { event } = runState.args;
    const parent = parentOf(stateNode);
    let parallelAncestor = parent?.type === "parallel" ? parent : parentOf(parent);
    let completion = parallelAncestor ?? stateNode;
    if (parent?.type === "compound") {
      runState.queue.push(doneEvent(parent.id, resolve(stateNode.output, runState, event)));
    }
    while (
      parallelAncestor?.type === "parallel" &&
      !completed.has(parallelAncestor.index) &&
      isComplete(runState, parallelAncestor)
    ) {
      completed.add(parallelAncestor.index);
      runState.queue.push(doneEvent(parallelAncestor.id, undefined));
      completion = parallelAncestor;
      parallelAncestor = parentOf(parallelAncestor);
    }
    if (parallelAncestor !== undefined) return;
    runState.done = true;
    runState.output =
      program.output === undefined
        ? undefined
        : resolve(
            program.output,
            runState,
            doneEvent(
              completion.id,
              completion.parent < 0 ? undefined : resolve(completion.output, runState, event),
            ),
          );
  };
};
