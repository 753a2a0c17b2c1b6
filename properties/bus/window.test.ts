/**
 * Windows: through every one a device does what it does without one. The oracle is a list of what stands at each address, byte by byte,
 * written from the device tree's words and not from the window's arithmetic.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { type AccessWidth, Bus, BusWindow, type WindowOptions } from "../../src/bus/index.js";
import { Serial, Uart16550 } from "../../src/device/index.js";
import { journalText } from "../../src/testing/index.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

/** What stands at an address: a register's value, another byte of a register, or nothing. */
type Byte = { readonly register: number } | "padding" | "nothing";

/** Lists what stands at each address, from 16 before the first register to 16 after the last. */
function layoutOf({
  base = 0,
  regShift = 0,
  regIoWidth = 1,
  bigEndian = false,
}: WindowOptions): ReadonlyMap<number, Byte> {
  const stride = [1, 2, 4, 8][regShift] as number;
  const layout = new Map<number, Byte>();
  for (let address = base - 16; address < base + 8 * stride + 16; address++) layout.set(address, "nothing");
  for (let register = 0; register < 8; register++) {
    const bytes: Byte[] = Array.from({ length: Math.min(regIoWidth, stride) }, () => "padding");
    bytes[bigEndian ? bytes.length - 1 : 0] = { register };
    for (const [index, byte] of bytes.entries()) layout.set(base + register * stride + index, byte);
  }
  return layout;
}

interface Access {
  readonly write: boolean;
  readonly address: number;
  readonly width: AccessWidth;
  readonly value: number;
}

/** The bytes that arrive from outside, or an access. */
type Step = Access | { readonly arrives: number };

const windowArbitrary = fc.record({
  base: fc.constantFrom(16, 0x3f8, 0x1000_0000, 0xffff_fff0, 2 ** 40),
  regShift: fc.constantFrom(0, 1, 2, 3),
  regIoWidth: fc.constantFrom<AccessWidth>(1, 2, 4),
  bigEndian: fc.boolean(),
  unmapped: fc.constantFrom("zero", "ones", "error"),
}) as fc.Arbitrary<Required<Omit<WindowOptions, "space">>>;

/** Half of the accesses are a driver's: of a whole register. */
const stepsArbitrary = windowArbitrary.chain((window) => {
  const { base, regShift, regIoWidth } = window;
  const size = 8 << regShift;
  const whole = fc.nat(7).map((register) => ({ address: base + (register << regShift), width: regIoWidth }));
  const any = fc.record({
    address: fc.integer({ min: base - 8, max: base + size + 8 }),
    width: fc.constantFrom<AccessWidth>(1, 2, 4),
  });
  const access = fc
    .tuple(fc.boolean(), fc.oneof(whole, any), fc.nat(0xffff_ffff))
    .map(([write, { address, width }, value]) => ({
      write,
      address,
      width,
      value: value % 2 ** (8 * width),
    }));
  const arrival = fc.nat(255).map((arrives) => ({ arrives }));
  return fc.tuple(
    fc.constant(window),
    fc.array(fc.oneof({ weight: 9, arbitrary: access }, { weight: 1, arbitrary: arrival }), {
      maxLength: 40,
    }),
  );
}) as fc.Arbitrary<[Required<Omit<WindowOptions, "space">>, Step[]]>;

type Device = Serial | Uart16550;
const makers: readonly ((out: (byte: number) => void) => Device)[] = [
  (write) => new Serial({ out: { write } }),
  (write) => new Serial({ out: { write }, revision: "0.8.1" }),
  ...(Object.keys(UART16550_PRESETS) as Uart16550Preset[]).map(
    (preset) => (write: (byte: number) => void) =>
      new Uart16550({ preset: { ...UART16550_PRESETS[preset], transmitterIsTimed: false }, out: { write } }),
  ),
];

/** Makes an access on a bare device, as the layout says; undefined where it is an error. */
function accessBare(
  device: Device,
  { write, address, width, value }: Access,
  window: Required<Omit<WindowOptions, "space">>,
  layout: ReadonlyMap<number, Byte>,
): number | undefined {
  const first = layout.get(address);
  const stride = 2 ** window.regShift;
  if (width === window.regIoWidth && (address - window.base) % stride === 0 && first !== "nothing") {
    // A whole register, which is one access wherever its byte stands.
    const register = (address - window.base) / stride;
    if (!write) return device.read(register);
    device.write(register, Number(BigInt(value) & 0xffn));
    return 0;
  }
  const bytes = Array.from({ length: width }, (_, index) => layout.get(address + index) as Byte);
  if (window.unmapped === "error" && bytes.includes("nothing")) return undefined;
  const buffer = new DataView(new ArrayBuffer(4));
  const littleEndian = !window.bigEndian;
  if (write) {
    if (width === 4) buffer.setUint32(0, value, littleEndian);
    else if (width === 2) buffer.setUint16(0, value, littleEndian);
    else buffer.setUint8(0, value);
    for (const [index, byte] of bytes.entries())
      if (typeof byte === "object") device.write(byte.register, buffer.getUint8(index));
    return 0;
  }
  for (const [index, byte] of bytes.entries())
    buffer.setUint8(
      index,
      typeof byte === "object"
        ? device.read(byte.register)
        : byte === "nothing" && window.unmapped === "ones"
          ? 255
          : 0,
    );
  if (width === 4) return buffer.getUint32(0, littleEndian);
  return width === 2 ? buffer.getUint16(0, littleEndian) : buffer.getUint8(0);
}

test("through every window a device does what it does without one", () => {
  const guard = new VacuityGuard(
    "refused",
    "several registers at once",
    "beside registers",
    "DLAB",
    "transmits",
  );
  fc.assert(
    fc.property(fc.constantFrom(...makers), stepsArbitrary, (make, [window, steps]) => {
      const sent: [number[], number[]] = [[], []];
      const behind = make((byte) => sent[0].push(byte));
      const bare = make((byte) => sent[1].push(byte));
      const busWindow = new BusWindow(behind, window);
      const layout = layoutOf(window);
      for (const step of steps) {
        if ("arrives" in step) {
          for (const device of [behind, bare])
            if (device.fifoCapacity() > 0) device.enqueueRawBytes([step.arrives]);
          continue;
        }
        const { next } = bare.journal;
        const expected = accessBare(bare, step, window, layout);
        guard.count("several registers at once", bare.journal.next > next + 1);
        guard.count("beside registers", expected !== undefined && bare.journal.next === next);
        const access = (): number => {
          if (!step.write) return busWindow.read(step.address, step.width);
          busWindow.write(step.address, step.value, step.width);
          return 0;
        };
        if (guard.count("refused", expected === undefined))
          expect(access).toThrow(/offset .*expected a register of/);
        else expect(access()).toBe(expected);
        guard.count("DLAB", (bare.peek(3) & 0x80) !== 0);
      }
      guard.count("transmits", sent[0].length > 0);
      expect(sent[0]).toEqual(sent[1]);
      // The journal holds register offsets, whatever the addresses were.
      expect(journalText(behind.journal)).toBe(journalText(bare.journal));
    }),
    runOptions(100),
  );
  guard.expectEach();
});

/** Two windows with 0 to 2 bytes between them. */
const twoWindowsArbitrary = fc
  .tuple(fc.nat(2), fc.constantFrom(0, 1, 2), fc.constantFrom("zero", "ones"))
  .map(([gap, regShift, unmapped]) => {
    const first = { base: 16, regShift, unmapped } as WindowOptions;
    return [first, { base: 16 + 8 * 2 ** regShift + gap, unmapped } as WindowOptions] as const;
  });
const wideAccess = fc.record({
  write: fc.boolean(),
  address: fc.integer({ min: 12, max: 64 }),
  width: fc.constantFrom<AccessWidth>(1, 2, 4),
  value: fc.nat(0xffff_ffff),
});

test("a wide access of a bus is one of each of its bytes, whichever window has it", () => {
  const guard = new VacuityGuard("in both windows", "over an end");
  fc.assert(
    fc.property(twoWindowsArbitrary, fc.array(wideAccess, { maxLength: 30 }), (windows, accesses) => {
      const setUp = () => {
        const bus = new Bus({ unmapped: windows[0].unmapped ?? "zero" });
        const devices = [new Serial(), new Uart16550({ preset: "qemu" })] as const;
        for (const [index, device] of devices.entries()) bus.attach(new BusWindow(device, windows[index]));
        return { bus, devices };
      };
      const [wide, narrow] = [setUp(), setUp()];
      for (const { write, address, width, value } of accesses) {
        const buffer = new DataView(new ArrayBuffer(4));
        buffer.setUint32(0, value % 2 ** (8 * width), true);
        if (write) {
          wide.bus.write(address, value % 2 ** (8 * width), width);
          for (let index = 0; index < width; index++)
            narrow.bus.write(address + index, buffer.getUint8(index));
        } else {
          buffer.setUint32(0, 0);
          for (let index = 0; index < width; index++)
            buffer.setUint8(index, narrow.bus.read(address + index));
          expect(wide.bus.read(address, width)).toBe(buffer.getUint32(0, true));
        }
        const touched = new Set(
          Array.from({ length: width }, (_, index) => wide.bus.windowAt(address + index)),
        );
        guard.count("over an end", touched.size > 1);
        guard.count("in both windows", touched.size > 1 && !touched.has(undefined));
      }
      for (const index of [0, 1] as const)
        expect(journalText(wide.devices[index].journal)).toBe(journalText(narrow.devices[index].journal));
    }),
    runOptions(60),
  );
  guard.expectEach();
});
