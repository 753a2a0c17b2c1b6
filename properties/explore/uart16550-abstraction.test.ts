/**
 * No guard reads what the scopes of `uart16550` abstract away: SCR, RBR, the byte last read, the character last received, and the
 * bytes that are received or sent. A byte that is sent affects the bits at SOUT, and nothing else.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { Uart16550, type Uart16550State, uart16550Chart } from "../../src/device/index.js";
import { type Uart16550ScopeName, uart16550ScopeNames, uart16550Slice } from "../../src/explore/index.js";
import type { Character, Input } from "../../src/journal/index.js";
import { runOptions } from "../support/runs.js";

/** Returns the errors of a character. */
const errorsOf = (character: number): number => character >> 8;
/** Returns a state without data. */
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

const byteArbitrary = fc.integer({ min: 0, max: 255 });
/** An input of the scope, and the same with another byte for characters, THR and SCR. */
const inputPairs = (inputs: readonly Input[]): fc.Arbitrary<readonly [Input, Input]> =>
  fc.tuple(fc.constantFrom(...inputs), byteArbitrary).map(([input, value]): readonly [Input, Input] => {
    if (input.type === "receive") {
      const characters = [...input.characters].map(
        (oldCharacter: Character): Character =>
          typeof oldCharacter === "number" ? value : { ...oldCharacter, value },
      );
      return [input, { type: "receive", characters }];
    }
    const isDataWrite = input.type === "write" && (input.offset === 0 || input.offset === 7);
    return [input, isDataWrite ? { ...input, value } : input];
  });

const PRESET_SCOPES = (["pc16550d", "tl16c550c"] as const).flatMap((preset) =>
  uart16550ScopeNames(uart16550Chart(preset)).map((name): [Uart16550Preset, Uart16550ScopeName] => [
    preset,
    name,
  ]),
);

it.each(PRESET_SCOPES)("%s, scope %s: takes the same transitions whatever the bytes are", (preset, name) => {
  // With DLAB set offset 0 is DLL: no data, and it is not renamed.
  const { inputs } = uart16550Slice(name, uart16550Chart(preset));
  const dataInputs = inputs.filter(
    (input) => input.type !== "write" || input.offset !== 3 || input.value < 0x80,
  );
  fc.assert(
    fc.property(
      fc.array(inputPairs(dataInputs), { maxLength: 60, size: "max" }),
      byteArbitrary,
      (sequence, dataByte) => {
        const firstDevice = new Uart16550({ preset, journal: false, unmapped: "zero" });
        const state = { ...firstDevice.state(), RBR: dataByte, lastRead: dataByte, received: dataByte };
        if (UART16550_PRESETS[preset].scratchRegister) state.SCR = dataByte;
        const secondDevice = Uart16550.fromState(state, { preset, journal: false, unmapped: "zero" });
        const transitionIds: [string[], string[]] = [[], []];
        [firstDevice, secondDevice].forEach((uart, i) => {
          uart.transition$.subscribe(({ taken }) =>
            transitionIds[i as 0 | 1].push(...taken.map(({ id }) => id).filter((id) => !ON_LINE.test(id))),
          );
        });
        for (const [firstInput, secondInput] of sequence) {
          firstDevice.apply(firstInput);
          secondDevice.apply(secondInput);
          expect(transitionIds[1]).toEqual(transitionIds[0]);
          expect(abstract(secondDevice.state())).toEqual(abstract(firstDevice.state()));
          transitionIds[0].length = transitionIds[1].length = 0;
        }
      },
    ),
    runOptions(6),
  );
});
