import { LSR, MCR, MSR, REGISTERS, type RegisterName } from "../../../../machines/index.js";
import { hex, type TransitionInWords, valueInWords } from "../../../device/index.js";
import { descriptionOf, entryInWords, stateNodeAt } from "./chart-words.js";
import { receiveLevelOf, transmitLevelOf } from "./device-chart.js";
import { ENTRY_FLAGS, ENTRY_TYPES } from "./entry-table.js";
import type { Reason } from "./reason.js";
import type { Session } from "./session.js";

/** The rows that are searched backwards for what was lost. */
const MOST_ROWS = 8192;

/** States of the chart, by their paths. An inner state counts as its parents. */
type StatePaths = readonly string[];

/** The states in which a source of an interrupt is identified. */
const IDENTIFIED = [
  ...["receivedData", "thrEmpty", "both"],
  ...["receiverLineStatus", "characterTimeout", "modemStatus"],
].map((source) => `interruptIdentification.${source}`);

/** The states in which something of a register is pending. */
const PENDING_STATES: Readonly<Record<RegisterName, StatePaths>> = {
  RBR: ["receiver.startBit", "receiver.dataBits", "receiver.stopBit", "characterTimeout.waiting"],
  THR: [
    "transmitter.shifting",
    "transmitter.loopingBack",
    "transmitter.waiting",
    "transmitFifo.empty.delayed",
  ],
  IER: IDENTIFIED,
  IIR: IDENTIFIED,
  FCR: [],
  LCR: ["breakControl.on", "divisorLatch.open"],
  MCR: ["RTS.heldBack"],
  LSR: ["lineStatus.shown", "errorInFifo.some"],
  MSR: ["modemStatus.changes.changed", "modemStatus.changes.ctsChanged", "modemSampling.running"],
  SCR: [],
  DLL: [],
  DLM: [],
};

/** The states that mask a register, or what is written to it; some only while the chart is in one of other states. */
const MASKING_STATES: Readonly<Record<RegisterName, readonly (string | readonly [string, StatePaths])[]>> = {
  RBR: [
    ...["divisorLatch.open", "loopback.on", "receiver.awaitingMark", "baudClock.stopped"],
    ["receivedDataInterrupt.disabled", ["receiveFifo.holding", "receiveFifo.full", "receiveFifo.triggered"]],
  ],
  THR: [
    ...["divisorLatch.open", "hostOutput.held", "loopback.on", "breakControl.on", "baudClock.stopped"],
    ["modemStatus.clearToSend.no", ["autoFlow.on"]],
    ["thrEmptyInterrupt.disabled", ["transmitFifo.empty.pending"]],
  ],
  IER: ["divisorLatch.open"],
  IIR: [],
  FCR: ["fifoMode.off"],
  LCR: [],
  MCR: ["loopback.on"],
  LSR: ["loopback.on", "receiver.awaitingMark", ["lineStatusInterrupt.disabled", ["lineStatus.shown"]]],
  MSR: ["loopback.on", ["modemStatusInterrupt.disabled", ["modemStatus.changes.changed"]]],
  SCR: [],
  DLL: ["divisorLatch.closed", "baudClock.stopped"],
  DLM: ["divisorLatch.closed", "baudClock.stopped"],
};

const [READ, WRITE, RECEIVE] = (["read", "write", "receive"] as const).map((type) =>
  ENTRY_TYPES.indexOf(type),
);

/** How something of a register is lost. */
interface Loss {
  /** Returns true if a row may be such a loss, by its columns. */
  isCandidate(session: Session, rowIndex: number): boolean;
  /** Returns true if a transition of the row loses something. */
  isLosing(transition: TransitionInWords): boolean;
}

/** Returns a transition of a state that leaves everything as it is. */
const ignores = (transition: TransitionInWords, source: string, event: string): boolean =>
  transition.source === source &&
  transition.event === event &&
  transition.target === undefined &&
  transition.actions.length === 0;

const hasAction = ({ actions }: TransitionInWords, pattern: RegExp): boolean =>
  actions.some((action) => pattern.test(action));

/** Returns the bits of a register that a row has cleared. */
function clearedBits({ entryTable }: Session, registerName: RegisterName, rowIndex: number): number {
  const after = entryTable.registers.get(registerName)?.valueAt(rowIndex) ?? 0;
  return entryTable.registerBefore(registerName, rowIndex) & ~after;
}

const LOSSES: Readonly<Partial<Record<RegisterName, Loss>>> = {
  RBR: {
    isCandidate: ({ entryTable }, rowIndex) => {
      const { entryType, receiveLevel, flags } = entryTable;
      const growth = receiveLevel.valueAt(rowIndex) - receiveLevel.valueAt(rowIndex - 1);
      const isLooped = ((entryTable.registers.get("MCR")?.valueAt(rowIndex) ?? 0) & MCR.LOOP) !== 0;
      const type = entryType.valueAt(rowIndex);
      return (
        (flags.valueAt(rowIndex) & ENTRY_FLAGS.LOST) !== 0 ||
        (type !== READ && growth < 0) ||
        (growth === 0 && (type === RECEIVE || (type === WRITE && isLooped)))
      );
    },
    isLosing: (transition) =>
      hasAction(transition, /^(loseCharacter|flushReceiveFifo|refuseCharacters)$/) ||
      ignores(transition, "receiveFifo.full", "write.THR_DLL") ||
      ignores(transition, "loopback.on", "receive"),
  },
  THR: {
    isCandidate: ({ entryTable }, rowIndex) => {
      const { entryType, transmitLevel } = entryTable;
      const levelBefore = transmitLevel.valueAt(rowIndex - 1);
      const type = entryType.valueAt(rowIndex);
      return levelBefore > 0 && type !== READ && transmitLevel.valueAt(rowIndex) <= levelBefore;
    },
    isLosing: (transition) =>
      hasAction(transition, /^(flushTransmitFifo|dropOldestAndQueue|replaceLast|queueAlone)$/) ||
      ignores(transition, "transmitFifo.full", "write.THR_DLL"),
  },
  LSR: {
    isCandidate: (session, rowIndex) =>
      session.entryTable.entryType.valueAt(rowIndex) === READ &&
      (clearedBits(session, "LSR", rowIndex) & LSR.ERRORS) !== 0,
    isLosing: (transition) => hasAction(transition, /^clear(Errors|Break)$/),
  },
  MSR: {
    isCandidate: (session, rowIndex) =>
      session.entryTable.entryType.valueAt(rowIndex) === READ &&
      (clearedBits(session, "MSR", rowIndex) & MSR.DELTAS) !== 0,
    isLosing: (transition) => hasAction(transition, /^clearDeltas$/),
  },
};

/**
 * Returns what a register's value does not show after a row: what is pending, what masks it, the last write that did not reach it or that it did
 * not keep, and what was lost last, if that was in the 8192 rows before.
 */
export function factsOfRegister(
  session: Session,
  rowIndex: number,
  registerName: RegisterName,
): readonly Reason[] {
  if (rowIndex < 0) return [];
  const active = session.statesAt(rowIndex);
  const isActive = (path: string) => active.some((leaf) => leaf === path || leaf.startsWith(`${path}.`));
  const masking = MASKING_STATES[registerName].flatMap((entry) => {
    const [path, conditions] = typeof entry === "string" ? [entry, undefined] : entry;
    return isActive(path) && (conditions?.some(isActive) ?? true) ? [path] : [];
  });
  const inWords = (kind: Reason["kind"], path: string): Reason => {
    const [regionName = ""] = path.split(".");
    const leaf = active.find((it) => it === path || it.startsWith(`${path}.`)) ?? path;
    return {
      kind,
      sentence: `${descriptionOf(session.chart, regionName)}: ${descriptionOf(session.chart, leaf)} (${leaf})`,
      rules: (stateNodeAt(session.chart, regionName)?.meta as { rules?: readonly string[] })?.rules ?? [],
    };
  };
  return [
    ...waitingBehind(session, rowIndex, registerName),
    ...PENDING_STATES[registerName].filter(isActive).map((path) => inWords("pending", path)),
    ...masking.map((path) => inWords("masked", path)),
    ...lastWrites(session, rowIndex, registerName),
    ...lastLoss(session, rowIndex, registerName),
  ];
}

/** Returns the characters that wait behind RBR or THR. */
function waitingBehind(session: Session, rowIndex: number, registerName: RegisterName): Reason[] {
  if (registerName !== "RBR" && registerName !== "THR") return [];
  const { context } = session.momentAfter(rowIndex);
  const count = registerName === "RBR" ? receiveLevelOf(context) : transmitLevelOf(context);
  const verb = registerName === "RBR" ? "read" : "sent";
  if (count === 0) return [];
  const sentence = `${count === 1 ? "1 character waits" : `${count} characters wait`} to be ${verb}`;
  return [{ kind: "pending", sentence, rules: [] }];
}

/** Returns the last write that went to the other register at the same offset, and what the register did not keep of the last that reached it. */
function lastWrites(session: Session, rowIndex: number, registerName: RegisterName): Reason[] {
  const { offset, dlab, access } = REGISTERS[registerName];
  const { entryTable, firstIndex } = session;
  const { entryType, registerOffset, byteValue, flags } = entryTable;
  if (access === "read") return [];
  const reasons: Reason[] = [];
  for (let row = rowIndex; row >= Math.max(0, rowIndex - MOST_ROWS); row--) {
    if (entryType.valueAt(row) !== WRITE || registerOffset.valueAt(row) !== offset) continue;
    const written = byteValue.valueAt(row);
    const dlabThere = (flags.valueAt(row) & ENTRY_FLAGS.DLAB) === 0 ? 0 : 1;
    if (dlab !== undefined && dlab !== dlabThere) {
      if (reasons.length === 0)
        reasons.push({
          kind: "DLAB",
          sentence: `#${firstIndex + row} wrote ${hex(written)} while DLAB was ${dlabThere}, so that it did not reach ${registerName}: ${entryInWords(session, row)}`,
          rowIndex: row,
          rules: [],
        });
      continue;
    }
    const kept = entryTable.registers.get(registerName)?.valueAt(row) ?? written;
    const dropped = valueInWords(registerName, written & ~kept, session.chart);
    if (written !== kept)
      reasons.push({
        kind: "not kept",
        sentence: `#${firstIndex + row} wrote ${hex(written)}, ${(written & ~kept) === 0 ? `but ${registerName} is ${hex(kept)} after it` : `of which ${registerName} does not keep ${dropped}`}`,
        rowIndex: row,
        rules: session
          .transitionsAt(row)
          .flatMap(({ event, rules }) => (event === `write.${registerName}` ? rules : [])),
      });
    return reasons;
  }
  return reasons;
}

/** Returns what was lost last. */
function lastLoss(session: Session, rowIndex: number, registerName: RegisterName): Reason[] {
  const loss = LOSSES[registerName];
  if (!loss) return [];
  for (let row = rowIndex; row >= Math.max(0, rowIndex - MOST_ROWS); row--) {
    if (!loss.isCandidate(session, row)) continue;
    const losing = session.transitionsAt(row).find((transition) => loss.isLosing(transition));
    if (!losing) continue;
    const bits =
      registerName === "LSR" || registerName === "MSR" ? clearedBits(session, registerName, row) : 0;
    const bitsText = bits === 0 ? "" : `: ${valueInWords(registerName, bits, session.chart)}`;
    return [
      {
        kind: "lost",
        sentence: `#${session.firstIndex + row} ${entryInWords(session, row)}: ${losing.description}${bitsText}`,
        rowIndex: row,
        rules: losing.rules,
      },
    ];
  }
  return [];
}
