import type { LinuxDriverRule } from "./rules.js";

/** A step of a call: one access, after which the next follows. */
export const access = <
  const TEntry extends string,
  const TTarget extends string,
  const TRule extends LinuxDriverRule,
>(
  entry: TEntry,
  target: TTarget,
  rule: TRule,
  description: string,
) =>
  ({
    description,
    meta: { rules: [rule] },
    entry,
    on: { "thread.result": { target, description: "It is done", meta: { rules: [rule] } } },
  }) as const;

/** The actions with which a call ends. */
export const DONE = ["forget", "enableInterrupts", "giveBack"] as const;

/** The states of tx_chars, of whoever calls it. */
export const transmitting = <
  const TResult extends "thread.result" | "handler.result",
  const TTarget extends string,
  const TAction extends string,
>(
  result: TResult,
  target: TTarget,
  actions: readonly TAction[],
) =>
  ({
    description: "tx_chars: as many characters as the FIFO holds go to THR",
    meta: { rules: ["tx"] },
    initial: "loading",
    states: {
      loading: {
        description: "The first character that waits is written",
        meta: { rules: ["tx"] },
        entry: ["writeQueued", "takeByte", "countLoaded"],
        on: {
          [result as TResult]: [
            {
              guard: "queueEmpty",
              target: "stopping",
              description: "It was the last one",
              meta: { rules: ["tx"] },
            },
            {
              guard: "loadIsWritten",
              target,
              actions,
              description: "The FIFO has as many as it holds",
              meta: { rules: ["tx"] },
            },
            {
              target: "loading",
              reenter: true,
              description: "The next one follows",
              meta: { rules: ["tx"] },
            },
          ],
        },
      },
      stopping: {
        description: "Nothing waits: ETBEI is cleared",
        meta: { rules: ["tx"] },
        entry: "enableReceive",
        on: { [result as TResult]: { target, actions, description: "It is done", meta: { rules: ["tx"] } } },
      },
    },
  }) as const;
