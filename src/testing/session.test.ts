import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Uart16550 } from "../device/index.js";
import {
  actionCommand,
  checkDriver,
  DriverSession,
  linuxDriver,
  type PlayOptions,
  playDriver,
} from "./index.js";

const OLD = { device: "serial", revision: "0.8.1" } as const;

describe("a session", () => {
  it("performs one action after the other, planned ones in the middle of the next call", () => {
    const session = new DriverSession(linuxDriver, OLD);
    session.act({ type: "arrive", count: 1, after: 2 });
    expect(session.device.peek(5) & 1).toBe(0);
    // It comes while IER is masked.
    session.act({ type: "print", count: 1, after: 0 });
    expect(session.device.peek(5) & 1).toBe(1);
    expect(() => session.close()).toThrow("received-not-stuck");
  });

  /** Runs commands of fast-check, each time on a fresh session. */
  const modelled = (options: PlayOptions) =>
    fc.check(
      fc.property(fc.commands([actionCommand(options)], { maxCommands: 12, size: "max" }), (commands) => {
        let session: DriverSession | undefined;
        fc.modelRun(() => {
          session = new DriverSession(linuxDriver, options);
          return { model: { actions: 0 }, real: session };
        }, commands);
        session?.close();
      }),
      { seed: 4, numRuns: 100 },
    );

  it("runs commands of fast-check, which find the loss of 0.8.1 and none in 0.8.2", () => {
    const { failed, errorInstance } = modelled(OLD);
    expect(failed).toBe(true);
    expect(errorInstance).toMatchObject({ name: "Violation", claim: "received-not-stuck" });
    expect(modelled({ device: "serial" }).failed).toBe(false);
  });
});

describe("a failure", () => {
  it("writes the journal to a file that it names", () => {
    const folder = mkdtempSync(join(tmpdir(), "vm-superio-"));
    const journalFile = join(folder, "failure.jsonl");
    const { failure } = checkDriver(linuxDriver, { ...OLD, seed: 1, coverageRuns: 0, journalFile });
    expect(failure?.text).toMatch(new RegExp(`^The device's journal: ${journalFile}$`, "m"));
    expect(readFileSync(journalFile, "utf8")).toBe(failure?.journal);
    rmSync(folder, { recursive: true });
  });
});

describe("Linux's probe, at the end", () => {
  const options = { device: "uart16550", preset: { inputClock: 1_000_000 } } as const;

  it("still finds the part", () => {
    expect(playDriver(linuxDriver, options, []).violation).toBeUndefined();
  });

  it("reports a part that it no longer finds", () => {
    const read = Uart16550.prototype.read;
    const broken = vi.spyOn(Uart16550.prototype, "read").mockImplementation(function (
      this: Uart16550,
      offset,
    ) {
      const value = read.call(this, offset);
      return offset === 6 && (this.peek(4) & 0x10) !== 0 ? value | 0x20 : value;
    });
    const { violation } = playDriver(linuxDriver, options, []);
    broken.mockRestore();
    expect([violation?.claim, violation?.detail]).toEqual([
      "still-detected",
      "it takes the part for unknown, and took it for 16550A before",
    ]);
  });
});
