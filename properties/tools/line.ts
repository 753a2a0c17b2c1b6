import fc from "fast-check";
import { Serial, Uart16550 } from "../../src/device/index.js";

/** The format of characters on a line, in a person's words. */
export interface FrameFormat {
  readonly data: 5 | 6 | 7 | 8;
  readonly parity: "none" | "odd" | "even" | "zero" | "one";
  /** True for more than one stop bit: 1.5 for a word of 5 bits, else 2. */
  readonly longStop: boolean;
  readonly divisor: number;
}

/** A character that arrives, with what is wrong with it. */
export interface Arriving {
  readonly value: number;
  readonly error: "none" | "parity" | "framing" | "break";
}

/** LCR's bits 5 to 3 (PC16550D, 8.1). */
const PARITY = { none: 0x00, odd: 0x08, even: 0x18, one: 0x28, zero: 0x38 } as const;

export const lcrOf = ({ data, parity, longStop }: FrameFormat): number =>
  (data - 5) | (longStop ? 0x04 : 0) | PARITY[parity];

export const baudOf = ({ divisor }: FrameFormat): number => 115_200 / divisor;

const PARTS = {
  pc16550d: () => new Uart16550(),
  qemu: () => new Uart16550({ preset: "qemu" }),
  serial: () => new Serial(),
} as const;

type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

const aFormat: fc.Arbitrary<FrameFormat> = fc.record({
  data: fc.constantFrom(5, 6, 7, 8),
  parity: fc.constantFrom("none", "odd", "even", "zero", "one"),
  longStop: fc.boolean(),
  divisor: fc.constantFrom(1, 2, 3, 12, 48),
});

const aByte = fc.nat(255);

/** Characters with errors that can be told apart on the line: a wrong stop bit after nothing but 0 is a break. */
const arrivingIn = ({ data, parity }: FrameFormat): fc.Arbitrary<readonly Arriving[]> => {
  const mask = (1 << data) - 1;
  const errorKinds = ["none", "framing", "break", ...(parity === "none" ? [] : ["parity"])] as const;
  const error = fc.constantFrom<Arriving["error"]>(...(errorKinds as readonly Arriving["error"][]));
  const character = fc.record({ value: aByte, error }).map(({ value, error }) => ({
    value: error === "break" ? 0 : error === "framing" ? (value | 1) & mask : value & mask,
    error,
  }));
  return fc.array(character, { maxLength: 6 });
};

/** The traffic on both lines of a device. */
export interface Session {
  readonly part: PartName;
  readonly frameFormat: FrameFormat;
  readonly sent: readonly number[];
  readonly arriving: readonly Arriving[];
}

/** A session; `serial` takes no errors. */
export const aSession = (partName: PartName): fc.Arbitrary<Session> =>
  aFormat.chain((frameFormat) =>
    fc.record({
      part: fc.constant(partName),
      frameFormat: fc.constant(frameFormat),
      sent: fc.array(aByte, { maxLength: 12 }),
      arriving: arrivingIn(frameFormat).map((all) =>
        partName === "serial" ? all.map(({ value }) => ({ value, error: "none" as const })) : all,
      ),
    }),
  );

/** A device that has been through a session; it received as its line allows, and sent what it was given. */
export function played({ part, frameFormat: format, sent, arriving }: Session): Serial | Uart16550 {
  const device = PARTS[part]();
  const lineControl = lcrOf(format);
  device.write(3, 0x80 | lineControl);
  device.write(0, format.divisor & 0xff);
  device.write(1, format.divisor >> 8);
  device.write(3, lineControl);
  device.write(2, 0x01);
  const character = Math.ceil((device.chart.clock * 13) / baudOf(format));
  for (const byte of sent) {
    device.write(0, byte);
    device.advance(character);
  }
  for (const { value, error } of arriving) {
    device.advance(character);
    if (error === "break") {
      device.apply({ type: "break", on: true });
      device.advance(character);
      device.apply({ type: "break", on: false });
    } else {
      const marked = error === "none" ? value : { value, [error]: true as const };
      device.apply({ type: "receive", characters: [marked] });
    }
    device.advance(character);
    device.read(0);
  }
  return device;
}
