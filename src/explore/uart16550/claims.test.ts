/** Each claim about `uart16550` can fail: it is refuted, in few inputs, of a chart with one fault. */
import { expect, it } from "vitest";
import { type AnyStateMachine, assign, emit } from "xstate";
import { FCR, REGISTERS, UART16550_PRESETS, type Uart16550Preset } from "../../../machines/index.js";
import { type Chart, type Resolved, type Uart16550State, uart16550Chart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import {
  type CheckResult,
  check,
  explore,
  type Scope,
  type Uart16550ScopeName,
  uart16550Claims,
  uart16550Slice,
} from "../index.js";

type Provided = Parameters<AnyStateMachine["provide"]>[0];

const brokenChart = (provided: Provided, preset: Uart16550Preset): Chart<AnyStateMachine, Uart16550State> => {
  const { source: _source, ...chart } = uart16550Chart(preset);
  const machine = (chart.machine as unknown as AnyStateMachine).provide(provided);
  return {
    ...chart,
    machine,
    snapshotOf: (state) => machine.resolveState(chart.resolve?.(state) as Resolved),
  } as Chart<AnyStateMachine, Uart16550State>;
};

const REFUTED_CLAIMS = () => false;
const nothing = assign({});

/** The fault for each claim: the scope in which it is found, and the replacement of a guard or an action of the chart. */
const FAULTS: readonly (readonly [
  id: string,
  scope: Uart16550ScopeName,
  provided: object,
  preset?: Uart16550Preset,
])[] = [
  ["I1", "identification", { guards: { interruptIsNotSeen: REFUTED_CLAIMS } }],
  ["I2a", "identification", { guards: { modemStatusIsHighest: REFUTED_CLAIMS } }],
  ["I2b", "identification", { actions: { giveIIRThrEmpty: emit({ type: "data", value: 0x01 }) } }],
  ["I3", "identification", { actions: { acknowledgeThrEmpty: assign({ thrEmptyPending: false, SCR: 1 }) } }],
  ["I4", "transmit", { actions: { passTransmitTime: nothing, shiftOut: nothing } }],
  ["I5", "identification", { guards: { writeRearms: REFUTED_CLAIMS } }],
  ["I6", "receive", { actions: { giveLSR: emit({ type: "data", value: 0x60 }) } }],
  ["I7", "receive", { guards: { characterFillsFifo: REFUTED_CLAIMS, characterGoesToRBR: REFUTED_CLAIMS } }],
  ["I8a", "receive", { actions: { setOE: nothing } }],
  ["I8b", "receive", { actions: { showReceivedErrors: assign({ LSR: 0x62 }) } }],
  ["I8c", "receive", { guards: { readClearsAllErrors: "divisorLatchClosed" } }],
  ["I9a", "receive", { actions: { loseCharacter: nothing } }],
  ["I9b", "transmit", { actions: { transmit: nothing } }],
  ["I10a", "receive", { guards: { queuedReachesTrigger: REFUTED_CLAIMS } }],
  ["I10b", "receive", { actions: { startTimeout: assign({ timeoutTicks: 9000, timeoutPending: false }) } }],
  ["I10c", "receive", { actions: { startTimeout: assign({ timeoutTicks: 0, timeoutPending: true }) } }],
  ["I10d", "receive", { actions: { startTimeout: assign({ timeoutTicks: 672, timeoutPending: false }) } }],
  ["I11a", "receive", { actions: { showReceivedErrors: assign({ LSR: 0x64 }) } }],
  ["I11b", "receive", { guards: { nextCharacterHasError: REFUTED_CLAIMS } }],
  ["I11c", "receive", { guards: { errorEntersFifo: REFUTED_CLAIMS } }],
  ["I11d", "receive", { actions: { clearErrors: nothing } }],
  ["I12a", "modem", { actions: { showModemInputs: assign({ MSR: 0x00 }) } }],
  ["I12b", "modem", { actions: { clearDeltas: nothing } }],
  ["I13a", "modem", { guards: { writeReleasesDTR: REFUTED_CLAIMS } }],
  ["I13b", "modem", { actions: { showOutputs: nothing } }],
  ["I13c", "modem", { actions: { showOutputs: nothing } }],
  ["I13d", "modem", { guards: { modemInputsShow: "modemInputsAreLive" } }],
  ["I14", "registers", { actions: { storeDLM: assign({ IER: 0x01 }) } }],
  ["I15a", "receive", { guards: { writeFlushesReceive: REFUTED_CLAIMS } }],
  ["I15b", "transmit", { actions: { flushTransmitFifo: assign({ transmitFrame: 0, transmitTicks: 0 }) } }],
  ["I15c", "registers", { actions: { storeFCRWithoutFifos: nothing } }],
  ["I16a", "registers", { actions: { storeSCR: nothing } }],
  ["I16b", "registers", { actions: { giveLCR: emit({ type: "data", value: 0x77 }) } }],
  ["D1", "registers", { actions: { resetRegisters: assign({ IER: 0 }) } }],
  ["I17", "transmit", { actions: { holdOutput: nothing } }],
  [
    "I18",
    "identification",
    { actions: { acknowledgeThrEmpty: nothing }, guards: { identifiedThrEmpty: REFUTED_CLAIMS } },
  ],
  ["I19b", "receive", { actions: { waitForMark: nothing } }],
  ["I20a", "transmit", { actions: { transmit: nothing } }],
  ["I20b", "transmit", { guards: { bitIsOver: () => true, lastBitIsOnLine: () => true } }],
  ["I21a", "flow", { guards: { fifoHoldsBack: REFUTED_CLAIMS } }, "tl16c550c"],
  ["I21b", "flow", { guards: { autoCtsOn: REFUTED_CLAIMS } }, "tl16c550c"],
  [
    "I21c",
    "flow",
    { guards: { onlyCTSHasChanged: REFUTED_CLAIMS, onlyCTSChanged: REFUTED_CLAIMS } },
    "tl16c550c",
  ],
];

/** A few of the 16 levels of the modem's lines, the 32 values of MCR and the trigger levels, so that few inputs reach the timeout. */
const NEAR_SCOPE: Readonly<Record<string, (input: Input) => boolean>> = {
  modem: (input) =>
    (input.type !== "modem" || input.cts === input.dcd) &&
    (input.type !== "write" ||
      input.offset !== REGISTERS.MCR.offset ||
      [0x00, 0x01, 0x10, 0x11].includes(input.value)),
  flow: (input) =>
    input.type !== "read" &&
    (input.type !== "write" || input.offset !== REGISTERS.FCR.offset || input.value === FCR.FIFO_ENABLE),
  I10b: (input) =>
    input.type === "advance" ||
    (input.type === "receive" && typeof input.characters[0] === "number") ||
    (input.type === "write" && input.value === 1),
};

/** The inputs that suffice for a fault; a restored state must be one of the right chart. */
const smallScope = (
  claimId: string,
  scopeName: Uart16550ScopeName,
  scope: Scope<Uart16550State>,
): Scope<Uart16550State> => ({
  ...scope,
  inputs: scope.inputs.filter(NEAR_SCOPE[claimId] ?? NEAR_SCOPE[scopeName] ?? (() => true)),
  restores: claimId === "I17",
});

/** Explores few states first, as most claims fail within a few. */
function deepening(checkResult: (limit: number) => CheckResult<Uart16550State>): CheckResult<Uart16550State> {
  for (let limit = 50; limit < 800; limit *= 4) {
    const verdicts = checkResult(limit);
    if (verdicts.verdict === "refuted") return verdicts;
  }
  return checkResult(800);
}

const VERDICT_ROWS = FAULTS.map(([claimId, scopeName, provided, preset = "pc16550d"]) => ({
  id: claimId,
  name: scopeName,
  provided,
  preset,
}));

it.each(VERDICT_ROWS)(
  "$id is refuted of a chart that breaks it, in scope $name",
  ({ id, name, provided, preset }) => {
    const claim =
      uart16550Claims(name, UART16550_PRESETS[preset]).find((candidate) => candidate.id === id) ??
      expect.fail(id);
    const chart = brokenChart(provided as Provided, preset);
    const scope = smallScope(id, name, uart16550Slice(name, uart16550Chart(preset)));
    const { verdict, premises } = deepening((limit) => check(explore(chart, scope, { limit }), claim));
    expect(verdict).toBe("refuted");
    expect(premises).toBeGreaterThan(0);
  },
);
