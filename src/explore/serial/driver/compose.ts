import { type AnyStateMachine, setup } from "xstate";
import type {
  LinuxDriverMachine,
  LinuxDriverOptions,
  PicMode,
  SerialRevision,
} from "../../../../machines/index.js";
import { type Chart, serialChart } from "../../../device/index.js";
import type { Input } from "../../../journal/index.js";
import { formatValue, withKnownNames } from "../../../journal/internal.js";
import type { Scope } from "../../space/scope.js";
import type { EnvironmentLimits } from "./environment.js";
import {
  ComposedParts,
  type ComposedState,
  type ComposedStep,
  type PartEngines,
  partEnginesOf,
} from "./parts.js";

/** The options of {@link compose}: the parts and the bounds. */
export interface ComposeOptions {
  /** The revision of `serial` that the driver drives: "0.8.2" by default. */
  readonly revision?: SerialRevision;
  /** The driver's chart: `linuxDriverMachine` by default, or that machine with some of its guards and actions replaced. */
  readonly driver?: LinuxDriverMachine;
  /** The trigger mode of the interrupt controller: "edge" by default. In mode "level" the line is high while IIR names a source. */
  readonly pic?: PicMode;
  /** The greatest number of bytes accepted and not delivered, from 1 to 64: 3 by default. */
  readonly arrivals?: number;
  /** The greatest number of bytes sent that have not left, from 1: 2 by default. */
  readonly sends?: number;
  /** The number of characters that the driver writes at a time, from 1: 2 by default, where Linux has 16. */
  readonly load?: number;
  /**
   * The number of characters that the driver reads before it reads IIR again, from 1. By default it is unlimited: fewer are assumed to arrive
   * at a stretch than the 256 that Linux reads.
   */
  readonly reads?: number;
}

/** A composition of driver, device, interrupt controller and environment, which can be explored. */
export interface Composition {
  /** The four as one chart, each input of which is a step of the whole. */
  readonly chart: Chart<AnyStateMachine, ComposedState>;
  /** The scope: every step, in every state. */
  readonly scope: Scope<ComposedState>;
  /** The device alone. */
  readonly device: Chart;
  /** The trigger mode of the interrupt controller. */
  readonly pic: PicMode;
  /** @internal Creates the four in their initial states. */
  createParts(): ComposedParts;
}

/** The steps of a composition, those of the processor first. */
const COMPOSED_STEPS: readonly ComposedStep[] = [
  "proceed",
  "print",
  "send",
  "sendMarked",
  "arrive",
  "arriveMarked",
  "timer",
];

interface ComposedContext {
  readonly parts: ComposedParts;
}

const checkWholeNumber = (optionName: string, value: number, greatest: number): number => {
  if (Number.isInteger(value) && value >= 1 && value <= greatest) return value;
  throw new RangeError(
    `${optionName}: expected a whole number from 1 to ${greatest}, got ${formatValue(value)}`,
  );
};

const UNLIMITED = Number.MAX_SAFE_INTEGER;
/** Returns the parts with the driver's read count reset: without a limit the count makes no difference. */
function withoutReadCount(partEngines: PartEngines, parts: ComposedParts): ComposedParts {
  const { state } = parts;
  const { value, context } = state.driver;
  if (context.reads === 0) return parts;
  return ComposedParts.restore(partEngines, {
    ...state,
    driver: { value, context: { ...context, reads: 0 } },
  });
}

const GREATEST_FIFO = 64;
const GREATEST_LIMIT = 256;

const OPTIONS: readonly (keyof ComposeOptions)[] = [
  "revision",
  "driver",
  "pic",
  "arrivals",
  "sends",
  "load",
  "reads",
];

/**
 * Composes Linux's driver, `serial`, an interrupt controller and an environment: four connected charts.
 *
 * @throws RangeError if there is no such revision or controller, or a bound is out of its range.
 */
export function compose(options: ComposeOptions = {}): Composition {
  const { revision = "0.8.2", pic = "edge", ...bounds } = withKnownNames(options, OPTIONS, "compose");
  if (pic !== "edge" && pic !== "level")
    throw new RangeError(`pic: expected "edge" or "level", got ${formatValue(pic)}`);
  const limits: EnvironmentLimits = {
    arrivals: checkWholeNumber("arrivals", bounds.arrivals ?? 3, GREATEST_FIFO),
    sends: checkWholeNumber("sends", bounds.sends ?? 2, GREATEST_LIMIT),
  };
  const driver: Partial<LinuxDriverOptions> = {
    load: checkWholeNumber("load", bounds.load ?? 2, GREATEST_LIMIT),
    reads: bounds.reads === undefined ? UNLIMITED : checkWholeNumber("reads", bounds.reads, GREATEST_LIMIT),
  };
  const readLimitText =
    bounds.reads === undefined
      ? "fewer characters arrive at a stretch than the driver reads"
      : `${driver.reads} are read at a stretch`;
  const device = serialChart(revision);
  const partEngines = partEnginesOf(device, pic, bounds.driver);
  const createParts = () => ComposedParts.createInitial(partEngines, driver, limits);
  const machine = createMachineOf(createParts);
  return {
    device,
    pic,
    createParts: createParts,
    chart: {
      id: "composition",
      machine,
      options: { driver: "linux", device: device.id, revision, pic },
      clock: device.clock,
      interrupt: device.interrupt,
      registers: [],
      rules: {},
      // Steps take the place of a device's inputs: exploring does not distinguish them.
      inputs: COMPOSED_STEPS as readonly string[] as readonly Input["type"][],
      characters: "bytes",
      divisorLatchOpen: () => false,
      stateOf: ({ parts }: ComposedContext) => parts.state,
      snapshotOf: (state) =>
        machine.resolveState({
          value: "running",
          context: { parts: ComposedParts.restore(partEngines, state as ComposedState) },
        }),
    },
    scope: {
      name: `Linux's driver, ${device.id} ${revision}, ${pic === "edge" ? "an edge-triggered" : "a level-triggered"} interrupt controller; bytes arrive at any moment, ${limits.arrivals} undelivered at most; the user sends, ${limits.sends} unsent at most, the kernel prints and a timer goes off whenever the driver is idle; the line is quiet until it has started; an interrupt that can be taken is taken before the driver goes on; at most ${driver.load} characters are written at a time; ${readLimitText}`,
      ...(bounds.reads === undefined
        ? { abstract: { parts: (parts: ComposedParts) => withoutReadCount(partEngines, parts) } }
        : {}),
      classes: [{ type: ComposedParts, data: ({ state }: ComposedParts) => state }],
      inputs: COMPOSED_STEPS.map((type) => ({ type })) as readonly { type: string }[] as readonly Input[],
    },
  };
}

/** Creates the four as an XState machine of one state: their states are in its context. */
function createMachineOf(createParts: () => ComposedParts) {
  const machineSetup = setup({
    types: { context: {} as ComposedContext, events: {} as { readonly type: ComposedStep } },
  });
  /** Returns the action that takes a step if it is possible, on a copy of the parts. */
  const assignStep = (stepName: ComposedStep, takeStep: (parts: ComposedParts) => void) =>
    machineSetup.assign({
      parts: ({ context: { parts } }) => {
        if (!parts.canTake(stepName)) return parts;
        const nextParts = parts.fork();
        takeStep(nextParts);
        return nextParts;
      },
    });
  return machineSetup
    .extend({
      actions: {
        proceed: assignStep("proceed", (parts) => parts.proceed()),
        timer: assignStep("timer", (parts) => parts.fireTimer()),
        arrive: assignStep("arrive", (parts) => parts.actEnvironment("arrive")),
        arriveMarked: assignStep("arriveMarked", (parts) => parts.actEnvironment("arriveMarked")),
        send: assignStep("send", (parts) => parts.actEnvironment("send")),
        sendMarked: assignStep("sendMarked", (parts) => parts.actEnvironment("sendMarked")),
        print: assignStep("print", (parts) => parts.actEnvironment("print")),
      },
    })
    .createMachine({
      id: "composition",
      context: () => ({ parts: createParts() }),
      initial: "running",
      states: {
        running: {
          on: {
            proceed: { actions: "proceed" },
            timer: { actions: "timer" },
            arrive: { actions: "arrive" },
            arriveMarked: { actions: "arriveMarked" },
            send: { actions: "send" },
            sendMarked: { actions: "sendMarked" },
            print: { actions: "print" },
          },
        },
      },
    });
}
