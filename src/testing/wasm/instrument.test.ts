import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { playDriver } from "../play.js";
import { wasmDriver } from "./wasm-driver.js";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.wasm`, import.meta.url));
const BASE = 0x1000_0000;

it("turns loads and stores of each width and sign into accesses, and keeps the rest", () => {
  const driver = wasmDriver(fixture("mapped"), { mmio: BASE });
  const { violation, happenings } = playDriver(
    driver,
    { device: "uart16550", window: { base: BASE }, claims: ["no-throw"] },
    [],
    { recordHappenings: true },
  );
  expect(violation?.detail).toBeUndefined();
  const accesses = happenings.filter(({ by }) => by === "driver");
  expect(accesses.map(({ text }) => text).slice(0, 4)).toEqual([
    "SCR <- 0x85",
    "MSR -> 0xB0 CTS|DSR|DCD",
    "SCR -> 0x85",
    "SCR -> 0x85",
  ]);
  expect(new Set(accesses.map((happening) => happening.function))).toEqual(new Set(["driver_init"]));
});

it("is an access of memory that is not there without the option", () => {
  const { violation } = playDriver(
    wasmDriver(fixture("mapped")),
    { device: "uart16550", claims: ["no-throw"] },
    [],
  );
  expect(violation?.detail).toBe("init throws Trap: memory access out of bounds, in driver_init");
});

it("changes nothing in a module that never accesses the window", () => {
  const scenario = [
    { type: "send", count: 4, after: 0 },
    { type: "arrive", count: 1, after: 3 },
  ] as const;
  const [plain, mapped] = [{}, { mmio: BASE }].map((options) =>
    playDriver(wasmDriver(fixture("counting"), options), { device: "uart16550" }, scenario, {
      recordHappenings: true,
    }),
  );
  expect(mapped?.happenings).toEqual(plain?.happenings);
  expect(mapped?.violation?.detail).toContain("in count_call < driver_send");
});

it("makes an access beyond the registers an error of the driver", () => {
  const options = { device: "uart16550", window: { base: BASE + 8 }, claims: ["no-throw"] } as const;
  expect(playDriver(wasmDriver(fixture("mapped"), { mmio: BASE }), options, []).violation?.detail).toMatch(
    /^init throws RangeError: offset/,
  );
});

it.each([1, -4096, 2 ** 32, Number.NaN])("refuses the address %d", (mmio) => {
  expect(() => wasmDriver(fixture("mapped"), { mmio })).toThrow(
    "mmio: expected a multiple of 4096 below 0x100000000, such as 0x10000000, got",
  );
});
