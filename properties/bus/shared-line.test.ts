/** A shared interrupt line is the or of its sources at every step, and a controller of one line cannot tell it from a line of its own. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ChartInterruptController,
  type InterruptControllerMode,
  SharedInterruptLine,
} from "../../src/bus/index.js";
import { Serial, Uart16550 } from "../../src/device/index.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

type Action =
  | { readonly device: number; readonly write: readonly [number, number] }
  | { readonly device: number; readonly read: number }
  | { readonly device: number; readonly receive: number }
  | { readonly device: number; readonly restore: true };

const action = fc
  .record({
    device: fc.nat(2),
    act: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ write: fc.tuple(fc.nat(7), fc.constantFrom(0, 1, 2, 3, 0x0b, 0x83, 0xff)) }),
      },
      { weight: 4, arbitrary: fc.record({ read: fc.nat(7) }) },
      { weight: 3, arbitrary: fc.record({ receive: fc.nat(255) }) },
      { weight: 1, arbitrary: fc.constant({ restore: true as const }) },
    ),
  })
  .map(({ device, act }) => ({ device, ...act }) as Action);

/** The level that a device's registers imply, from outside: a source that IIR reports, of those that IER enables. */
function impliedLevel(device: Serial | Uart16550): 0 | 1 {
  if (device instanceof Uart16550) return device.interruptLine.level;
  const { interruptIdentification, interruptEnable } = device.state();
  // vm-superio has a bit for each: THR empty is bit 1 of both registers, received data bit 2 of IIR and bit 0 of IER.
  const thrEmpty = (interruptIdentification & 0x02) !== 0 && (interruptEnable & 0x02) !== 0;
  const receivedData = (interruptIdentification & 0x04) !== 0 && (interruptEnable & 0x01) !== 0;
  return thrEmpty || receivedData ? 1 : 0;
}

test("the shared line is the or of its sources at every step", () => {
  const guard = new VacuityGuard("low", "high", "two high", "one falls while another is high", "a restore");
  fc.assert(
    fc.property(fc.array(action, { minLength: 10, maxLength: 80, size: "max" }), (actions) => {
      let heard: 0 | 1 = 0;
      const line = new SharedInterruptLine((level) => {
        expect(level).not.toBe(heard);
        heard = level;
      });
      const devices = [
        new Serial({ interrupt: line.connect().drive }),
        new Serial({ revision: "0.8.1", interrupt: line.connect().drive }),
        new Uart16550({ preset: "qemu", interrupt: line.connect().drive }),
      ] as const;
      let before: (0 | 1)[] = [0, 0, 0];
      for (const step of actions) {
        const device = devices[step.device] as Serial | Uart16550;
        if ("write" in step) device.write(...step.write);
        else if ("read" in step) device.read(step.read);
        else if ("receive" in step) {
          if (device.fifoCapacity() > 0) device.enqueueRawBytes([step.receive]);
        } else {
          guard.count("a restore");
          device.apply({ type: "restore", state: device.save().state });
        }
        const levels = devices.map(impliedLevel);
        const or = levels.includes(1) ? 1 : 0;
        expect([line.level, heard, line.activeSources.length]).toEqual([
          or,
          or,
          levels.filter(Boolean).length,
        ]);
        guard.count(or === 1 ? "high" : "low");
        guard.count("two high", levels.filter(Boolean).length > 1);
        guard.count(
          "one falls while another is high",
          or === 1 && levels.some((level, index) => level < (before[index] as number)),
        );
        before = levels;
      }
    }),
    runOptions(40),
  );
  guard.expectEach();
});

test("the level of a Serial is high exactly while a restored copy would trigger (S39)", () => {
  const guard = new VacuityGuard("high", "low");
  fc.assert(
    fc.property(
      fc.constantFrom("0.8.1", "0.8.2"),
      fc.array(action, { maxLength: 20 }),
      (revision, actions) => {
        const serial = new Serial({ revision });
        for (const step of actions)
          if ("write" in step) serial.write(...step.write);
          else if ("read" in step) serial.read(step.read);
          else if ("receive" in step && serial.fifoCapacity() > 0) serial.enqueueRawBytes([step.receive]);
        let triggers = 0;
        Serial.fromState(serial.state(), { revision, trigger: () => triggers++ });
        expect(serial.interruptLine.level).toBe(triggers > 0 ? 1 : 0);
        guard.count(triggers > 0 ? "high" : "low");
      },
    ),
    runOptions(60),
  );
  guard.expectEach();
});

/** A controller of one line in a few lines, from the words of the 8259's and the PLIC's manuals. */
class ControllerModel {
  line = false;
  latch = false;
  flag = true;
  serving = false;
  readonly mode: InterruptControllerMode;

  constructor(mode: InterruptControllerMode) {
    this.mode = mode;
  }

  get requests(): boolean {
    const pending = this.mode === "level" ? this.line : this.latch;
    return pending && this.flag && !this.serving;
  }

  setLevel(level: 0 | 1): void {
    if (level === 1 && !this.line && (this.mode === "edge" || !this.serving)) this.latch = true;
    this.line = level === 1;
  }

  pulse(): void {
    if (!this.line && (this.mode === "edge" || !this.serving)) this.latch = true;
  }

  acknowledge(): void {
    if (!this.requests) return;
    this.latch = false;
    this.serving = true;
  }

  end(): void {
    if (this.serving && this.mode === "plic" && this.line) this.latch = true;
    this.serving = false;
  }
}

test.each(["edge", "level", "plic"] as const)("%s: the chart does what the manual says", (mode) => {
  const guard = new VacuityGuard("requests", "serving");
  const call = fc.constantFrom("high", "low", "pulse", "acknowledge", "end", "cli", "sti");
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const model = new ControllerModel(mode);
      let controller = new ChartInterruptController(mode);
      for (const name of calls) {
        if (name === "high" || name === "low")
          for (const subject of [model, controller]) subject.setLevel(name === "high" ? 1 : 0);
        else if (name === "cli" || name === "sti") {
          model.flag = name === "sti";
          controller.setInterruptsEnabled(model.flag);
        } else for (const subject of [model, controller]) subject[name]();
        expect(controller.isRequesting).toBe(model.requests);
        const restored = new ChartInterruptController(mode);
        restored.restore(JSON.parse(JSON.stringify(controller.save())));
        expect([restored.isRequesting, restored.lineLevel]).toEqual([
          controller.isRequesting,
          controller.lineLevel,
        ]);
        controller = restored;
        guard.count("requests", model.requests);
        guard.count("serving", model.serving);
      }
    }),
    runOptions(60),
  );
  guard.expectEach();
});
