import { expect, test, vi } from "vitest";

test("without fast-check the folder can be imported, and what needs it names it", async () => {
  vi.resetModules();
  vi.doMock("fast-check", () => {
    throw new Error("Cannot find package 'fast-check'");
  });
  try {
    const { linuxDriver, checkDriver, environment } = await import("./index.js");
    expect(linuxDriver).toBeTypeOf("function");
    const missing =
      "vm-superio/testing draws its scenarios with fast-check: npm install --save-dev fast-check";
    expect(() => environment({ device: "serial" })).toThrow(missing);
    expect(() => checkDriver(linuxDriver, { device: "serial" })).toThrow(missing);
  } finally {
    vi.doUnmock("fast-check");
    vi.resetModules();
  }
});
