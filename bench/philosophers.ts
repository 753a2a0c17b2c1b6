import { and, type createMachine, not, setup, stateIn } from "xstate";

/** A machine, and the events that it may receive. */
interface Philosophers {
  readonly machine: ReturnType<typeof createMachine>;
  readonly events: readonly { readonly type: string }[];
}

/**
 * Returns the dining philosophers: each takes the fork at the left, then the one at the right, eats, and puts both down. Nobody has a fork of their own:
 * the left one of each is the right one of the neighbour.
 */
export function philosophers(count: number): Philosophers {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const leftNeighbour = (index: number) => (index + count - 1) % count;
  const rightNeighbour = (index: number) => (index + 1) % count;
  const guards = Object.fromEntries(
    numbers.flatMap((index) => [
      [`leftIsTaken${index}`, stateIn({ [`p${leftNeighbour(index)}`]: "eating" })],
      [`leftIsFree${index}`, not(`leftIsTaken${index}`)],
      [`rightIsFree${index}`, stateIn({ [`p${rightNeighbour(index)}`]: "thinking" })],
      [`canEat${index}`, and([`rightIsFree${index}`])],
    ]),
  );
  const states = Object.fromEntries(
    numbers.map((index) => [
      `p${index}`,
      {
        initial: "thinking",
        states: {
          thinking: { on: { [`NEXT${index}`]: { target: "hungry", guard: `leftIsFree${index}` } } },
          hungry: { on: { [`NEXT${index}`]: { target: "eating", guard: `canEat${index}` } } },
          eating: { on: { [`NEXT${index}`]: "thinking" } },
        },
      },
    ]),
  );
  const machine = setup({ guards: guards }).createMachine({
    id: "philosophers",
    type: "parallel",
    states,
  }) as unknown as Philosophers["machine"];
  return { machine, events: numbers.map((index) => ({ type: `NEXT${index}` })) };
}
