/**
 * `uart16550`'s guards, in layers (`layer.ts`): the types let a guard name only those of layers before its own, so a guard stands in the
 * first layer after all that it asks. Every question thus has a name, and is asked in one way.
 *
 *  1. `singleGuards`: one region's state, one bit of the event, one option, one count.
 *  2. `controlling.ts` (modes, fifos, sizes, controllingGuards): what a write of a control register selects: everything else turns on it.
 *  3. `transmitting.ts` (starting, transmittingGuards): needs the writes of FCR.
 *  4. `receiving.ts` (arriving, breaking, receivingGuards): needs the writes of FCR, and characters that loop back.
 *  5. `modem.ts` (loopback, sampling, modemGuards): needs the writes of IER and MCR.
 *  6. `following.ts` (pending, highest, seen, uart16550Guards): IIR, the pins and RTS follow all of these.
 *
 * Within a file, each layer asks the one before it; the last, which the file exports, holds the guards of transitions.
 */
export { uart16550Guards } from "./following.js";
