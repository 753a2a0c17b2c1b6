import { and, not, or } from "xstate";
import type { Uart16550Context } from "../context.js";
import type { Uart16550Event } from "../events.js";
import type { countGuards } from "./count-guards.js";

/** A guard that asks others by their names. */
export interface AskingGuard {
  (args: { readonly context: Uart16550Context; readonly event: Uart16550Event }, params: unknown): boolean;
  readonly asksOthers: true;
}

/** The guards that need params; the others need none. */
type ParameterizedGuards = Pick<typeof countGuards, "receivedAtLeast" | "toSendAtLeast">;
type ParameterizedName = keyof ParameterizedGuards;
type Reference = {
  [Name in ParameterizedName]: {
    readonly type: Name;
    readonly params: Parameters<ParameterizedGuards[Name]>[1];
  };
}[ParameterizedName];

/** What a guard may ask: a guard of the layers before it, by name, or a combination. */
type Question<TName extends string> = TName | Reference | AskingGuard;

/** XState's combinators for guards of certain names. XState's own types of them cost the compiler forty times as much for these guards. */
interface Combinators<TName extends string> {
  readonly and: (questions: readonly Question<TName>[]) => AskingGuard;
  readonly or: (questions: readonly Question<TName>[]) => AskingGuard;
  readonly not: (question: Question<TName>) => AskingGuard;
}

const combinators = { and, or, not } as unknown as Combinators<string>;

/** Returns guards with a layer of more, which ask those before it. */
export const withLayer = <TGuards extends object, TLayer extends Readonly<Record<string, AskingGuard>>>(
  guards: TGuards,
  createLayer: (combinators: Combinators<Exclude<keyof TGuards & string, ParameterizedName>>) => TLayer,
): TGuards & TLayer => ({ ...guards, ...createLayer(combinators) });
