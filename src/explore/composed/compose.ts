import { type AnyStateMachine, setup } from "xstate";
import type {
  LinuxDriverMachine,
  LinuxDriverOptions,
  PicMode,
  SerialRevision,
} from "../../../machines/index.js";
import { type Chart, serialChart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { Scope } from "../scope.js";
import type { EnvironmentLimits } from "./environment.js";
import { type ComposedState, type ComposedStep, type Making, makingOf, Parts } from "./parts.js";

/** What is composed, and within which bounds. All may be left out. */
export interface ComposeOptions {
  /** The revision of `serial` that the driver drives: "0.8.2" by default. */
  readonly revision?: SerialRevision;
  /** The driver's chart: `linuxDriverMachine` by default, or that with some of its guards and actions replaced. */
  readonly driver?: LinuxDriverMachine;
  /** How the interrupt controller takes the line: "edge" by default. By level the line is high while IIR names a source. */
  readonly pic?: PicMode;
  /** How many bytes may have been accepted and not delivered, from 1 to 64: 3 by default. */
  readonly arrivals?: number;
  /** How many bytes may have been sent and not left, from 1: 2 by default. */
  readonly sends?: number;
  /** How many characters the driver writes at a time, from 1: 2 by default, where Linux has 16. */
  readonly load?: number;
  /**
   * How many characters the driver reads before it looks at IIR again, from 1. By default it is taken that fewer arrive at a stretch
   * than Linux reads, which is 256.
   */
  readonly reads?: number;
}

/** A driver, a device, an interrupt controller and an environment, composed: what can be explored. */
export interface Composition {
  /** The four as one chart, each input of which is a step of the whole. */
  readonly chart: Chart<AnyStateMachine, ComposedState>;
  /** Every step, in every state. */
  readonly scope: Scope<ComposedState>;
  /** The device alone. */
  readonly device: Chart;
  /** How the interrupt controller takes the line. */
  readonly pic: PicMode;
  /** @internal The four as they begin. */
  begin(): Parts;
}

/** The steps of a composition, those of the processor first. */
export const STEPS: readonly ComposedStep[] = [
  "proceed",
  "print",
  "send",
  "sendMarked",
  "arrive",
  "arriveMarked",
  "timer",
];

interface ComposedContext {
  readonly parts: Parts;
}

const whole = (name: string, value: number, greatest: number): number => {
  if (Number.isInteger(value) && value >= 1 && value <= greatest) return value;
  throw new RangeError(`${name}: expected a whole number from 1 to ${greatest}, got ${value}`);
};

const UNLIMITED = Number.MAX_SAFE_INTEGER;
/** A limit that is never reached: how near it is makes no difference. */
function withoutCount(making: Making, parts: Parts): Parts {
  const { state } = parts;
  const { value, context } = state.driver;
  if (context.reads === 0) return parts;
  return Parts.at(making, { ...state, driver: { value, context: { ...context, reads: 0 } } });
}

const GREATEST_FIFO = 64;
const GREATEST = 256;

/**
 * Linux's driver on `serial`, with an interrupt controller and an environment: four charts, wired to one another.
 *
 * @throws RangeError if there is no such revision or controller, or a bound is out of its range.
 */
export function compose(options: ComposeOptions = {}): Composition {
  const { revision = "0.8.2", pic = "edge" } = options;
  if (pic !== "edge" && pic !== "level")
    throw new RangeError(`pic: expected "edge" or "level", got ${JSON.stringify(pic)}`);
  const limits: EnvironmentLimits = {
    arrivals: whole("arrivals", options.arrivals ?? 3, GREATEST_FIFO),
    sends: whole("sends", options.sends ?? 2, GREATEST),
  };
  const driver: Partial<LinuxDriverOptions> = {
    load: whole("load", options.load ?? 2, GREATEST),
    reads: options.reads === undefined ? UNLIMITED : whole("reads", options.reads, GREATEST),
  };
  const atOnce =
    options.reads === undefined
      ? "fewer characters arrive at a stretch than the driver reads"
      : `${driver.reads} are read at a stretch`;
  const device = serialChart(revision);
  const making = makingOf(device, pic, options.driver);
  const begin = () => Parts.begin(making, driver, limits);
  const machine = machineOf(begin);
  return {
    device,
    pic,
    begin,
    chart: {
      id: "composition",
      machine,
      options: { driver: "linux", device: device.id, revision, pic },
      clock: device.clock,
      interrupt: device.interrupt,
      registers: [],
      rules: {},
      // A step stands where a device has an input: exploring takes either as it is.
      inputs: STEPS as readonly string[] as readonly Input["type"][],
      characters: "bytes",
      divisorLatchOpen: () => false,
      stateOf: ({ parts }: ComposedContext) => parts.state,
      snapshotOf: (state) =>
        machine.resolveState({
          value: "running",
          context: { parts: Parts.at(making, state as ComposedState) },
        }),
    },
    scope: {
      name: `Linux's driver, ${device.id} ${revision}, ${pic === "edge" ? "an edge-triggered" : "a level-triggered"} interrupt controller; bytes arrive at any moment, ${limits.arrivals} undelivered at most; the user sends, ${limits.sends} unsent at most, the kernel prints and a timer goes off whenever the driver is idle; the line is quiet until it has started; an interrupt that can be taken is taken before the driver goes on; at most ${driver.load} characters are written at a time; ${atOnce}`,
      ...(options.reads === undefined
        ? { abstract: { parts: (parts: Parts) => withoutCount(making, parts) } }
        : {}),
      inputs: STEPS.map((type) => ({ type })) as readonly { type: string }[] as readonly Input[],
    },
  };
}

/** The four as an XState machine of one state: what is in which state is in its context. */
function machineOf(begin: () => Parts) {
  const types = setup({
    types: { context: {} as ComposedContext, events: {} as { readonly type: ComposedStep } },
  });
  /** A step, where it can be one; a composition is never changed. */
  const stepped = (name: ComposedStep, step: (parts: Parts) => void) =>
    types.assign({
      parts: ({ context: { parts } }) => {
        if (!parts.allows(name)) return parts;
        const next = parts.fork();
        step(next);
        return next;
      },
    });
  return types
    .extend({
      actions: {
        proceed: stepped("proceed", (parts) => parts.proceed()),
        timer: stepped("timer", (parts) => parts.timer()),
        arrive: stepped("arrive", (parts) => parts.environment("arrive")),
        arriveMarked: stepped("arriveMarked", (parts) => parts.environment("arriveMarked")),
        send: stepped("send", (parts) => parts.environment("send")),
        sendMarked: stepped("sendMarked", (parts) => parts.environment("sendMarked")),
        print: stepped("print", (parts) => parts.environment("print")),
      },
    })
    .createMachine({
      id: "composition",
      context: () => ({ parts: begin() }),
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
