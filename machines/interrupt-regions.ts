/** The regions that `pic` and `plic` have in common. */

/** A region of two states that meet a rule. */
interface RegionTexts<TRule extends string> {
  /** The region's description. */
  readonly description: string;
  /** The id of the rule that its states and transitions implement. */
  readonly rule: TRule;
}

/** Returns the region of the line that a device drives. */
export const createLineRegion = <TRule extends string>({ description, rule }: RegionTexts<TRule>) =>
  ({
    description,
    meta: { rules: [rule] },
    initial: "low",
    states: {
      low: {
        description: "Not asserted",
        meta: { rules: [rule] },
        on: { "line.high": { target: "high", description: "It rises", meta: { rules: [rule] } } },
      },
      high: {
        description: "Asserted",
        meta: { rules: [rule] },
        on: { "line.low": { target: "low", description: "It falls", meta: { rules: [rule] } } },
      },
    },
  }) as const;

/** Returns the region of the processor's flag, without which it takes no interrupt. */
export const createFlagRegion = (description: string) =>
  ({
    description,
    meta: { rules: ["flag"] },
    initial: "set",
    states: {
      set: {
        description: "Interrupts are taken",
        meta: { rules: ["flag"] },
        on: { cli: { target: "clear", description: "It is cleared", meta: { rules: ["flag"] } } },
      },
      clear: {
        description: "No interrupt is taken",
        meta: { rules: ["flag"] },
        on: { sti: { target: "set", description: "It is set", meta: { rules: ["flag"] } } },
      },
    },
  }) as const;

/** Returns the region of the controller's line to the processor; its rule is the line's name. */
export const createOutputRegion = <TRule extends "INT" | "EIP">({
  description,
  rule,
  fallDescription,
}: RegionTexts<TRule> & {
  /** The description of the transition that lowers it. */
  readonly fallDescription: string;
}) =>
  ({
    description,
    meta: { rules: [rule] },
    initial: "low",
    states: {
      low: {
        description: "There is nothing to take",
        meta: { rules: [rule] },
        always: {
          guard: "interruptCanBeTaken",
          target: "high",
          actions: `raise${rule}`,
          description: "There is an interrupt to take",
          meta: { rules: [rule] },
        },
      },
      high: {
        description: "There is an interrupt to take",
        meta: { rules: [rule] },
        always: {
          guard: "noInterruptCanBeTaken",
          target: "low",
          actions: `lower${rule}`,
          description: fallDescription,
          meta: { rules: [rule] },
        },
      },
    },
  }) as const;
