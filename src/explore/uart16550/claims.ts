import {
  IER,
  IIR_CODES,
  LCR,
  LSR,
  MCR,
  MSR,
  type RegisterName,
  type Uart16550Options,
} from "../../../machines/index.js";
import type { Uart16550State } from "../../device/index.js";
import { always, type Claim, claim, eventually, recoverable } from "../check/claims.js";
import {
  byteRead,
  byteWritten,
  deviceBefore,
  emissionCount,
  isAccess,
  isInput,
  isSameJson,
  loopedModemStatus,
} from "../check/predicates.js";
import { RECEIVE_CLAIMS, TRANSMIT_CLAIMS, WHOLE_SENT_CLAIM } from "./data-claims.js";
import {
  CAUSE_BY_STATE,
  hasFifosOn,
  hasLineStatus,
  isLoopedBack,
  pendingSources,
  type ReachedUart,
  receivedCount,
  regionState,
  stateWithout,
  triggerLevelOf,
} from "./predicates.js";
import type { Uart16550ScopeName } from "./scopes.js";

const readsIIR = isAccess("read", "IIR");
const readsMSR = isAccess("read", "MSR");
const writesIER = isAccess("write", "IER");
const writesMCR = isAccess("write", "MCR");
const isRestore = isInput("restore");
const hasStep = (current: ReachedUart): boolean => current.step !== undefined;

/** Returns true if the step serves the source that IIR reports: it reads the register that clears it. */
const servesInterrupt = (current: ReachedUart): boolean => {
  const pendingCause = CAUSE_BY_STATE[String(regionState(deviceBefore(current), "interruptIdentification"))];
  if (pendingCause === "RLS") return isAccess("read", "LSR")(current);
  if (pendingCause === "RDA" || pendingCause === "CTI") return isAccess("read", "RBR")(current);
  if (pendingCause === "THRE") return readsIIR(current);
  return pendingCause === "MS" && readsMSR(current);
};

const SAVED_CLAIM: Claim<Uart16550State> = claim(
  "I17",
  "A device that is saved and restored is in the same state of the chart, with the same registers: it goes on as it would have.",
  always<Uart16550State>(
    (current) =>
      isSameJson(current.value, deviceBefore(current).value) &&
      isSameJson(current.state, deviceBefore(current).state),
    {
      when: isRestore,
    },
  ),
);

const interruptClaims = ({
  receivedDataBeforeTimeout,
  board,
}: Uart16550Options): readonly Claim<Uart16550State>[] => [
  claim(
    "I1",
    "The interrupt line is high exactly while some source is pending and enabled; on a PC, if OUT2 lets it through.",
    always<Uart16550State>((current) => {
      const isLetThrough = board === "chip" || (current.state.MCR & (MCR.OUT2 | MCR.LOOP)) === MCR.OUT2;
      return (
        (regionState(current, "interruptLine") === "high") ===
        (pendingSources(current, receivedDataBeforeTimeout).length > 0 && isLetThrough)
      );
    }),
  ),
  claim(
    "I2a",
    "IIR names the highest source that is enabled and pending, or none.",
    always<Uart16550State>((current) => {
      const [highest = "none"] = pendingSources(current, receivedDataBeforeTimeout);
      return CAUSE_BY_STATE[String(regionState(current, "interruptIdentification"))] === highest;
    }),
  ),
  claim(
    "I2b",
    "A read of IIR gives that source's code: 1, 6, 4, C, 2 or 0.",
    always<Uart16550State>(
      (current) =>
        (byteRead(current) & 0x0f) ===
        IIR_CODES[
          pendingSources(deviceBefore(current) as ReachedUart, receivedDataBeforeTimeout)[0] ?? "none"
        ],
      { when: readsIIR },
    ),
  ),
  claim(
    "I3",
    "A read of IIR acknowledges THR empty if it reported that, and changes nothing else.",
    always<Uart16550State>(
      (current) =>
        current.state.thrEmptyPending ===
          (deviceBefore(current).state.thrEmptyPending && (byteRead(current) & 0x0f) !== IIR_CODES.THRE) &&
        isSameJson(
          stateWithout(current, "thrEmptyPending"),
          stateWithout(deviceBefore(current), "thrEmptyPending"),
        ),
      { when: readsIIR },
    ),
  ),
];

const REARM_CLAIM: Claim<Uart16550State> = claim(
  "I5",
  "Where an IER write sets ETBEI while LSR.THRE is 1, THR empty is pending afterwards.",
  always<Uart16550State>(({ state }) => state.thrEmptyPending, {
    when: (current) =>
      writesIER(current) &&
      (current.state.IER & IER.ETBEI) !== 0 &&
      (deviceBefore(current).state.IER & IER.ETBEI) === 0 &&
      hasLineStatus(current, LSR.THRE),
  }),
);

const HANDLER_ENDS_CLAIM: Claim<Uart16550State> = claim(
  "I18",
  "Serving what IIR reports ends within five accesses: a handler for four sources and one character.",
  eventually<Uart16550State>((current) => regionState(current, "interruptIdentification") === "none", {
    during: servesInterrupt,
  }).within(5, "accesses"),
);

const MODEM_LINES = MSR.CTS | MSR.DSR | MSR.RI | MSR.DCD;
/** Returns the delta bits of MSR after a change of the inputs: for RI only its trailing edge. */
const deltaBitsOf = (oldStatus: number, newStatus: number): number =>
  ((oldStatus ^ newStatus) & MODEM_LINES & ~(newStatus & MSR.RI)) >> 4;

const MODEM_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I12a",
    "A change of the modem inputs sets its delta bit in MSR, for RI only a trailing edge, and clears none.",
    always<Uart16550State>(
      (current) => {
        const oldStatus = deviceBefore(current).state.MSR;
        return (
          (current.state.MSR & MSR.DELTAS) ===
          ((oldStatus & MSR.DELTAS) | deltaBitsOf(oldStatus, current.state.MSR))
        );
      },
      { when: (current) => isInput("modem")(current) && !isLoopedBack(current) },
    ),
  ),
  claim(
    "I12b",
    "MSR's delta bits stay until MSR is read, and a read returns and clears them.",
    always<Uart16550State>(
      (current) => {
        const oldStatus = deviceBefore(current).state.MSR & MSR.DELTAS;
        if (!readsMSR(current)) return (current.state.MSR & oldStatus) === oldStatus;
        return (byteRead(current) & MSR.DELTAS) === oldStatus && (current.state.MSR & MSR.DELTAS) === 0;
      },
      { when: (current) => (deviceBefore(current).state.MSR & MSR.DELTAS) !== 0 },
    ),
  ),
  claim(
    "I13a",
    "In loopback the modem outputs are inactive and SOUT marks.",
    always<Uart16550State>(
      (current) =>
        ["DTR", "RTS", "OUT1", "OUT2"].every((pin) => regionState(current, pin) === "deasserted") &&
        regionState(current, "serialOutput") === "marking",
      { when: isLoopedBack },
    ),
  ),
  claim(
    "I13b",
    "In loopback the high half of MSR is MCR's outputs, also in what a read gives.",
    always<Uart16550State>(
      (current) => ((current.registers.MSR ?? 0) & MODEM_LINES) === loopedModemStatus(current.state.MCR),
      {
        when: isLoopedBack,
      },
    ),
  ),
  claim(
    "I13c",
    "In loopback a write of MCR sets the delta bit of each output that it changes.",
    always<Uart16550State>(
      (current) => {
        const oldStatus = deviceBefore(current).state.MSR;
        return (
          (current.state.MSR & MSR.DELTAS) ===
          ((oldStatus & MSR.DELTAS) | deltaBitsOf(oldStatus, loopedModemStatus(current.state.MCR)))
        );
      },
      {
        when: (current) => writesMCR(current) && isLoopedBack(current) && isLoopedBack(deviceBefore(current)),
      },
    ),
  ),
  claim(
    "I13d",
    "In loopback a change of the modem inputs changes nothing in MSR.",
    always<Uart16550State>((current) => current.state.MSR === deviceBefore(current).state.MSR, {
      when: (current) => isInput("modem")(current) && isLoopedBack(current),
    }),
  ),
  claim(
    "L4",
    "From every state, the device can be brought to rest: no delta bit, no loopback, no interrupt.",
    recoverable<Uart16550State>(
      (current) =>
        (current.state.MSR & MSR.DELTAS) === 0 &&
        !isLoopedBack(current) &&
        regionState(current, "interruptIdentification") === "none",
    ),
  ),
];

const STORING_REGISTERS: readonly RegisterName[] = ["IER", "LCR", "MCR", "SCR", "DLL", "DLM"];

const registerClaims = ({
  sleepModes,
  autoFlow,
  scratchRegister,
  fifoSize,
}: Uart16550Options): readonly Claim<Uart16550State>[] => {
  const registerMasks: Readonly<Partial<Record<RegisterName, number>>> = {
    IER: sleepModes ? 0x3f : IER.MASK,
    MCR: autoFlow ? 0x3f : 0x1f,
  };
  const accessedRegister = (current: ReachedUart, accessType: "read" | "write"): RegisterName | undefined =>
    STORING_REGISTERS.find((registerName) => isAccess(accessType, registerName)(current));
  return [
    claim(
      "I14",
      "An access to the divisor latch changes that alone: no register, no queue, no interrupt; nothing leaves but what is read.",
      always<Uart16550State>(
        (current) => {
          const divisorFields = ["DLL", "DLM", "characterTicks", "timeoutLength"] as const;
          return (
            isSameJson(
              stateWithout(current, ...divisorFields),
              stateWithout(deviceBefore(current), ...divisorFields),
            ) &&
            isSameJson(current.value, deviceBefore(current).value) &&
            (current.step?.emissions.every(({ type }) => type === "data") ?? true)
          );
        },
        {
          when: (current) =>
            ["DLL", "DLM"].includes(accessedRegister(current, "read") ?? "") ||
            ["DLL", "DLM"].includes(accessedRegister(current, "write") ?? ""),
        },
      ),
    ),
    claim(
      "I15c",
      "FCR bit 0 alone turns the FIFOs on and off, and IIR shows it; what else is written without it has no effect.",
      always<Uart16550State>(
        (current) => {
          const expectsFifos = fifoSize > 1 && (byteWritten(current) & 1) !== 0;
          return (
            hasFifosOn(current) === expectsFifos &&
            (((current.registers.IIR ?? 0) & 0xc0) !== 0) === expectsFifos &&
            (expectsFifos || current.state.FCR === 0)
          );
        },
        { when: isAccess("write", "FCR") },
      ),
    ),
    claim(
      "I16a",
      "IER, LCR, MCR, SCR, DLL and DLM keep what is written, under the register's mask.",
      always<Uart16550State>(
        (current) => {
          const registerName = accessedRegister(current, "write") as RegisterName;
          const storedByte = byteWritten(current) & (registerMasks[registerName] ?? 0xff);
          return (
            current.registers[registerName] ===
            (registerName === "SCR" && !scratchRegister ? 0xff : storedByte)
          );
        },
        { when: (current) => accessedRegister(current, "write") !== undefined },
      ),
    ),
    claim(
      "I16b",
      "A read of any of them gives what it keeps and changes nothing.",
      always<Uart16550State>(
        (current) => {
          const registerName = accessedRegister(current, "read") as RegisterName;
          return (
            byteRead(current) === deviceBefore(current).registers[registerName] &&
            isSameJson(current.state, deviceBefore(current).state) &&
            isSameJson(current.value, deviceBefore(current).value)
          );
        },
        { when: (current) => accessedRegister(current, "read") !== undefined },
      ),
    ),
    claim(
      "D1",
      "A master reset clears IER, FCR and LCR, and sets LSR to 0x60.",
      always<Uart16550State>(
        ({ state, registers: registerValues }) =>
          state.IER === 0 &&
          state.FCR === 0 &&
          state.LCR === 0 &&
          registerValues.LSR === (LSR.THRE | LSR.TEMT),
        { when: isInput("reset") },
      ),
    ),
  ];
};

const hasAutoFlow = ({ state }: Pick<ReachedUart, "state">): boolean =>
  (state.MCR & (MCR.AFE | MCR.LOOP)) === MCR.AFE;
const hasAutoRts = (current: ReachedUart): boolean =>
  hasAutoFlow(current) && (current.state.MCR & MCR.RTS) !== 0 && hasFifosOn(current);

const FLOW_CLAIMS: readonly Claim<Uart16550State>[] = [
  claim(
    "I21a",
    "Automatic RTS is released as soon as the trigger level 1, 4 or 8 is reached, and stays so until everything is read.",
    always<Uart16550State>(
      (current) => {
        const isHeldBack = regionState(current, "RTS") === "heldBack";
        if (receivedCount(current) >= triggerLevelOf(current)) return isHeldBack;
        return receivedCount(current) > 0
          ? isHeldBack || regionState(deviceBefore(current), "RTS") !== "heldBack"
          : !isHeldBack;
      },
      {
        when: (current) =>
          hasStep(current) &&
          hasAutoRts(current) &&
          triggerLevelOf(current) < 14 &&
          !isAccess("write", "FCR")(current) &&
          !writesMCR(current),
      },
    ),
  ),
  claim(
    "I21b",
    "While CTS is not asserted, automatic CTS lets no character begin.",
    always<Uart16550State>(
      (current) => deviceBefore(current).state.transmitFrame !== 0 || current.state.transmitFrame === 0,
      {
        when: (current) =>
          hasStep(current) &&
          hasAutoFlow(current) &&
          hasAutoFlow(deviceBefore(current)) &&
          (current.state.MSR & MSR.CTS) === 0 &&
          !isInput("modem")(current),
      },
    ),
  ),
  claim(
    "I21c",
    "With automatic flow control, a change of CTS alone does not interrupt.",
    always<Uart16550State>((current) => regionState(current, "interruptIdentification") !== "modemStatus", {
      when: (current) =>
        (current.state.MCR & MCR.AFE) !== 0 &&
        (current.state.IER & IER.EDSSI) !== 0 &&
        (current.state.MSR & MSR.DELTAS) === MSR.DCTS,
    }),
  ),
];

const WHOLE_CHART_CLAIMS: readonly Claim<Uart16550State>[] = [
  ...RECEIVE_CLAIMS.filter(({ id }) => ["I6", "I7", "I10a"].includes(id)),
  WHOLE_SENT_CLAIM,
  claim(
    "I13e",
    "In loopback nothing leaves, and nothing from outside is taken.",
    always<Uart16550State>(
      (current) => emissionCount(current, "transmit") === 0 && emissionCount(current, "accepted") === 0,
      {
        when: (current) => hasStep(current) && isLoopedBack(current) && isLoopedBack(deviceBefore(current)),
      },
    ),
  ),
  claim(
    "I13f",
    "In loopback a character that has been sent is received: it is queued, or reported as overrun.",
    always<Uart16550State>(
      (current) =>
        receivedCount(current) === receivedCount(deviceBefore(current)) + 1 ||
        emissionCount(current, "overrun") > 0,
      {
        when: (current) =>
          isLoopedBack(current) &&
          isLoopedBack(deviceBefore(current)) &&
          deviceBefore(current).state.transmitFrame !== 0 &&
          isInput("advance")(current),
      },
    ),
  ),
  claim(
    "I14",
    "While DLAB is set, accesses at offsets 0 and 1 change no queue and no interrupt.",
    always<Uart16550State>(
      (current) =>
        isSameJson(current.value, deviceBefore(current).value) &&
        isSameJson(
          [current.state.receiveFifo, current.state.transmitFifo],
          [deviceBefore(current).state.receiveFifo, deviceBefore(current).state.transmitFifo],
        ),
      {
        when: (current) =>
          (deviceBefore(current).state.LCR & LCR.DLAB) !== 0 &&
          (current.step?.input.type === "read" || current.step?.input.type === "write") &&
          current.step.input.offset < 2,
      },
    ),
  ),
  claim(
    "L4",
    "From wherever it is, the device can be brought to rest: nothing queued or on the line, no interrupt, DLAB and LOOP off.",
    recoverable<Uart16550State>(
      (current) =>
        receivedCount(current) === 0 &&
        current.state.transmitFifo.length === 0 &&
        current.state.transmitFrame === 0 &&
        regionState(current, "interruptIdentification") === "none" &&
        (current.state.LCR & LCR.DLAB) === 0 &&
        !isLoopedBack(current),
    ),
  ),
];

/**
 * Returns the invariants I1 to I21 of a 16550 that can be checked in a scope, each in the form that the scope allows. A part that follows
 * the datasheet satisfies all of them; for others it depends on their options.
 *
 * @throws RangeError if there is no such scope.
 */
export function uart16550Claims(
  scopeName: Uart16550ScopeName,
  options: Uart16550Options,
): readonly Claim<Uart16550State>[] {
  switch (scopeName) {
    case "receive":
      return RECEIVE_CLAIMS;
    case "transmit":
      return [...interruptClaims(options), ...TRANSMIT_CLAIMS, REARM_CLAIM, SAVED_CLAIM];
    case "modem":
      return [...interruptClaims(options), ...MODEM_CLAIMS, SAVED_CLAIM];
    case "identification":
      return [...interruptClaims(options), REARM_CLAIM, HANDLER_ENDS_CLAIM];
    case "registers":
      return [...registerClaims(options), SAVED_CLAIM];
    case "flow":
      return FLOW_CLAIMS;
    case "whole":
    case "sources":
      return [...interruptClaims(options), ...WHOLE_CHART_CLAIMS, REARM_CLAIM];
    default:
      throw new RangeError(`scope: expected a scope of uart16550, got ${String(scopeName)}`);
  }
}
