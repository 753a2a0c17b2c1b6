import { FCR, FIFO_SIZE, IER, IIR, LSR, MCR, MSR, type RegisterName } from "../../../machines/index.js";
import type { SerialState } from "../../device/index.js";
import {
  always,
  type Claim,
  claim,
  eventually,
  isSet,
  leadsTo,
  never,
  reachable,
  recoverable,
} from "../check/claims.js";
import {
  byteRead,
  byteWritten,
  deviceBefore,
  isAccess,
  isInput,
  isSameJson,
  loopedModemStatus,
} from "../check/predicates.js";
import type { DeviceState, ReachedState } from "../space/types.js";

type ReachedSerial = ReachedState<SerialState>;
type SerialDevice = DeviceState<SerialState>;

const PENDING = IIR.THRE | IIR.RDA;

const receivedCount = ({ state }: SerialDevice): number => state.inBuffer.length;
const pendingSources = (current: SerialDevice): number => current.state.interruptIdentification & PENDING;
const identifiesData = (current: SerialDevice): boolean => isSet(current, "IIR", IIR.RDA);
const isLoopedBack = (current: SerialDevice): boolean => isSet(current, "MCR", MCR.LOOP);
const hasArrival = isInput("receive");
const isRestore = isInput("restore");

const readsIIR = isAccess("read", "IIR");
const readsRBR = isAccess("read", "RBR");
const writesIER = isAccess("write", "IER");
const writesTHR = isAccess("write", "THR");

const hasTransmitted = ({ step }: ReachedSerial): boolean =>
  step?.emissions.some(({ type }) => type === "transmit") === true;
const interruptCount = ({ step }: ReachedSerial): number =>
  step?.emissions.filter(({ type }) => type === "interrupt").length ?? 0;

/** Returns the number of sources that the step has made pending. */
const newSourceCount = (current: ReachedSerial): number => {
  const newSources =
    pendingSources(current) & ~pendingSources((current.step as NonNullable<ReachedSerial["step"]>).before);
  return Number((newSources & IIR.THRE) !== 0) + Number((newSources & IIR.RDA) !== 0);
};

const isQuiet = (current: SerialDevice): boolean =>
  receivedCount(current) === 0 &&
  pendingSources(current) === 0 &&
  !current.divisorLatchOpen &&
  !isLoopedBack(current);

/** Returns IIR's code by a 16550's priorities: received data, then THR empty. */
const identificationCode = (sources: number): number =>
  sources & IIR.RDA ? IIR.RDA : sources & IIR.THRE ? IIR.THRE : IIR.NONE;

/** The registers that store what is written, with the mask of their bits. */
const STORED_REGISTERS: readonly [RegisterName, number][] = [
  ["IER", IER.MASK],
  ["LCR", 0xff],
  ["MCR", 0xff],
  ["SCR", 0xff],
  ["DLL", 0xff],
  ["DLM", 0xff],
];
const storesBytes = (current: ReachedSerial): boolean =>
  STORED_REGISTERS.every(([registerName, storedMask]) => {
    if (isAccess("write", registerName)(current))
      return current.registers[registerName] === (byteWritten(current) & storedMask);
    return (
      !isAccess("read", registerName)(current) ||
      (byteRead(current) === deviceBefore(current).registers[registerName] && interruptCount(current) === 0)
    );
  });

/**
 * The claims about `serial` that matter to a driver author, and the invariants I1 to I18 of a 16550 in the form that vm-superio allows. I9, I11, I12,
 * I19, I20 and I21 are about data, errors, time and lines that it does not have.
 */
export const serialClaims: readonly Claim<SerialState>[] = [
  claim(
    "L1",
    "After every IER write with DLAB off that leaves ERBFI set and the FIFO not empty, received data is identified.",
    always(identifiesData, {
      when: (current) => writesIER(current) && isSet(current, "IER", IER.ERBFI) && receivedCount(current) > 0,
    }),
  ),
  claim(
    "L2",
    "A byte that arrives while ERBFI is clear is identified in the end, if the driver keeps setting ERBFI and reads only IIR.",
    leadsTo<SerialState>(
      (current) => hasArrival(current) && receivedCount(current) > 0 && !isSet(current, "IER", IER.ERBFI),
      identifiesData,
      {
        during: (current) => writesIER(current) || readsIIR(current),
        fairly: [
          {
            name: "IER is written with ERBFI set",
            is: (current) => writesIER(current) && isSet(current, "IER", IER.ERBFI),
          },
        ],
      },
    ),
  ),
  claim(
    "L3",
    "With DLAB off, whoever reads RBR has emptied the FIFO after 64 reads, if nothing arrives meanwhile.",
    eventually<SerialState>((current) => receivedCount(current) === 0, {
      from: (current) => !current.divisorLatchOpen,
      during: readsRBR,
    }).within(FIFO_SIZE),
  ),
  claim(
    "L4",
    "From wherever it is, the device can be brought to rest: FIFO empty, nothing pending, DLAB and LOOP off.",
    recoverable<SerialState>(isQuiet),
  ),
  claim(
    "L5",
    "Both sources can be pending at once.",
    reachable<SerialState>((current) => pendingSources(current) === PENDING),
  ),
  claim(
    "I1",
    "The line pulses once for each source that becomes pending, and for nothing else but a restore.",
    always<SerialState>((current) => interruptCount(current) === newSourceCount(current), {
      when: (current) => current.step !== undefined && !isRestore(current),
    }),
  ),
  claim(
    "I2a",
    "An IIR read names the pending source that comes first: received data, then THR empty.",
    always<SerialState>(
      (current) => (byteRead(current) & 0x0f) === identificationCode(pendingSources(deviceBefore(current))),
      { when: readsIIR },
    ),
  ),
  claim(
    "I2b",
    "A source is pending in IIR only while its IER bit is set.",
    always<SerialState>(
      (current) =>
        !(isSet(current, "IIR", IIR.RDA) && !isSet(current, "IER", IER.ERBFI)) &&
        !(isSet(current, "IIR", IIR.THRE) && !isSet(current, "IER", IER.ETBEI)),
    ),
  ),
  claim(
    "I3",
    "An IIR read acknowledges THR empty, and nothing else.",
    always<SerialState>((current) => identifiesData(current), {
      when: (current) => readsIIR(current) && identifiesData(deviceBefore(current)),
    }),
  ),
  claim(
    "I4",
    "THR is always empty: LSR.THRE is never clear.",
    never<SerialState>((current) => !isSet(current, "LSR", LSR.THRE)),
  ),
  claim(
    "I5",
    "Where an IER write sets ETBEI while LSR.THRE is set, THR empty is pending afterwards.",
    always<SerialState>((current) => isSet(current, "IIR", IIR.THRE), {
      when: (current) =>
        writesIER(current) &&
        isSet(current, "IER", IER.ETBEI) &&
        !isSet(deviceBefore(current), "IER", IER.ETBEI) &&
        isSet(current, "LSR", LSR.THRE),
    }),
  ),
  claim(
    "I6",
    "LSR.DR is set exactly while the FIFO holds a byte.",
    always<SerialState>((current) => isSet(current, "LSR", LSR.DR) === receivedCount(current) > 0),
  ),
  claim(
    "I7",
    "The FIFO never holds more than 64 bytes.",
    never<SerialState>((current) => receivedCount(current) > FIFO_SIZE),
  ),
  claim(
    "I8",
    "A byte that arrives, or comes back by loopback, while the FIFO is full sets LSR.OE.",
    always<SerialState>((current) => isSet(current, "LSR", LSR.OE), {
      when: (current) =>
        receivedCount(deviceBefore(current)) === FIFO_SIZE &&
        ((writesTHR(current) && isLoopedBack(current)) ||
          current.step?.emissions.some(({ type }) => type === "refused") === true),
    }),
  ),
  claim(
    "I10",
    "While ERBFI is set, received data is pending exactly while the FIFO holds a byte (the trigger is 1).",
    always<SerialState>((current) => identifiesData(current) === receivedCount(current) > 0, {
      when: (current) => isSet(current, "IER", IER.ERBFI),
    }),
  ),
  claim(
    "I13a",
    "In loopback nothing leaves, and nothing from outside is taken.",
    always<SerialState>(
      (current) =>
        !hasTransmitted(current) &&
        (!hasArrival(current) || receivedCount(current) === receivedCount(deviceBefore(current))),
      {
        when: (current) => current.step !== undefined && isLoopedBack(deviceBefore(current)),
      },
    ),
  ),
  claim(
    "I13b",
    "In loopback the high half of MSR is MCR's outputs.",
    always<SerialState>(
      (current) =>
        (byteRead(current) & ~MSR.DELTAS) === loopedModemStatus(deviceBefore(current).state.modemControl),
      {
        when: (current) => isLoopedBack(current) && isAccess("read", "MSR")(current),
      },
    ),
  ),
  claim(
    "I14",
    "An access to the divisor latch changes neither FIFO nor IER nor what is pending, and sends and interrupts nothing.",
    always<SerialState>(
      (current) =>
        receivedCount(current) === receivedCount(deviceBefore(current)) &&
        isSameJson(
          [current.registers.IER, pendingSources(current)],
          [deviceBefore(current).registers.IER, pendingSources(deviceBefore(current))],
        ) &&
        !hasTransmitted(current) &&
        interruptCount(current) === 0,
      {
        when: (current) =>
          ["DLL", "DLM"].some(
            (registerName) =>
              isAccess("read", registerName as "DLL")(current) ||
              isAccess("write", registerName as "DLL")(current),
          ),
      },
    ),
  ),
  claim(
    "I15",
    "An FCR write that resets the receive FIFO leaves it empty.",
    always<SerialState>((current) => receivedCount(current) === 0, {
      when: (current) => isAccess("write", "FCR")(current) && (byteWritten(current) & FCR.RX_RESET) !== 0,
    }),
  ),
  claim(
    "I16",
    "IER, LCR, MCR, SCR, DLL and DLM keep what is written, under IER's mask, and a read gives it and interrupts nothing.",
    always<SerialState>(storesBytes),
  ),
  claim(
    "I17",
    "Saved and restored, the device is in the same states of the chart.",
    always<SerialState>((current) => isSameJson(current.value, current.restored.value)),
  ),
  claim(
    "I18",
    "After an IIR read nothing is pending: a handler ends with the first.",
    always<SerialState>((current) => pendingSources(current) === 0 && !isSet(current, "IIR", PENDING), {
      when: readsIIR,
    }),
  ),
];
