import { IER, IIR, LCR, LSR, MCR } from "../../machines/index.js";
import { checkReadable, formatValue } from "../journal/internal.js";
import {
  contextOfState,
  type SerialState,
  serialStateFromSerde,
  serialStateToSerde,
  stateOfContext,
} from "./serial-state.js";

/**
 * The state of Cloud Hypervisor's serial device, as its snapshots hold it (devices/src/legacy/serial.rs): that of vm-superio with one divisor of
 * 16 bits.
 */
export interface CloudHypervisorSerialState {
  interrupt_enable: number;
  interrupt_identification: number;
  line_control: number;
  line_status: number;
  modem_control: number;
  modem_status: number;
  scratch: number;
  baud_divisor: number;
  in_buffer: number[];
}

const GREATEST_DIVISOR = 0xffff;

/**
 * Converts a state from Cloud Hypervisor's JSON. Nothing is lost.
 *
 * @throws TypeError if a field is missing or of another type, RangeError if its value is out of range; both name it.
 * @throws SerialError of kind FullFifo if more than 64 bytes are queued.
 */
export function serialStateFromCloudHypervisor(json: unknown): SerialState {
  return checkReadable(json, "state", "an object that can be read", () => {
    if (typeof json !== "object" || json === null || Array.isArray(json))
      throw new TypeError(
        `state: expected an object with the nine fields of a serial state, got ${formatValue(json)}`,
      );
    const { baud_divisor: divisor, ...fields } = json as Record<string, unknown>;
    if (typeof divisor !== "number")
      throw new TypeError(`baud_divisor: expected a number, got ${formatValue(divisor)}`);
    if (!Number.isInteger(divisor) || divisor < 0 || divisor > GREATEST_DIVISOR)
      throw new RangeError(`baud_divisor: expected 0 to ${GREATEST_DIVISOR}, got ${formatValue(divisor)}`);
    return serialStateFromSerde({
      ...fields,
      ...{ baud_divisor_low: divisor & 0xff, baud_divisor_high: divisor >> 8 },
    });
  });
}

/**
 * Converts a state to Cloud Hypervisor's JSON. Nothing is lost.
 *
 * @throws what {@link serialStateFromCloudHypervisor} throws.
 */
export function serialStateToCloudHypervisor(state: SerialState): CloudHypervisorSerialState {
  const { baud_divisor_low: low, baud_divisor_high: high, in_buffer, ...fields } = serialStateToSerde(state);
  return { ...fields, baud_divisor: (high << 8) | low, in_buffer };
}

/**
 * Returns what is odd about a state, a sentence each: what no device reaches by itself, and what a guest would stumble over.
 *
 * @throws TypeError or RangeError if it is no state; it names the field.
 */
export function oddSerialState(state: SerialState): readonly string[] {
  const { interruptEnable, interruptIdentification, lineControl, lineStatus, modemControl, inBuffer } =
    stateOfContext(contextOfState(state));
  const hasData = (lineStatus & LSR.DR) !== 0;
  const identified = interruptIdentification & ~IIR.FIFOS;
  const isReceivedIdentified = (identified & IIR.NONE) === 0 && (identified & IIR.RDA) !== 0;
  const findings: readonly (readonly [boolean, string])[] = [
    [hasData && inBuffer.length === 0, "LSR has DR, but no byte is queued: a guest that polls reads 0x00"],
    [
      !hasData && inBuffer.length > 0,
      `${inBuffer.length} bytes are queued, but LSR lacks DR: no guest reads them`,
    ],
    [
      hasData && (interruptEnable & IER.ERBFI) !== 0 && !isReceivedIdentified,
      "received data is enabled in IER and there, but IIR does not identify it: the console waits until another byte comes",
    ],
    [
      isReceivedIdentified && !hasData,
      "IIR identifies received data, but LSR lacks DR: the guest's handler finds nothing",
    ],
    [
      (identified & IIR.NONE) === 0 && (interruptEnable & IER.MASK) === 0,
      "IIR identifies an interrupt, but IER enables none",
    ],
    [
      (identified & IIR.NONE) !== 0 && identified !== IIR.NONE,
      "IIR says that nothing is pending and names a source",
    ],
    [(lineStatus & LSR.THRE) === 0, "LSR lacks THRE: a guest that polls before it sends waits for ever"],
    [(lineControl & LCR.DLAB) !== 0, "LCR has DLAB: offsets 0 and 1 are the divisor latch"],
    [(modemControl & MCR.LOOP) !== 0, "MCR has LOOP: input from outside is refused"],
    [state.baudDivisorLow === 0 && state.baudDivisorHigh === 0, "the divisor is 0"],
  ];
  return findings.filter(([holds]) => holds).map(([, sentence]) => sentence);
}
