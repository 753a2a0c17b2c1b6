import { and, not, stateIn } from "xstate";
import { createAsks } from "../reads.js";
import { IER, LCR, MCR } from "../register-bits.js";
import { FIFO_SIZE, type SerialContext } from "./context.js";
import { arriving, type SerialEvent, written } from "./events.js";
import { serialTypes } from "./types.js";

/** The constructors of `serial`'s guards: each declares what it reads. */
const { asks, asksEvent, asksBoth } = createAsks<SerialContext, SerialEvent>();

/** Single questions: the state of one region, one bit of the byte written, one count of characters. */
const single = serialTypes.extend({
  guards: {
    divisorLatchClosed: stateIn({ divisorLatch: "closed" }),
    loopbackOff: stateIn({ loopback: "off" }),
    loopbackOn: stateIn({ loopback: "on" }),
    thrEmptyInterruptEnabled: stateIn({ thrEmptyInterrupt: "enabled" }),
    receivedDataInterruptEnabled: stateIn({ receivedDataInterrupt: "enabled" }),
    receiveFifoEmpty: stateIn({ receiveFifo: "empty" }),
    receiveFifoFull: stateIn({ receiveFifo: "full" }),

    writeSetsDLAB: asksEvent(["value"], ({ event }) => (written(event) & LCR.DLAB) !== 0),
    writeSetsLOOP: asksEvent(["value"], ({ event }) => (written(event) & MCR.LOOP) !== 0),
    writeSetsETBEI: asksEvent(["value"], ({ event }) => (written(event) & IER.ETBEI) !== 0),
    writeSetsERBFI: asksEvent(["value"], ({ event }) => (written(event) & IER.ERBFI) !== 0),

    charactersArrive: asksEvent(["characters"], ({ event }) => arriving(event).length > 0),
    arrivalFillsFifo: asksBoth(
      ["receiveFifo"],
      ["characters"],
      ({ context, event }) => context.receiveFifo.length + arriving(event).length >= FIFO_SIZE,
    ),
    onePlaceFree: asks(["receiveFifo"], ({ context }) => context.receiveFifo.length === FIFO_SIZE - 1),
    oneCharacterQueued: asks(["receiveFifo"], ({ context }) => context.receiveFifo.length === 1),
  },
});

/**
 * The questions that `serial`'s transitions ask, by name: the single ones, and those joined. None reads a register:
 * what another region knows is asked of its state, and what the event itself writes is asked of the event.
 */
export const serialGuards = single.extend({
  guards: {
    writeClearsDLAB: not("writeSetsDLAB"),
    writeClearsLOOP: not("writeSetsLOOP"),
    writeEnablesThrEmpty: and(["divisorLatchClosed", "writeSetsETBEI"]),
    writeDisablesThrEmpty: and(["divisorLatchClosed", not("writeSetsETBEI")]),
    writeEnablesReceivedData: and(["divisorLatchClosed", "writeSetsERBFI"]),
    writeDisablesReceivedData: and(["divisorLatchClosed", not("writeSetsERBFI")]),

    externalCharactersArrive: and(["loopbackOff", "charactersArrive"]),
    externalCharactersFillFifo: and(["loopbackOff", "arrivalFillsFifo"]),
    loopbackCharacterArrives: and(["divisorLatchClosed", "loopbackOn"]),
    loopbackCharacterFillsFifo: and(["divisorLatchClosed", "loopbackOn", "onePlaceFree"]),
    readTakesLastCharacter: and(["divisorLatchClosed", "oneCharacterQueued"]),

    transmitRaisesThrEmpty: and(["divisorLatchClosed", "loopbackOff", "thrEmptyInterruptEnabled"]),
    loopbackRaisesReceivedData: and([
      "divisorLatchClosed",
      "loopbackOn",
      "receivedDataInterruptEnabled",
      not("receiveFifoFull"),
    ]),
    arrivalRaisesReceivedData: and([
      "loopbackOff",
      "receivedDataInterruptEnabled",
      not("receiveFifoFull"),
      "charactersArrive",
    ]),
    writeRaisesReceivedData: and(["divisorLatchClosed", "writeSetsERBFI", not("receiveFifoEmpty")]),
    writeRaisesBoth: and(["divisorLatchClosed", "writeSetsETBEI", "writeSetsERBFI", not("receiveFifoEmpty")]),
    bothInterruptsEnabled: and(["thrEmptyInterruptEnabled", "receivedDataInterruptEnabled"]),
  },
});
