import type { Observable } from "rxjs";
import { beforeEach, describe, expect, test } from "vitest";
import { IER, LSR, MCR } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { type InterruptEdge, Serial, SerialError, type SerialOptions, type Transition } from "./index.js";

const RBR = 0;
const THR = 0;
const IER_ = 1;
const IIR_ = 2;
const LCR_ = 3;
const MCR_ = 4;
const LSR_ = 5;

let callLog: string[];
let serial: Serial;

const loggingOptions = (moreOptions: SerialOptions = {}): SerialOptions => ({
  out: { write: (byte) => callLog.push(`write ${byte}`), flush: () => callLog.push("flush") },
  trigger: () => callLog.push("trigger"),
  events: {
    bufferRead: () => callLog.push("bufferRead"),
    outByte: () => callLog.push("outByte"),
    txLostByte: () => callLog.push("txLostByte"),
    inBufferEmpty: () => callLog.push("inBufferEmpty"),
  },
  ...moreOptions,
});

beforeEach(() => {
  callLog = [];
  serial = new Serial(loggingOptions());
});

describe("side effects", () => {
  test("a byte written is written, flushed, reported, and then interrupts", () => {
    serial.write(IER_, IER.ETBEI);
    serial.read(IIR_);
    callLog = [];
    serial.write(THR, 0x41);
    expect(callLog).toEqual(["write 65", "flush", "outByte", "trigger"]);
  });

  test("the last byte read empties the buffer before it is read", () => {
    serial.enqueueRawBytes([1, 2]);
    expect(serial.read(RBR)).toBe(1);
    expect(serial.read(RBR)).toBe(2);
    expect(callLog).toEqual(["bufferRead", "inBufferEmpty", "bufferRead"]);
  });

  test("it works without any surroundings", () => {
    const bare = new Serial();
    bare.write(IER_, 0x0f);
    bare.write(THR, 0x41);
    expect(bare.enqueueRawBytes(Uint8Array.of(7))).toBe(1);
    expect(bare.read(RBR)).toBe(7);
  });

  test("a callback sees the state after the access, and its own accesses come before the rest", () => {
    const readValues: number[] = [];
    const nested: Serial = new Serial(
      loggingOptions({
        out: {
          write: (byte) => {
            callLog.push(`write ${byte}`);
            readValues.push(nested.read(IIR_));
            if (byte === 0x41) nested.write(THR, 0x42);
          },
        },
      }),
    );
    nested.write(IER_, IER.ETBEI);
    nested.read(IIR_);
    callLog = [];
    nested.write(THR, 0x41);
    expect(readValues).toEqual([0xc2, 0xc2]);
    expect(callLog).toEqual(["write 65", "write 66", "outByte", "trigger", "outByte", "trigger"]);
  });
});

describe("failures", () => {
  const failing = (failingCallback: "write" | "flush" | "trigger" | "outByte"): Serial => {
    const fail = () => {
      throw new Error("no luck");
    };
    const options = loggingOptions();
    return new Serial({
      ...options,
      ...(failingCallback === "trigger" && { trigger: fail }),
      ...(failingCallback === "outByte" && { events: { ...options.events, outByte: fail } }),
      ...(failingCallback === "write" && { out: { write: fail } }),
      ...(failingCallback === "flush" && {
        out: { write: (byte) => callLog.push(`write ${byte}`), flush: fail },
      }),
    });
  };

  const thrownBy = (operation: () => unknown): unknown => {
    try {
      operation();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test.each(["write", "flush"] as const)(
    "a sink that fails to %s loses the byte and interrupts all the same",
    (failingCallback) => {
      const device = failing(failingCallback);
      device.write(IER_, IER.ETBEI);
      device.read(IIR_);
      callLog = [];
      const error = thrownBy(() => device.write(THR, 0x41));
      expect(error).toBeInstanceOf(SerialError);
      expect(error).toMatchObject({
        kind: "IOError",
        message: "Couldn't write/flush to the given destination: no luck",
        cause: { message: "no luck" },
      });
      expect(callLog.slice(-2)).toEqual(["txLostByte", "trigger"]);
      expect(device.read(IIR_)).toBe(0xc2);
    },
  );

  test("a sink that takes nothing has failed", () => {
    const device = new Serial({ out: { write: () => 0 } });
    expect(thrownBy(() => device.write(THR, 0x41))).toMatchObject({ kind: "IOError" });
  });

  test("a trigger that fails leaves the source pending, and where both are due the second is not called", () => {
    const device = failing("trigger");
    device.enqueueRawBytes([1]);
    const error = thrownBy(() => device.write(IER_, IER.ETBEI | IER.ERBFI));
    expect(error).toMatchObject({ kind: "Trigger", message: "Failed to trigger interrupt: no luck" });
    expect(device.state().interruptIdentification).toBe(0x06);
    expect([...device.journal.entries()].map(({ entry }) => entry.type)).toEqual([
      "receive",
      "write",
      "failed",
    ]);
  });

  test("the edges of a trigger that failed are edges all the same", () => {
    const device = failing("trigger");
    const causes: string[] = [];
    device.interrupt$.subscribe(({ cause }) => causes.push(cause));
    device.enqueueRawBytes([1]);
    thrownBy(() => device.write(IER_, IER.ETBEI | IER.ERBFI));
    expect(causes).toEqual(["THRE", "RDA"]);
  });

  test("a callback that throws about a lost byte leaves the loss noted", () => {
    const throwing = () => {
      throw new Error("no luck");
    };
    const device = new Serial({ out: { write: throwing }, events: { txLostByte: throwing } });
    expect(thrownBy(() => device.write(THR, 0x41))).toMatchObject({ message: "no luck" });
    expect([...device.journal.entries()].map(({ entry }) => entry)).toMatchObject([
      { type: "write" },
      { type: "failed", what: "out", index: 0 },
    ]);
  });

  test("bytes queued before the trigger failed stay queued", () => {
    const device = failing("trigger");
    device.write(IER_, IER.ERBFI);
    expect(thrownBy(() => device.enqueueRawBytes([1, 2]))).toMatchObject({ kind: "Trigger" });
    expect(device.fifoCapacity()).toBe(62);
  });

  test("a full FIFO refuses, an empty offer does not", () => {
    expect(serial.enqueueRawBytes(new Uint8Array(100))).toBe(64);
    expect(serial.fifoCapacity()).toBe(0);
    expect(thrownBy(() => serial.enqueueRawBytes([1]))).toMatchObject({
      kind: "FullFifo",
      message: "No space left in FIFO",
    });
    expect(serial.enqueueRawBytes([])).toBe(0);
  });

  test("a callback that throws does not keep the rest from happening", () => {
    const device = failing("outByte");
    device.write(IER_, IER.ETBEI);
    device.read(IIR_);
    callLog = [];
    expect(() => device.write(THR, 0x41)).toThrow("no luck");
    expect(callLog).toEqual(["write 65", "flush", "trigger"]);
  });
});

describe("what is no input", () => {
  test.each([
    [() => serial.read(256), RangeError, "offset: expected a whole number from 0 to 255, got 256"],
    [() => serial.read(-1), RangeError, "offset"],
    [() => serial.read(0.5), RangeError, "offset"],
    [() => serial.peek(Number.NaN), RangeError, "offset"],
    [() => serial.write(0, 256), RangeError, "value: expected a whole number from 0 to 255, got 256"],
    [() => serial.write(0, invalid("A")), TypeError, "value"],
    [() => serial.advance(-1), RangeError, "ticks"],
    [() => serial.enqueueRawBytes([1, 300]), RangeError, "bytes[1]"],
    [() => serial.enqueueRawBytes(invalid("text")), TypeError, "bytes"],
    [() => serial.apply({ type: "hold" }), TypeError, "receive"],
    [() => serial.apply({ type: "restore", state: {} }), TypeError, "baudDivisorLow"],
    [() => serial.apply(invalid(null)), TypeError, "input: expected one of read"],
    [() => serial.enqueueRawBytes(invalid(5n)), TypeError, "bytes"],
    [() => serial.read(invalid(5n)), TypeError, "offset"],
    [() => serial.write(0, invalid(5n)), TypeError, "value"],
    [() => serial.read(invalid(Symbol("x"))), TypeError, "offset"],
    [() => serial.enqueueRawBytes([invalid(5n)]), RangeError, "bytes[0]"],
    [() => serial.explain("FCR"), RangeError, "IIR"],
    [() => new Serial({ revision: invalid("0.9") }), RangeError, "0.8.1, 0.8.2"],
  ] as const)("case %#: it is named, and nothing changes", (operation, errorClass, expectedMessage) => {
    const stateBefore = serial.state();
    expect(operation).toThrow(errorClass);
    expect(operation).toThrow(expectedMessage);
    expect(serial.state()).toEqual(stateBefore);
    expect(serial.journal.length).toBe(0);
    expect(callLog).toEqual([]);
  });
});

describe("looking without touching", () => {
  test("peek gives what read would give, and changes nothing", () => {
    serial.enqueueRawBytes([9]);
    serial.write(IER_, IER.ETBEI);
    const stateBefore = serial.state();
    callLog = [];
    const peeked = Array.from({ length: 256 }, (_, offset) => serial.peek(offset));
    expect(serial.state()).toEqual(stateBefore);
    expect(callLog).toEqual([]);
    const read = Array.from({ length: 256 }, (_, offset) => Serial.fromState(stateBefore).read(offset));
    expect(peeked).toEqual(read);
  });

  test("explain finds what last changed a register", () => {
    serial.write(LCR_, 0x93);
    serial.write(THR, 12);
    serial.read(LSR_);
    const explanation = serial.explain("LCR");
    expect(explanation).toMatchObject({ value: 0x93, bits: "WLS=3|EPS|DLAB", since: { index: 0 } });
    expect(explanation.text).toBe(
      "LCR is 0x93 WLS=3|EPS|DLAB since #0, tick 0: LCR <- 0x93 WLS=3|EPS|DLAB. DLAB is set: the latch opens (S12, S14)",
    );
    expect(serial.explain("DLL").text).toBe("DLL is 0x0C, as at #0");
  });

  test("explain finds the last interrupt and its cause", () => {
    expect(serial.explain("interrupt").text).toBe("No interrupt since #0; IIR is 0x01 NONE");
    serial.write(IER_, IER.ERBFI);
    serial.advance(5);
    serial.enqueueRawBytes([1]);
    serial.read(IIR_);
    const explanation = serial.explain("interrupt");
    expect(explanation).toMatchObject({
      cause: "RDA",
      since: { index: 2, tick: 5, input: { type: "receive" } },
    });
    expect(explanation.rules[0]).toMatch(/^S16: /);
    expect(explanation.text).toContain(
      "The last interrupt was RDA at #2, tick 5: 1 character arrives; IIR is 0x01 NONE now",
    );
  });
});

describe("streams", () => {
  test("output$ and interrupt$ carry bytes, and edges with their cause and place", () => {
    const bytes: number[] = [];
    const edges: InterruptEdge[] = [];
    serial.output$.subscribe((byte) => bytes.push(byte));
    serial.interrupt$.subscribe((edge) => edges.push(edge));
    serial.advance(3);
    serial.write(IER_, IER.ETBEI | IER.ERBFI);
    serial.enqueueRawBytes([1]);
    serial.write(THR, 0x41);
    expect(bytes).toEqual([0x41]);
    expect(edges).toEqual([
      { index: 1, tick: 3, cause: "THRE" },
      { index: 2, tick: 3, cause: "RDA" },
    ]);
  });

  test("transition$ names what the chart did", () => {
    const transitions: Transition[] = [];
    serial.transition$.subscribe((transition) => transitions.push(transition));
    serial.write(MCR_, MCR.LOOP);
    expect(transitions).toMatchObject([
      {
        index: 0,
        input: { type: "write", offset: 4, value: MCR.LOOP },
        taken: [
          { id: "loopback.off write.MCR [writeSetsLOOP]", target: "loopback.on", rules: ["S12", "S24"] },
        ],
        value: { loopback: "on" },
      },
    ]);
  });

  test("close completes them, and the device works on", () => {
    let completed = 0;
    const streams: Observable<unknown>[] = [serial.output$, serial.interrupt$, serial.transition$];
    for (const stream of streams) {
      stream.subscribe({ complete: () => completed++ });
    }
    serial.close();
    expect(completed).toBe(3);
    expect(serial.read(LSR_)).toBe(LSR.THRE | LSR.TEMT);
  });
});
