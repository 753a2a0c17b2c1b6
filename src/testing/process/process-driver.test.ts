import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { playDriverAsync } from "../play.js";
import { processDriver } from "./process-driver.js";

const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-process-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

let programCount = 0;

/** Writes a program of Node's whose body has `say(line)` and `lines`, those of standard input. Returns its command. */
function program(body: string): string[] {
  const path = join(tempFolder, `program-${programCount++}.cjs`);
  writeFileSync(
    path,
    `const say = (line) => require("fs").writeSync(1, line + "\\n");
    const lines = require("readline").createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const next = async () => { const { value, done } = await lines.next(); if (done) process.exit(); return value; };
    (async () => { ${body} })();`,
  );
  return [process.execPath, path];
}

/** A driver that receives by interrupts: an access within which one comes is answered afterwards. */
const INTERRUPT_DRIVEN = `
  const received = [];
  const ask = async (request) => {
    say(request);
    for (;;) {
      const line = await next();
      if (line !== "interrupt") return Number(line);
      await call(line);
    }
  };
  const entryPoints = {
    async init() { await ask("write8 3 0x03"); await ask("write8 1 1"); await ask("write8 0x2 0x07"); },
    async interrupt() { say("at interrupt driver.c:30"); while ((await ask("read8 5")) & 1) received.push(await ask("read8 0")); },
    async send(byte) {
      say("log sends " + byte);
      say("at send /build/src/a driver.c:7");
      await ask("read8 7");
      say("at put src/driver.c:9");
      await ask("write8 0 " + byte);
    },
    receive: () => received.shift() ?? -1,
  };
  const call = async (line) => {
    const [name, operand] = line.split(" ");
    say("return " + ((await entryPoints[name](operand)) ?? 1));
  };
  say("vm-superio 1 " + Object.keys(entryPoints).join(" "));
  for (;;) await call(await next());`;

const onUart = {
  device: "uart16550",
  claims: ["no-throw", "no-hang", "received-in-order", "sent-in-order"],
} as const;

describe("processDriver", () => {
  it("runs a program, and interrupts come nested in its accesses", async () => {
    const driver = await processDriver(program(INTERRUPT_DRIVEN));
    const actions = [
      { type: "send", count: 1, after: 0 },
      { type: "arrive", count: 1, after: 1 },
    ] as const;
    const { violation, happenings } = await playDriverAsync(driver, onUart, actions, {
      recordHappenings: true,
    });
    expect(violation?.detail).toBeUndefined();
    const texts = happenings
      .filter(({ start }) => !start)
      .map(({ text, handler }) => (handler ? `  ${text}` : text));
    expect(texts).toEqual([
      "send 'A'",
      'logs "sends 65"',
      "SCR -> 0x00",
      "'a' arrives",
      "takes the interrupt",
      "  LSR -> 0x61 DR|THRE|TEMT",
      "  RBR -> 0x61",
      "  LSR -> 0x60 THRE|TEMT",
      "goes on",
      "THR <- 0x41",
      "receives 'a'",
    ]);
    const locationOf = (text: string) => {
      const { function: functionName, source } = happenings.findLast((it) => it.text.startsWith(text)) ?? {};
      return [functionName, source];
    };
    expect(locationOf("SCR")).toEqual(["send", "a driver.c:7"]);
    expect(locationOf("RBR")).toEqual(["interrupt", "driver.c:30"]);
    // An interrupt came between what the program said of the access and the access.
    expect(locationOf("THR")).toEqual(["put", "src/driver.c:9"]);
  });

  it.each([
    [
      `say("vm-superio 1 init"); await next(); console.error("boom"); process.exit(3);`,
      "no-throw",
      "init throws Program: the program ends with status 3: boom",
    ],
    [
      `say("vm-superio 1 init"); await next(); say("at 21"); await next();`,
      "no-throw",
      'init throws Program: the program wrote "at 21": expected at FUNCTION FILE:LINE',
    ],
    [
      `say("vm-superio 1 init"); await next(); process.kill(process.pid, "SIGSEGV");`,
      "no-throw",
      "init throws Program: the program ends by SIGSEGV",
    ],
    [
      `say("vm-superio 1 init"); await next(); say("read8 x"); await next();`,
      "no-throw",
      'the program wrote "x" where a number was expected',
    ],
    [
      `say("vm-superio 1 init"); await next(); say("peek 5"); await next();`,
      "no-throw",
      'the program wrote "peek 5": expected return, read8 OFFSET',
    ],
    [`say("vm-superio 1 init"); await next(); await next();`, "no-hang", "init writes nothing for 500 ms"],
  ] as const)("%s breaks %s", async (body, claim, detail) => {
    // Only a hang is waited for: a busy machine starts programs late.
    const driver = await processDriver(program(body), claim === "no-hang" ? { timeout: 500 } : {});
    const { violation } = await playDriverAsync(driver, onUart, []);
    expect(violation?.claim).toBe(claim);
    expect(violation?.detail).toContain(detail);
  });

  it("says what a program should do in one line", async () => {
    await expect(processDriver([join(tempFolder, "none")])).rejects.toThrow(
      /none: the program cannot be started: there is no such file$/,
    );
    await expect(processDriver(program(`say("hello"); await next();`))).rejects.toThrow(
      /expected the line "vm-superio 1" with one or more of probe, init, .*, got "hello"$/,
    );
    await expect(processDriver(program(`say("vm-superio 1 start"); await next();`))).rejects.toThrow(
      'got "vm-superio 1 start"',
    );
    await expect(processDriver(program(`say("vm-superio 1 init recieve"); await next();`))).rejects.toThrow(
      /: no entry point recieve: did you mean receive\?$/,
    );
    await expect(processDriver([])).rejects.toThrow("argv: expected the program and its arguments");
    await expect(processDriver(["true"], { timeout: 0 })).rejects.toThrow("timeout: expected a whole number");
  });
});
