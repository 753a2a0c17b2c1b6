import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { invalid } from "../../invalid.test-helper.js";
import type { Bus } from "../driver.js";
import { playDriver } from "../play.js";
import { happeningsInWords } from "../scenario-text.js";
import { DriverSession } from "../session.js";
import { ByteWriter } from "./byte-reader.js";
import { KIND, SECTION, writeSections } from "./sections.js";
import { wasmDriver } from "./wasm-driver.js";

const moduleBytes = readFileSync(new URL("fixtures/counting.wasm", import.meta.url));
const counting = wasmDriver(moduleBytes);
const onUart = { device: "uart16550", claims: ["no-throw", "sent-in-order", "received-in-order"] } as const;
const send = (count: number) => [{ type: "send", count, after: 0 } as const];

describe("wasmDriver", () => {
  it("restores the module's memory and globals for each run, after a trap too", () => {
    for (let run = 0; run < 5; run++) {
      expect(playDriver(counting, onUart, send(3)).violation).toBeUndefined();
      expect(playDriver(counting, onUart, send(4)).violation?.detail).toBe(
        "driver_send throws Trap: unreachable, in count_call < driver_send".replace(
          "driver_send throws",
          "send throws",
        ),
      );
    }
  });

  it("keeps runs apart that take turns", () => {
    const sessions = Array.from({ length: 3 }, () => new DriverSession(counting, onUart));
    for (let round = 0; round < 3; round++)
      for (const session of sessions) session.act({ type: "send", count: 1, after: 0 });
    for (const session of sessions.slice(1)) session.close();
    expect(() => sessions[0]?.act({ type: "send", count: 1, after: 0 })).toThrow("in count_call");
  });

  it("has only the entry points that the module exports", () => {
    const driver = counting({} as Bus);
    expect(
      ["probe", "init", "interrupt", "send", "print", "timer", "receive"].filter((name) => name in driver),
    ).toEqual(["init", "send", "receive"]);
  });

  it("reports log lines, lines printed by WASI, and the functions that accessed the bus", () => {
    const { happenings } = playDriver(counting, onUart, send(4), { recordHappenings: true });
    expect(happenings.find(({ text }) => text === 'logs "set up"')?.function).toBe("driver_init");
    const scenario = happeningsInWords(happenings);
    expect(scenario).toContain('logs "sends"');
    expect(scenario).toContain('logs "a byte"');
    expect(scenario).toMatch(/THR <- 0x41 .*count_call < driver_send$/m);
    expect(scenario).toMatch(/LSR -> 0x60 THRE\|TEMT +driver_send$/m);
  });

  it("receives what a module returns, and nothing for -1", () => {
    const { happenings, violation } = playDriver(
      counting,
      onUart,
      [0, 50].map((after) => ({ type: "arrive", count: 1, after })),
      {
        recordHappenings: true,
      },
    );
    expect(violation).toBeUndefined();
    expect(happenings.filter(({ text }) => text.startsWith("receives")).map(({ text }) => text)).toEqual([
      "receives 'a'",
      "receives 'b'",
    ]);
  });

  it("says what a module should be in one line", () => {
    expect(() => wasmDriver(new TextEncoder().encode("int main"))).toThrow(/^module: expected WebAssembly/);
    expect(() => wasmDriver(moduleBytes.subarray(0, 100))).toThrow(/^module: /);
    expect(() => wasmDriver(invalid("driver.wasm"))).toThrow('module: expected its bytes, got "driver.wasm"');
    expect(() => wasmDriver(assemble({ exported: "start" }))).toThrow(
      /^exports: expected one or more .* got start$/,
    );
    expect(() => wasmDriver(assemble({ exported: "interrupt", parameters: 1 }))).toThrow(
      "interrupt: expected a function without parameters, got one of 1",
    );
    expect(() => wasmDriver(assemble({ exported: "send" }))).toThrow(
      "send: expected a function of one parameter, the byte, got one of 0",
    );
    expect(() => wasmDriver(assemble({ exported: "intterupt" }))).toThrow(
      /^exports: no entry point intterupt: did you mean interrupt\?$/,
    );
    expect(() => wasmDriver(assemble({ exported: "driver_init" }))).toThrow("did you mean init?");
    for (const [from, name, meant] of [
      ["uart", "raed8", "uart.read8"],
      ["env", "uart_write8", "uart.write8"],
      ["wasi_snapshot_preview1", "fd_wirte", "wasi_snapshot_preview1.fd_write"],
    ] as const)
      expect(() => wasmDriver(assemble({ exported: "init", imported: [from, name] }))).toThrow(
        `imports: no function ${from}.${name}: did you mean ${meant}?`,
      );
    expect(() => wasmDriver(assemble({ exported: "init", imported: ["env", "printk"] }))).toThrow(
      /^imports: expected functions of uart .* got env\.printk: define it in the driver$/,
    );
  });
});

const FUNCTION_TYPE = 0x60;
const I32 = 0x7f;
const END = 0x0b;

/** Options of a module of one function, without result, that ends with these instructions. */
interface Assembly {
  readonly exported: string;
  readonly parameters?: number;
  readonly imported?: readonly [module: string, name: string];
  /** The code of the function. */
  readonly code?: readonly number[];
  /** True for a table of functions with one place. */
  readonly hasTable?: boolean;
}

/** Assembles a module with a memory and a mutable global, whose index is 0. */
function assemble({ exported, parameters = 0, imported, code = [], hasTable = false }: Assembly): Uint8Array {
  const section = (id: number, write: (content: ByteWriter) => ByteWriter) => ({
    id,
    content: write(new ByteWriter()).toBytes(),
  });
  const body = new ByteWriter().u32(0).raw(code).byte(END).toBytes();
  return writeSections([
    section(SECTION.type, (content) =>
      content.u32(1).byte(FUNCTION_TYPE).u32(parameters).raw(Array(parameters).fill(I32)).u32(0),
    ),
    ...(imported
      ? [
          section(SECTION.import, (content) =>
            content.u32(1).name(imported[0]).name(imported[1]).byte(KIND.function).u32(0),
          ),
        ]
      : []),
    section(SECTION.function, (content) => content.u32(1).u32(0)),
    ...(hasTable ? [section(SECTION.table, (content) => content.u32(1).byte(0x70).byte(0).u32(1))] : []),
    section(SECTION.memory, (content) => content.u32(1).byte(0).u32(1)),
    section(SECTION.global, (content) => content.u32(1).byte(I32).byte(1).byte(0x41).s32(0).byte(END)),
    section(SECTION.export, (content) =>
      content
        .u32(1)
        .name(exported)
        .byte(KIND.function)
        .u32(imported ? 1 : 0),
    ),
    section(SECTION.code, (content) => content.u32(1).vector(body)),
  ]);
}

test("a table that changes is fresh in each run", () => {
  // if (table[0] == null) table[0] = init; else unreachable
  const code = [0x41, 0, 0x25, 0, 0xd1, 0x04, 0x40, 0x41, 0, 0xd2, 0, 0x26, 0, 0x05, 0x00, 0x0b];
  const driver = wasmDriver(assemble({ exported: "init", code, hasTable: true }));
  for (let run = 0; run < 3; run++) expect(playDriver(driver, onUart, []).violation).toBeUndefined();
});

test("a global that nobody exports is restored", () => {
  // if (global == 0) global = 1; else unreachable
  const code = [0x23, 0, 0x45, 0x04, 0x40, 0x41, 1, 0x24, 0, 0x05, 0x00, 0x0b];
  const driver = wasmDriver(assemble({ exported: "init", code }));
  for (let run = 0; run < 3; run++) expect(playDriver(driver, onUart, []).violation).toBeUndefined();
});

test.each([
  ["hangs in a loop without an access", [0x03, 0x40, 0x0c, 0, 0x0b], "no-hang"],
  // for (i = 0; i != 100000; i++)
  [
    "passes after a long one",
    [0x03, 0x40, 0x23, 0, 0x41, 1, 0x6a, 0x24, 0, 0x23, 0, 0x41, 0xa0, 0x8d, 0x06, 0x47, 0x0d, 0, 0x0b],
    undefined,
  ],
] as const)("a driver %s", (_, code, claim) => {
  const driver = wasmDriver(assemble({ exported: "init", code }));
  expect(playDriver(driver, { device: "uart16550" }, []).violation?.claim).toBe(claim);
});
