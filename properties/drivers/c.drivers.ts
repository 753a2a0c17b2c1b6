/** Builds the drivers in C with clang, and tests them: npm run test:drivers. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { main } from "../../src/cli/internal.js";
import { createTestIo } from "../../src/cli/io.test-helper.js";
import {
  checkDriver,
  exploreDriver,
  playDriver,
  playDriverAsync,
  wasmDriver,
} from "../../src/testing/index.js";
import { processDriver } from "../../src/testing/process/index.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const tempFolder = mkdtempSync(join(tmpdir(), "vm-superio-drivers-"));
afterAll(() => rmSync(tempFolder, { recursive: true }));

const FIXTURES = join(ROOT, "src/testing/wasm/fixtures");
const EXAMPLES = join(ROOT, "examples/c");
const namesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".c"));

/** Compiles a driver in C for wasm32, as its first lines say. Returns the path of the module. */
function compile(source: string, ...flags: string[]): string {
  const modulePath = join(tempFolder, "driver.wasm");
  execFileSync("clang-14", [
    ...["--target=wasm32", "-O1", "-Wall", "-Wextra", "-Werror", "-nostdlib", "-Wl,--no-entry"],
    ...["-I", join(ROOT, "include"), ...flags, "-o", modulePath, source],
  ]);
  return modulePath;
}

/** Debugging information without the paths of this machine. */
const WITHOUT_PATHS = [
  `-fdebug-prefix-map=${FIXTURES}=.`,
  `-fdebug-prefix-map=${ROOT}=`,
  "-fdebug-compilation-dir=.",
];
const FIXTURE_FLAGS: Readonly<Record<string, readonly string[]>> = {
  "inlined.c": ["-O2", "-g", ...WITHOUT_PATHS],
};

test.each(namesIn(FIXTURES))("the module beside %s is its build", (name) => {
  const source = join(FIXTURES, name);
  const built = readFileSync(compile(source, ...(FIXTURE_FLAGS[name] ?? [])));
  expect(Buffer.compare(built, readFileSync(source.replace(/\.c$/, ".wasm")))).toBe(0);
});

test.each(namesIn(EXAMPLES))("%s passes on every part, with edges and with levels", (name) => {
  const makeDriver = wasmDriver(readFileSync(compile(join(EXAMPLES, name), "-g")));
  for (const preset of Object.keys(UART16550_PRESETS) as Uart16550Preset[])
    for (const pic of ["edge", "level"] as const)
      for (let seed = 1; seed <= 20; seed++) {
        const options = { device: "uart16550", preset, pic, seed, numRuns: 25, coverageRuns: 0 } as const;
        expect(checkDriver(makeDriver, options).failure?.text).toBeUndefined();
      }
  expect(checkDriver(makeDriver, { device: "serial", seed: 1 }).failure?.text).toBeUndefined();
});

test.each(["-O0", "-O1", "-O2", "-O3", "-Os", "-O2 -gdwarf-5", "-O0 -gdwarf-5"])(
  "each access of a driver that was built with %s is said to be on a line that accesses a register",
  (flags) => {
    const source = join(EXAMPLES, "interrupt-driven.c");
    const lines = readFileSync(source, "utf8").split("\n");
    const scenario = [
      { type: "send", count: 3, after: 0 },
      { type: "arrive", count: 3, after: 4 },
      { type: "print", count: 2, after: 20 },
    ] as const;
    const { happenings } = playDriver(
      wasmDriver(readFileSync(compile(source, "-g", ...flags.split(" ")))),
      { device: "uart16550" },
      scenario,
      { recordHappenings: true },
    );
    const accesses = happenings.filter(({ by, text }) => by === "driver" && /^\w+ (<-|->)/.test(text));
    expect(accesses.length).toBeGreaterThan(40);
    for (const { text, source: position } of accesses) {
      const [, line] = /^[\w/]*interrupt-driven\.c:(\d+)/.exec(position ?? "") ?? [];
      expect(lines[Number(line) - 1]).toContain(text.includes("->") ? "uart_read8(" : "uart_write8(");
    }
  },
);

/** Changes of the examples, each a bug, with the claims that may find it. */
const BUGS: readonly [name: string, from: string, to: string, claims: readonly string[]][] = [
  [
    "interrupt-driven.c",
    "  uart_write8(THR, byte);\n  uart_write8(IER, ier);",
    "  uart_write8(THR, byte);",
    ["received-not-stuck", "sent-not-stuck"],
  ],
  ["interrupt-driven.c", "bool has_room = tx_count() < TX_SIZE;", "bool has_room = true;", ["sent-in-order"]],
  ["interrupt-driven.c", "rx.head++ % RX_SIZE", "rx.head++ % 16", ["received-in-order"]],
  ["interrupt-driven.c", "i < tx_load &&", "i < 17 &&", ["thr-room"]],
  ["interrupt-driven.c", "while (!(uart_read8(LSR) & LSR_THRE)) {\n  }", "", ["thr-room"]],
  [
    "interrupt-driven.c",
    "lsr & (LSR_DR | LSR_BI)",
    "lsr & (LSR_DR | LSR_THRE)",
    ["received-in-order", "handler-ends", "no-hang"],
  ],
  [
    "polled-fallback.c",
    "  uart_irq_disable(); /* the bits that are tried enable interrupts */\n",
    "",
    ["sent-not-stuck", "sent-in-order", "received-not-stuck"],
  ],
  ["polled-fallback.c", "i < fifo_size &&", "i < 17 &&", ["thr-room"]],
  ["flow-control.c", "RX_SIZE - 2 * FIFO_SIZE", "RX_SIZE", ["rts-in-time"]],
  ["flow-control.c", "RX_SIZE - 2 * FIFO_SIZE", "RX_SIZE - FIFO_SIZE", ["rts-in-time"]],
  ["flow-control.c", "  if (rx_count() <= RX_LOW) set_rts(true);\n", "", ["rts-in-time"]],
  ["flow-control.c", "is_clear_to_send && tx.head != tx.tail", "tx.head != tx.tail", ["cts-respected"]],
  ["flow-control.c", " | IER_EDSSI", "", ["sent-not-stuck"]],
  ["console.c", "    unlock();\n    uart_yield();\n    lock();", "    uart_yield();", ["no-hang"]],
  ["console.c", "  if (!(lsr & LSR_THRE)) return;\n", "", ["thr-room"]],
];

test.each(BUGS)("%s with %j in place of %j is found out", (name, from, to, claims) => {
  const text = readFileSync(join(EXAMPLES, name), "utf8");
  expect(text).toContain(from);
  const source = join(tempFolder, "bug.c");
  writeFileSync(source, text.replace(from, to));
  const makeDriver = wasmDriver(readFileSync(compile(source)));
  const { failure } = checkDriver(makeDriver, { device: "uart16550", seed: 1, coverageRuns: 0 });
  expect(claims).toContain(failure?.claim);
});

describe("each state of the driver with rings and free-running indexes", () => {
  const EXPLORED = ["-Wl,--stack-first,-z,stack-size=8192", "-DRING_SIZE=4"];
  const source = readFileSync(join(EXAMPLES, "interrupt-driven.c"), "utf8");
  const build = (text: string, ...flags: string[]) => {
    writeFileSync(join(tempFolder, "explored.c"), text);
    return wasmDriver(readFileSync(compile(join(tempFolder, "explored.c"), ...EXPLORED, ...flags)));
  };
  const on16450 = { device: "uart16550", preset: "ns16450", accessTicks: 80, preemptions: 2 } as const;

  test.each(["-O1", "-O0"])("is visited: no schedule breaks a claim (%s)", (level) => {
    const { verdict, states } = exploreDriver(build(source, level), { device: "serial" });
    // Places and symbols of both rings, which begin empty, and the symbol that is printed next.
    expect([verdict, states]).toEqual(["exhausted", 16 * 16 * 3]);
  });

  test("is visited up to five deeds on a part without a FIFO", () => {
    const { verdict, depth } = exploreDriver(build(source), { ...on16450, depth: 5, maxRuns: 1_000_000 });
    expect([verdict, depth]).toEqual(["bounded", 5]);
  });

  test("leads to a lost wake-up, if the handler looks once", () => {
    const bug = source.replace("while (!(uart_read8(IIR) & IIR_NONE))", "if (!(uart_read8(IIR) & IIR_NONE))");
    expect(bug).not.toBe(source);
    const { failure } = exploreDriver(build(bug), on16450);
    expect(failure?.claim).toBe("received-not-stuck");
    expect(failure?.actions.map(({ type }) => type)).toEqual(["send", "arrive", "arrive"]);
  });

  test("is not the same again, while statistics and indexes are not named", () => {
    const unnamed = source.replace(/ {2}vm_superio_(forget|counter).*\n/g, "");
    expect(unnamed).not.toBe(source);
    const { verdict } = exploreDriver(build(unnamed), { device: "serial", preemptions: 0, maxRuns: 10_000 });
    expect(verdict).toBe("bounded");
  });
});

test("a count that the handler and a process change is found out, between its load and its store", () => {
  const source = join(tempFolder, "race.c");
  const code = readFileSync(join(EXAMPLES, "interrupt-driven.c"), "utf8");
  // The number of received bytes, in place of the difference of two indexes.
  const counted = code
    .replace(
      "static uint32_t rx_count(void) { return rx.head - rx.tail; }",
      "static volatile uint32_t filled;\nstatic uint32_t rx_count(void) { return filled; }",
    )
    .replace("rx_ring[rx.head++ % RX_SIZE] = byte;", "rx_ring[rx.head++ % RX_SIZE] = byte, filled++;")
    .replace("byte = rx_ring[rx.tail++ % RX_SIZE];", "byte = rx_ring[rx.tail++ % RX_SIZE], filled--;");
  const unlocked = counted.replace(/int driver_receive\(void\) \{[\s\S]*?\n\}/, (body) =>
    body.replace(/ {2}uart_irq_(dis|en)able\(\);\n/g, ""),
  );
  const options = { device: "uart16550", preset: "ns16450", seed: 1, coverageRuns: 0 } as const;
  const check = (text: string, interruptMemory: boolean) => {
    writeFileSync(source, text);
    return checkDriver(wasmDriver(readFileSync(compile(source)), { interruptMemory }), options).failure
      ?.claim;
  };
  expect(check(counted, true)).toBeUndefined();
  expect(check(unlocked, false)).toBeUndefined();
  expect(check(unlocked, true)).toBe("received-in-order");
});

test("the driver of docs/testing-drivers.md is found out as the page shows", async () => {
  const page = readFileSync(join(ROOT, "docs/testing-drivers.md"), "utf8");
  const [, code = ""] = /```c\n(.*?)```/s.exec(page) ?? [];
  expect(readFileSync(join(ROOT, "examples/new/c/driver.c"), "utf8")).toContain(code);
  writeFileSync(join(tempFolder, "driver.c"), code);
  const modulePath = compile(join(tempFolder, "driver.c"), "-g");
  const io = createTestIo();
  expect(await main(["test", modulePath, "--seed", "1", "--failures", "none"], io)).toBe(1);
  expect(page).toContain(`\n${io.stdoutText().replace(`${tempFolder}/`, "").trimEnd()}\n`);
});

test.each(namesIn(EXAMPLES))("%s runs as a program with sanitizers", async (name) => {
  const programPath = join(tempFolder, "driver");
  execFileSync("gcc", [
    ...["-g", "-fsanitize=address,undefined", "-I", join(ROOT, "include")],
    ...["-o", programPath, join(EXAMPLES, name)],
  ]);
  const io = createTestIo();
  const flags = ["--runs", "20", "--seed", "1", "--failures", "none"];
  expect(await main(["test", "--exec", programPath, ...flags], io)).toBe(0);
  expect(io.stdoutText()).toContain("passed  uart16550 pc16550d, edge interrupts: 20 runs");
});

test("what a driver does on purpose, it says as a program too", async () => {
  const programPath = join(tempFolder, "purposes");
  execFileSync("gcc", ["-I", join(ROOT, "include"), "-o", programPath, join(FIXTURES, "purposes.c")]);
  const makeDriver = await processDriver([programPath]);
  const options = { device: "uart16550" } as const;
  for (const action of [{ count: 1 }, { count: 1, first: 3 }, { count: 6 }])
    expect(
      (await playDriverAsync(makeDriver, options, [{ type: "arrive", after: 0, ...action }])).violation,
    ).toBeUndefined();
});

test("a program's failure names its functions and lines, as a module's does", async () => {
  const [programPath, source] = [join(tempFolder, "driver"), join(tempFolder, "driver.c")];
  writeFileSync(source, readFileSync(join(ROOT, "examples/new/c/driver.c")));
  const modulePath = compile(source, "-g");
  execFileSync("gcc", [
    ...["-Wall", "-Wextra", "-Werror", "-pedantic", "-std=c99", "-I", join(ROOT, "include")],
    ...["-o", programPath, source],
  ]);
  const scenario = [
    { type: "send", count: 1, after: 0 },
    { type: "arrive", count: 1, after: 1 },
  ] as const;
  const options = { device: "uart16550" } as const;
  const recorded = { recordHappenings: true };
  const [asProgram, asModule] = [
    await playDriverAsync(await processDriver([programPath]), options, scenario, recorded),
    playDriver(wasmDriver(readFileSync(modulePath)), options, scenario, recorded),
  ];
  const accesses = asModule.happenings.filter(({ text }) => /^\w+ (<-|->)/.test(text));
  expect(accesses.every((access) => access.source?.startsWith("driver.c:"))).toBe(true);
  expect(asProgram.happenings.filter(({ text }) => /^\w+ (<-|->)/.test(text))).toEqual(accesses);
});

test.each(["Python", "C"])(
  "the driver in %s that speaks the protocol itself has less than 60 lines, and passes",
  async (language) => {
    const source = join(ROOT, `examples/process/polled.${language === "C" ? "c" : "py"}`);
    expect(readFileSync(source, "utf8").split("\n").length).toBeLessThanOrEqual(60);
    const binary = join(tempFolder, "polled");
    if (language === "C") execFileSync("gcc", ["-Wall", "-Wextra", "-Werror", "-o", binary, source]);
    const program = language === "C" ? binary : `python3 "${source}"`;
    const flags = ["--runs", "10", "--seed", "1", "--failures", "none"];
    expect(await main(["test", "--exec", program, ...flags], createTestIo())).toBe(0);
  },
);

const KERNEL_FLAGS = [
  "-I",
  join(ROOT, "include/teaching-kernel"),
  join(ROOT, "include/teaching-kernel/kernel.c"),
];

test("a teaching kernel's driver runs unchanged, and its interrupt storm is found", () => {
  const text = readFileSync(join(ROOT, "examples/teaching-kernel/uart.c"), "utf8");
  const source = join(tempFolder, "uart.c");
  const options = {
    device: "uart16550",
    pic: "plic",
    window: { base: 0x1000_0000 },
    coverageRuns: 0,
  } as const;
  const check = (code: string) => {
    writeFileSync(source, code);
    const makeDriver = wasmDriver(readFileSync(compile(source, ...KERNEL_FLAGS)), { mmio: 0x1000_0000 });
    return checkDriver(makeDriver, { ...options, seed: 1 }).failure;
  };
  expect(check(text)?.text).toBeUndefined();
  const storm = text.replace("while (!(REG(IIR) & 0x01)) {", "{");
  expect(storm).not.toBe(text);
  expect(check(storm)).toMatchObject({ claim: "handler-ends", runs: 1 });
});

test("a teaching kernel's driver may have uartwrite, and another kernel's port instructions", () => {
  const text = readFileSync(join(ROOT, "examples/teaching-kernel/uart.c"), "utf8");
  const source = join(tempFolder, "uart.c");
  const wrapper =
    "void uartwrite(char *bytes, int count) { for (int i = 0; i < count; i++) put_byte(bytes[i]); }";
  const renamed = text
    .replaceAll("uartputc(", "put_byte(")
    .replace("void put_byte(", `void put_byte(int byte);\n${wrapper}\nvoid put_byte(`);
  writeFileSync(source, renamed);
  const options = { device: "uart16550", pic: "plic", seed: 1, numRuns: 50, coverageRuns: 0 } as const;
  const makeKernel = wasmDriver(readFileSync(compile(source, ...KERNEL_FLAGS)), { mmio: 0x1000_0000 });
  const sending = checkDriver(makeKernel, { ...options, window: { base: 0x1000_0000 } });
  expect(sending.failure?.text).toBeUndefined();
  for (const flags of [["-DVM_SUPERIO_PORTS"], ["-DVM_SUPERIO_PORTS", "-DVM_SUPERIO_OUTB_VALUE_FIRST"]]) {
    const out = flags.length === 1 ? "outb(p, v)" : "outb(v, p)";
    writeFileSync(
      source,
      `#include "vm-superio.h"
       static void set(uint16_t p, uint8_t v) { ${out}; }
       void driver_init(void) { set(0x3fb, 0x83); set(0x3f8, 1); set(0x3f9, 0); set(0x3fb, 3); }
       bool driver_send(uint8_t byte) {
         while (!(inb(0x3fd) & 0x20)) {}
         set(0x3f8, byte);
         return true;
       }`,
    );
    const makePorts = wasmDriver(readFileSync(compile(source, ...flags)));
    expect(checkDriver(makePorts, { ...options, window: { base: 0x3f8 } }).failure?.text).toBeUndefined();
  }
});

test.each(namesIn(EXAMPLES))("%s compiles as C99 and C++ with gcc", (name) => {
  for (const language of ["c", "c++"])
    execFileSync("gcc", [
      ...["-x", language, language === "c" ? "-std=c99" : "-std=c++17", "-Wall", "-Wextra", "-Werror"],
      ...["-fsyntax-only", "-I", join(ROOT, "include"), join(EXAMPLES, name)],
    ]);
});
