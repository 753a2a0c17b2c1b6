/** An expression for XState's `emit` whose emissions have `type` and one key more. */
export interface EmissionExpression<TType extends string, TKey extends string, TAsked> {
  (asked: TAsked): { readonly type: TType } & Readonly<Record<TKey, number>>;
  /** What they look like, and what gives the payload alone: so compiled code need not make them. */
  readonly emission: {
    readonly type: TType;
    readonly payload: TKey;
    readonly of: (asked: TAsked) => number;
  };
}

/** Makes the expression that emits `type` with what `of` gives under `payload`. */
export const emission = <TType extends string, TKey extends string, TAsked>(
  type: TType,
  payload: TKey,
  of: (asked: TAsked) => number,
): EmissionExpression<TType, TKey, TAsked> =>
  Object.assign(
    (asked: TAsked) =>
      ({ type, [payload]: of(asked) }) as { readonly type: TType } & Readonly<Record<TKey, number>>,
    { emission: { type, payload, of } },
  );
