/**
 * What the scopes of `uart16550` abstract away steers nothing: SCR, RBR, the byte last read, the character last received, and which
 * bytes are received or sent. A byte that is sent is seen at SOUT bit by bit, and nowhere else.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { Uart16550, type Uart16550State, uart16550Chart } from "../../src/device/index.js";
import { type Uart16550ScopeName, uart16550ScopeNames, uart16550Slice } from "../../src/explore/index.js";
import type { Character, Input } from "../../src/journal/index.js";
import { runs } from "../support/runs.js";

/** What a character is besides its data: its errors. */
const errorsOf = (character: number): number => character >> 8;
/** A state without the data of what it holds. */
const abstract = ({ receiveFifo, transmitFifo, ...state }: Uart16550State) => ({
  ...state,
  ...{ SCR: 0, RBR: 0, lastRead: 0, transmitCharacter: 0 },
  received: errorsOf(state.received),
  transmitFrame: state.transmitFrame !== 0,
  receiveFifo: receiveFifo.map(errorsOf),
  transmitFifo: transmitFifo.length,
});

/** The regions that a bit on the line moves. */
const ON_LINE = /^(transmitter\.shifting|serialOutput)/;

const byte = fc.integer({ min: 0, max: 255 });
/** An input of the scope, and the same with any byte for the characters, and for what THR and SCR are given. */
const renamed = (inputs: readonly Input[]): fc.Arbitrary<readonly [Input, Input]> =>
  fc.tuple(fc.constantFrom(...inputs), byte).map(([input, value]): readonly [Input, Input] => {
    if (input.type === "receive") {
      const characters = [...input.characters].map(
        (each: Character): Character => (typeof each === "number" ? value : { ...each, value }),
      );
      return [input, { type: "receive", characters }];
    }
    const keeps = input.type === "write" && (input.offset === 0 || input.offset === 7);
    return [input, keeps ? { ...input, value } : input];
  });

const SCOPES = (["pc16550d", "tl16c550c"] as const).flatMap((preset) =>
  uart16550ScopeNames(uart16550Chart(preset)).map((name): [Uart16550Preset, Uart16550ScopeName] => [
    preset,
    name,
  ]),
);

it.each(SCOPES)("%s, scope %s: takes the same transitions whatever the bytes are", (preset, name) => {
  // With DLAB set offset 0 is DLL: no data, and it is not renamed.
  const { inputs } = uart16550Slice(name, uart16550Chart(preset));
  const data = inputs.filter((input) => input.type !== "write" || input.offset !== 3 || input.value < 0x80);
  fc.assert(
    fc.property(fc.array(renamed(data), { maxLength: 60, size: "max" }), byte, (sequence, kept) => {
      const one = new Uart16550({ preset, journal: false });
      const state = { ...one.state(), RBR: kept, lastRead: kept, received: kept };
      if (UART16550_PRESETS[preset].scratchRegister) state.SCR = kept;
      const other = Uart16550.fromState(state, { preset, journal: false });
      const took: [string[], string[]] = [[], []];
      [one, other].forEach((uart, i) => {
        uart.transition$.subscribe(({ taken }) =>
          took[i as 0 | 1].push(...taken.map(({ id }) => id).filter((id) => !ON_LINE.test(id))),
        );
      });
      for (const [first, second] of sequence) {
        one.apply(first);
        other.apply(second);
        expect(took[1]).toEqual(took[0]);
        expect(abstract(other.state())).toEqual(abstract(one.state()));
        took[0].length = took[1].length = 0;
      }
    }),
    runs(6),
  );
});
