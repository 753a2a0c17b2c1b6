/** The inputs of a guard beside the states: the fields of the context and of the event that it reads. */
export interface Reads {
  readonly context: readonly string[];
  readonly event: readonly string[];
}

/** The fields of an event of any of these types. */
type FieldOf<TEvent> = TEvent extends unknown ? keyof TEvent & string : never;

/** Attaches the declaration of its inputs to a guard. To XState it is a plain function. */
const withReads = <TGuard extends object>(
  guard: TGuard,
  context: readonly string[],
  event: readonly string[],
): TGuard & { readonly reads: Reads } => Object.assign(guard, { reads: { context, event } });

/**
 * Creates the constructors of a chart's guards, which declare what the guards read: a guard sees the fields that are named, and
 * no others. An engine need not evaluate a guard again unless one of them has changed.
 */
export const createAsks = <TContext, TEvent>() => ({
  /** Declares a guard that reads these fields of the context. */
  asks: <TField extends keyof TContext & string, TParams extends readonly unknown[] = []>(
    fields: readonly TField[],
    guard: (args: { readonly context: Pick<TContext, TField> }, ...params: TParams) => boolean,
  ) => withReads(guard, fields, []),

  /** Declares a guard that reads these fields of the event. */
  asksEvent: (fields: readonly FieldOf<TEvent>[], guard: (args: { readonly event: TEvent }) => boolean) =>
    withReads(guard, [], fields),

  /** Declares a guard that reads fields of the context and of the event. */
  asksBoth: <TField extends keyof TContext & string>(
    contextFields: readonly TField[],
    eventFields: readonly FieldOf<TEvent>[],
    guard: (args: { readonly context: Pick<TContext, TField>; readonly event: TEvent }) => boolean,
  ) => withReads(guard, contextFields, eventFields),
});
