import { expect, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import {
  Serial,
  SerialError,
  type SerialState,
  serialChart,
  serialStateFromSerde,
  serialStateToSerde,
} from "./index.js";

const state: SerialState = {
  baudDivisorLow: 1,
  baudDivisorHigh: 2,
  interruptEnable: 3,
  interruptIdentification: 4,
  lineControl: 5,
  lineStatus: 6,
  modemControl: 7,
  modemStatus: 8,
  scratch: 9,
  inBuffer: [10, 11],
};

const serde = {
  baud_divisor_low: 1,
  baud_divisor_high: 2,
  interrupt_enable: 3,
  interrupt_identification: 4,
  line_control: 5,
  line_status: 6,
  modem_control: 7,
  modem_status: 8,
  scratch: 9,
  in_buffer: [10, 11],
};

test("a state as vm-superio's serde feature writes it, and back", () => {
  expect(serialStateToSerde(state)).toEqual(serde);
  expect(serialStateFromSerde(serde)).toEqual(state);
});

test.each([
  [null, "state: expected an object with the ten fields of a serial state, got null"],
  [5, "state: expected an object with the ten fields of a serial state, got 5"],
  [[], "state: expected an object with the ten fields of a serial state, got "],
  [{ ...state, scratch: "9" }, 'scratch: expected a byte, got "9"'],
  [{ ...state, scratch: undefined }, "scratch: expected a byte, got nothing"],
  [{ ...state, lineStatus: 256 }, "lineStatus: expected a byte from 0 to 255, got 256"],
  [{ ...state, lineStatus: -1 }, "lineStatus: expected a byte from 0 to 255, got -1"],
  [{ ...state, inBuffer: 7 }, "inBuffer: expected an array of bytes, got 7"],
  [{ ...state, inBuffer: [1, 300] }, "inBuffer[1]: expected a byte from 0 to 255, got 300"],
])("a state that cannot be is refused: %o", (wrong, message) => {
  expect(() => Serial.fromState(invalid(wrong))).toThrow(message);
  expect(() => serialStateToSerde(invalid(wrong))).toThrow(message);
});

test("so is its JSON, by the names that stand there", () => {
  expect(() => serialStateFromSerde(null)).toThrow("state: expected an object");
  expect(() => serialStateFromSerde({ ...serde, line_control: 256 })).toThrow(
    "line_control: expected a byte from 0 to 255, got 256",
  );
  expect(() => serialStateFromSerde({ ...serde, in_buffer: {} })).toThrow(
    "in_buffer: expected an array of bytes",
  );
});

test("64 bytes are queued at most", () => {
  const bytes = (length: number) => ({ ...state, inBuffer: new Array<number>(length).fill(1) });
  expect(Serial.fromState(bytes(64)).fifoCapacity()).toBe(0);
  expect(() => Serial.fromState(bytes(65))).toThrow(new SerialError("FullFifo"));
  expect(() => Serial.fromState(bytes(65))).toThrow(SerialError);
});

test("the chart says where each register's value stands, and whether DLAB is set", () => {
  const chart = serialChart();
  const context = chart.snapshotOf(state).context;
  const values = chart.registers.map(({ name, value }) => [name, value(context)]);
  expect(Object.fromEntries(values)).toEqual({
    RBR: 10,
    DLL: 1,
    DLM: 2,
    IER: 3,
    IIR: 4,
    LCR: 5,
    LSR: 6,
    MCR: 7,
    MSR: 8,
    SCR: 9,
  });
  const empty = chart.snapshotOf({ ...state, inBuffer: [], lineControl: 0x83 }).context;
  expect(chart.registers[0]?.value(empty)).toBe(0);
  expect([chart.divisorLatchOpen(context), chart.divisorLatchOpen(empty)]).toEqual([false, true]);
});

test("a chart of one's own has no code that was generated for it", () => {
  const { machine } = serialChart("0.8.1");
  expect(serialChart("0.8.1").source).toBeDefined();
  const own = serialChart("0.8.1", machine);
  expect(own).not.toHaveProperty("source");
  expect(own).toMatchObject({
    id: "serial",
    options: { revision: "0.8.1" },
    interrupt: "pulse",
    characters: "bytes",
    inputs: ["read", "write", "receive", "advance", "restore"],
  });
  const context = own.snapshotOf({ ...state, lineControl: 0x80 }).context;
  expect(own.stateOf(context)).toEqual({ ...state, lineControl: 0x80 });
  expect(own.divisorLatchOpen(context)).toBe(true);
});
