import { loopedOutputs } from "../../looped-outputs.js";
import { MSR } from "../../register-bits.js";
import type { Uart16550Context } from "../context.js";
import { type AdvanceEvent, type ModemEvent, type Uart16550Event, written } from "../events.js";
import {
  modemLines,
  showingAfterLoopback,
  showingOutputs,
  withChanges,
  withChangesForgetting,
} from "../modem-lines.js";
import { uart16550Types } from "../types.js";
import { data } from "./registers.js";

const { assign, emit } = uart16550Types;

type ActionArgs = { readonly context: Uart16550Context; readonly event: Uart16550Event };

const inputs = ({ event }: ActionArgs): number => modemLines(event as ModemEvent);
const deltas = ({ MSR: msr }: Uart16550Context): number => msr & MSR.DELTAS;

/** The number of times a second that an emulation samples the modem inputs. */
const SAMPLES_A_SECOND = 100;

/** The actions of the modem's inputs and outputs. */
export const modemActions = {
  storeModemInputs: assign({ modemInputs: inputs }),
  showModemInputs: assign({
    MSR: ({ context, event }) => withChanges(context.MSR, inputs({ context, event })),
  }),
  showModemInputsForgetting: assign({
    MSR: ({ context, event }) => withChangesForgetting(context.MSR, inputs({ context, event })),
  }),
  sampleModemInputs: assign({ MSR: ({ context }) => withChanges(context.MSR, context.modemInputs) }),
  sampleModemInputsForgetting: assign({
    MSR: ({ context }) => withChangesForgetting(context.MSR, context.modemInputs),
  }),
  showOutputs: assign({ MSR: showingOutputs }),
  showOutputsQuietly: assign({
    MSR: ({ context, event }) => loopedOutputs(written(event)) | deltas(context),
  }),
  showModemInputsAfterLoopback: assign({ MSR: ({ context }) => showingAfterLoopback(context) }),
  rememberLines: assign({ linesBeforeLoopback: ({ context }) => context.MSR & ~MSR.DELTAS }),
  clearDeltas: assign({ MSR: ({ context }) => context.MSR & ~MSR.DELTAS }),
  storeDeltas: assign({
    MSR: ({ context, event }) => (context.MSR & ~MSR.DELTAS) | (written(event) & MSR.DELTAS),
  }),
  giveOutputsAsMSR: emit(data(({ context }) => loopedOutputs(context.MCR))),

  sampleIn10ms: assign({
    modemTicks: ({ context }) => Math.max(1, Math.floor(context.options.clock / SAMPLES_A_SECOND)),
  }),
  sampleInOneCharacter: assign({ modemTicks: ({ context }) => context.characterTicks }),
  passSamplingTime: assign({
    modemTicks: ({ context, event }) => context.modemTicks - (event as AdvanceEvent).ticks,
  }),
  stopSampling: assign({ modemTicks: 0 }),

  holdBack: assign({ rtsHeldBack: true }),
  letGo: assign({ rtsHeldBack: false }),
};
