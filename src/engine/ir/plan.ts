import type { EmissionKind } from "./emission-kind.js";
import type { Operand } from "./program.js";

/**
 * What a machine does, step by step: the result of the passes, and all that a back end needs. It is plain data.
 *
 * A back end writes each operation as it stands, and decides nothing.
 */
export interface Plan {
  readonly id: string;
  /** The names of the machine's functions and values, and of the states of each variable by their numbers, from 1. */
  readonly functions: readonly string[];
  readonly values: readonly string[];
  readonly states: readonly (readonly string[])[];
  /** The number of state variables, and of ages of leaves. */
  readonly variableCount: number;
  readonly ageCount: number;
  /** Guards that read nothing that an action writes: they are evaluated when a run starts, and are flags from then on. */
  readonly constants: readonly ConstantGuard[];
  /** The fields of the context that these guards read. */
  readonly constantFields: readonly string[];
  /** Conditions that several selections share. */
  readonly sharedTests: readonly Test[];
  /** True if anything can follow the first microstep of an event. */
  readonly canContinue: boolean;
  readonly usesRaiseQueue: boolean;
  readonly canFinish: boolean;
  /** The parts whose eventless guards read the event: each event makes them dirty. */
  readonly eventParts: number;
  readonly allParts: number;
  readonly eventless: EventlessPlan | undefined;
  /** Each descriptor that a state names. */
  readonly events: readonly EventPlan[];
  /** The descriptors that are the types of events, and those that stand for many types, the longest first. */
  readonly types: readonly string[];
  readonly wildcards: readonly string[];
  /** What an error undoes if it is not known what can follow, or what has happened before. */
  readonly undoAll: UndoPlan;
  /** The exit actions of all nodes, for a machine that ends. */
  readonly exitAll: Operations;
  /** The keys of every context; undefined if an action may add one, or they are not known. */
  readonly fixedKeys: readonly string[] | undefined;
}

/** A guard that is a flag of the run. */
export interface ConstantGuard {
  readonly fn: number;
  readonly params?: Operand;
}

/** What an error has to undo: all that may have changed since. */
export interface UndoPlan {
  /** Keys of the context that are assigned one by one. */
  readonly keys: readonly string[];
  readonly variables: readonly number[];
  readonly ages: readonly number[];
  /** True if functions that return several fields are called: these log what they overwrite. */
  readonly merges: boolean;
  /** True if emissions are listed. */
  readonly emissions: boolean;
  /** True if transitions are recorded before the first has an effect. */
  readonly records: boolean;
}

/** What one event does, by the state of some regions. */
export interface EventPlan {
  /** The type, or the wildcard that stands for many. */
  readonly descriptor: string;
  readonly decision: CaseDecision | undefined;
  readonly cases: readonly CasePlan[];
}

/** The choice of a case by state variables: a number without a branch does nothing. */
export type CaseDecision =
  | { readonly case: number }
  | { readonly variable: number; readonly branches: readonly (readonly [value: number, CaseDecision])[] };

/** The microstep of an event while some variables have known numbers, and what can follow it. */
export interface CasePlan {
  readonly known: readonly (readonly [variable: number, value: number])[];
  readonly microstep: Routine;
  /** What an error in the microstep alone undoes; undefined if nothing must be undone. */
  readonly undo: UndoPlan | undefined;
  /**
   * What an error in the whole macrostep undoes, or in its microstep alone if it `sharesUndo`; undefined if nothing can follow the microstep.
   * "all" is {@link Plan.undoAll}, whose code such cases share.
   */
  readonly follow: UndoPlan | "all" | undefined;
  /** True if what follows, should it come to that, saves {@link Plan.undoAll} before it begins, in code that such cases share. */
  readonly sharesUndo: boolean;
  /** True if the first emission is returned by number rather than listed. */
  readonly returnsEmission: boolean;
  /** True if the selection calls guards, whose errors name their transition. */
  readonly namesErrors: boolean;
}

/** Operations, with what they need to be declared before them. */
export interface Routine {
  readonly usesArguments: boolean;
  readonly usesContext: boolean;
  readonly body: Operations;
}

/** The eventless transitions. */
export interface EventlessPlan {
  readonly slotCount: number;
  readonly parts: readonly PartPlan[];
  readonly transitions: readonly TransitionPlan[];
  /** What is done if several are selected at once; undefined if that cannot be. */
  readonly together: TogetherPlan | undefined;
}

/** A part of the chart whose eventless transitions are selected by themselves: a region of the root, or the whole. */
export interface PartPlan {
  readonly path: string;
  /** The bit that says that the part must look, as something that it reads has changed. */
  readonly bit: number;
  readonly reads: PartReads;
  readonly firstSlot: number;
  readonly slotCount: number;
  readonly selection: Routine;
  /** The transitions that it can select. */
  readonly transitions: readonly number[];
  readonly order: RunOrder;
  /** Those of its transitions that have actions, by which the order of ages can be seen. */
  readonly acting: readonly number[];
  /** Those of its transitions after which the part need not look, unless another transition says so. */
  readonly quiet: readonly number[];
}

/**
 * When the transition of a part may run before those of the parts after it, each as a whole: always, if the leaf that selects it is older than those
 * before it, or never, as each phase of all transitions must end before the next.
 */
export type RunOrder = "any" | "by age" | "in phases";

/** What can enable an eventless transition of a part. */
export interface PartReads {
  /** State numbers that may enable one by becoming active, and by becoming inactive. */
  readonly entered: readonly (readonly [variable: number, value: number])[];
  readonly left: readonly (readonly [variable: number, value: number])[];
  /** Fields of the context; undefined for any. */
  readonly fields: readonly string[] | undefined;
  readonly event: boolean;
}

/** An eventless transition that is taken alone. */
export interface TransitionPlan {
  readonly index: number;
  readonly routine: Routine;
  /** True if it certainly changes the state; "unknown" if it depends on the state before. */
  readonly changes: boolean | "unknown";
}

/** The phases of eventless transitions that are taken together, by transition. */
export interface TogetherPlan {
  /** True if they cannot conflict, and neither exit with actions nor finish. */
  readonly isIndependent: boolean;
  /** True if each of them certainly changes the state. */
  readonly changes: boolean;
  /** True if it must be noted that the configuration changes. */
  readonly notesMoves: boolean;
  readonly leave: PhasePlan;
  readonly clear: PhasePlan;
  readonly act: PhasePlan;
  readonly enter: PhasePlan;
  readonly renew: PhasePlan;
}

export type PhasePlan = readonly (readonly [transition: number, routine: Routine])[];

export type Operations = readonly Operation[];

/** A condition. */
export type Test =
  | { readonly test: "constant"; readonly value: boolean }
  /** A state variable has a number. */
  | { readonly test: "state"; readonly variable: number; readonly value: number }
  /** A constant guard holds. */
  | { readonly test: "flag"; readonly flag: number }
  | { readonly test: "not"; readonly of: Test }
  | { readonly test: "all" | "any"; readonly of: readonly Test[] }
  | { readonly test: "call"; readonly fn: number; readonly params?: Operand }
  /** A guard without an implementation: it throws. */
  | { readonly test: "missing"; readonly name: string }
  | { readonly test: "shared"; readonly index: number }
  /** Slots hold no transition. */
  | { readonly test: "empty"; readonly slots: readonly number[] }
  /** One of some slots belongs to a leaf that has selected nothing. */
  | { readonly test: "undecided"; readonly slots: readonly number[] }
  /** A slot holds one of some transitions; without a list any. */
  | { readonly test: "holds"; readonly slot: number; readonly transitions?: readonly number[] }
  /** The microstep has changed the configuration. */
  | { readonly test: "moved" }
  /** The machine has ended. */
  | { readonly test: "done" };

export interface Branch {
  /** Absent for the last branch, which is taken in every other case. */
  readonly test?: Test;
  /** The transition that an error of the test names. */
  readonly names?: number;
  readonly body: Operations;
}

/** The value of a slot: a transition, -1 for none, -2 for none of an active leaf. */
export const NO_TRANSITION = -1;
export const UNDECIDED = -2;

/** How an emission leaves: it is returned, listed, or listed if another one is returned already. */
export type EmissionRoute = "returned" | "listed" | "either";

export type Operation =
  /** The first branch whose test holds. */
  | { readonly op: "choose"; readonly branches: readonly Branch[] }
  | {
      readonly op: "switch";
      readonly on: { readonly variable: number } | { readonly slot: number };
      readonly branches: readonly (readonly [value: number, body: Operations])[];
    }
  /** A body with names of its own. */
  | { readonly op: "scope"; readonly body: Operations }
  /** A body that "leave" ends. */
  | { readonly op: "block"; readonly body: Operations }
  | { readonly op: "leave" }
  | { readonly op: "declare"; readonly slots: readonly number[] }
  /** Fills slots with a transition, none, or what another slot holds. */
  | {
      readonly op: "fill";
      readonly slots: readonly number[];
      readonly from: number | { readonly slot: number };
    }
  /** Notes the age of the leaf that selects for a slot. */
  | { readonly op: "noteAge"; readonly slot: number; readonly age: number }
  /** Returns what the slots of a part hold. */
  | { readonly op: "answer"; readonly firstSlot: number; readonly slotCount: number; readonly ages: boolean }
  /** Forgets the transition that an error would name. */
  | { readonly op: "forgetName" }
  | { readonly op: "record"; readonly transitions: readonly (number | { readonly slot: number })[] }
  | { readonly op: "beginMove" }
  /** Remembers the configuration, and compares with it, for a machine that can end. */
  | { readonly op: "remember" | "compare" | "beginCompletion" }
  | {
      readonly op: "assign";
      readonly keys: readonly { readonly key: string; readonly to: Operand }[];
      readonly params?: Operand;
    }
  /** Assigns the fields that a function returns; `logs` if an error may follow. */
  | { readonly op: "merge"; readonly fn: number; readonly params?: Operand; readonly logs: boolean }
  | {
      readonly op: "emit";
      readonly kind: number;
      /** The event, or the payload alone; undefined for a kind without one. */
      readonly payload: Operand | undefined;
      /** The key under which the event of `payload` has it. */
      readonly key?: string;
      readonly params?: Operand;
      readonly route: EmissionRoute;
    }
  | { readonly op: "raise"; readonly event: Operand; readonly params?: Operand }
  | { readonly op: "call"; readonly fn?: number; readonly params?: Operand }
  /** Parts become dirty, others clean. */
  | { readonly op: "mark"; readonly dirty: number; readonly clean: number }
  | { readonly op: "assigned" }
  /** Sets a state variable; `moves` if it must be noted that the configuration changes, by "test" only if it does. */
  | {
      readonly op: "number";
      readonly variable: number;
      readonly value: number;
      readonly moves: "no" | "yes" | "test";
    }
  | { readonly op: "renewAge"; readonly age: number }
  | { readonly op: "complete"; readonly node: number }
  | { readonly op: "exitAll" };

export type { EmissionKind };
