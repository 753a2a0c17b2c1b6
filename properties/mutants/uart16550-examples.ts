/** Cases that chance seldom finds, and that some mutant of the 16550 fails. */
import { CHARACTER_EXAMPLES } from "./examples/characters.js";
import { MODEM_EXAMPLES } from "./examples/modem.js";
import type { Example } from "./examples/steps.js";

export type { TestCase } from "./examples/steps.js";

export const UART16550_EXAMPLES: readonly Example[] = [...CHARACTER_EXAMPLES, ...MODEM_EXAMPLES];
