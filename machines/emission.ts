/** An expression for XState's `emit` whose emissions have `type` and one key more. */
export interface EmissionExpression<TType extends string, TKey extends string, TAsked> {
  (args: TAsked): { readonly type: TType } & Readonly<Record<TKey, number>>;
  /** Their form, and a function of the payload alone: with it compiled code need not make them. */
  readonly emission: {
    readonly type: TType;
    readonly payload: TKey;
    readonly of: (args: TAsked) => number;
  };
}

/** Makes the expression that emits `type` with the result of `payloadOf` under `payload`. */
export const emission = <TType extends string, TKey extends string, TAsked>(
  type: TType,
  payload: TKey,
  payloadOf: (args: TAsked) => number,
): EmissionExpression<TType, TKey, TAsked> =>
  Object.assign(
    (args: TAsked) =>
      ({ type, [payload]: payloadOf(args) }) as { readonly type: TType } & Readonly<Record<TKey, number>>,
    { emission: { type, payload, of: payloadOf } },
  );
