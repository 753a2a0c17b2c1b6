/** What chance seldom comes by, and some mutant of the 16550 does wrong. */
import type { Case } from "./uart16550-trials.js";

export const UART16550_EXAMPLES: readonly Case[] = [];
