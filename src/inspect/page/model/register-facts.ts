import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import { hex, valueInWords } from "../../../device/index.js";
import { descriptionOf, entryInWords, stateNodeAt } from "./chart-words.js";
import { receiveLevelOf, transmitLevelOf } from "./device-chart.js";
import { clearedBits, isLosing, lastLossOf } from "./losses.js";
import type { Reason } from "./reason.js";
import type { Session } from "./session.js";

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

/**
 * Returns what a register's value does not show after a row: what is pending, what masks it, the last write that did not reach it or that it did
 * not keep, and what was lost last.
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
  const { byteValue } = entryTable;
  if (access === "read") return [];
  const { index } = session;
  const row = index.lastWrite(rowIndex, offset, dlab === 1);
  const strayRow = dlab === undefined ? -1 : index.lastWrite(rowIndex, offset, dlab !== 1);
  const reasons: Reason[] = [];
  if (strayRow > row)
    reasons.push({
      kind: "DLAB",
      sentence: `#${firstIndex + strayRow} wrote ${hex(byteValue.valueAt(strayRow))} while DLAB was ${dlab === 1 ? 0 : 1}, so that it did not reach ${registerName}: ${entryInWords(session, strayRow)}`,
      rowIndex: strayRow,
      rules: [],
    });
  if (row >= 0) {
    const written = byteValue.valueAt(row);
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
  }
  return reasons;
}

/** Returns what was lost last. */
function lastLoss(session: Session, rowIndex: number, registerName: RegisterName): Reason[] {
  const row = lastLossOf(session, rowIndex, registerName);
  const losing =
    row === undefined
      ? undefined
      : session.transitionsAt(row).find((transition) => isLosing(registerName, transition));
  if (row === undefined || !losing) return [];
  const bits = registerName === "LSR" || registerName === "MSR" ? clearedBits(session, registerName, row) : 0;
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
