import { createAsks } from "../../reads.js";
import type { Uart16550Context } from "../context.js";
import type { Uart16550Event } from "../events.js";

/** The constructors of `uart16550`'s guards: each declares what it reads. */
export const { asks, asksEvent, asksBoth } = createAsks<Uart16550Context, Uart16550Event>();
