import type { DeclaredReads, UserFunction } from "../ir/program.js";
import type { RawFunction } from "../xstate/machine-internals.js";

const isNameList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** Returns the inputs that a function declares in its property `reads`; null if it declares none. */
export const declaredReads = (userFunction: UserFunction): DeclaredReads | null => {
  const { reads } = userFunction as RawFunction;
  if (typeof reads !== "object" || reads === null) return null;
  const { context = [], event = [] } = reads;
  return isNameList(context) && isNameList(event) ? { context, event } : null;
};

/** Returns an object whose other fields than these throw when they are read. */
const limitedTo = <T extends object>(
  target: T,
  fields: readonly string[],
  describe: (field: string) => string,
): T =>
  new Proxy(target, {
    get(object, field) {
      if (typeof field === "string" && !fields.includes(field)) throw new Error(describe(field));
      return Reflect.get(object, field);
    },
    has(object, field) {
      if (typeof field === "string" && !fields.includes(field)) throw new Error(describe(field));
      return Reflect.has(object, field);
    },
    ownKeys() {
      throw new Error(describe("its keys"));
    },
  });

/** Returns a function that throws if it reads what it does not declare; an undeclared function itself. */
export const withCheckedReads = (userFunction: UserFunction, name: string): UserFunction => {
  const reads = declaredReads(userFunction);
  if (reads === null) return userFunction;
  const describe = (input: string, fields: readonly string[]) => (field: string) =>
    `guard "${name}" reads ${input}.${field}, and declares ${fields.length === 0 ? "nothing" : fields.join(", ")} of the ${input}`;
  const checked = (args: { context: object; event: object }, params: unknown) =>
    (userFunction as (args: unknown, params: unknown) => unknown)(
      {
        context: limitedTo(args.context, reads.context, describe("context", reads.context)),
        event: limitedTo(args.event, reads.event, describe("event", reads.event)),
      },
      params,
    );
  return Object.assign(checked as unknown as UserFunction, { reads });
};
