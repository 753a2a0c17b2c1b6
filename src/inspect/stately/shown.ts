import { type RegisterName, registerAt } from "../../../machines/index.js";
import { placeOf, READ_EVENTS, WRITE_EVENTS } from "../../device/access-events.js";
import { type Chart, inputInWords, valueInWords } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { StatelyEvent } from "./messages.js";

/** The inspector cuts off what an object has more than ten of. */
const MOST_KEYS = 10;
/** So many characters of a queue, or of an input, are shown. */
const MOST_CHARACTERS = 64;

/** The registers, by what they are for. */
const GROUPS: Readonly<Record<string, readonly RegisterName[]>> = {
  data: ["RBR", "SCR"],
  interrupts: ["IER", "IIR"],
  line: ["LCR", "LSR", "DLL", "DLM"],
  fifos: ["FCR"],
  modem: ["MCR", "MSR"],
};

type Fields = Record<string, unknown>;

/**
 * A context as the inspector shows it whole: groups of at most ten texts and numbers, none of them deep. Registers have their bits' names, queues
 * their characters.
 */
export function shownContext(chart: Chart, context: never): Fields {
  const registers = new Map(chart.registers.map((register) => [register.name, register]));
  const groups: Record<string, Fields> = {};
  for (const [group, names] of Object.entries(GROUPS))
    for (const name of names) {
      const register = registers.get(name);
      if (!register) continue;
      groups[group] ??= {};
      groups[group][name] = valueInWords(name, register.value(context), chart);
    }
  const others = Object.entries(context as Fields).filter(([key]) => !registers.has(key as RegisterName));
  const scalars: [string, unknown][] = [];
  for (const [key, value] of others) {
    if (isList(value)) {
      groups["fifos"] ??= {};
      groups["fifos"][key] = charactersInWords([...value]);
    } else if (typeof value !== "object") scalars.push([key, value]);
  }
  for (let from = 0; from < scalars.length; from += MOST_KEYS)
    groups[`more${from / MOST_KEYS + 1}`] = Object.fromEntries(scalars.slice(from, from + MOST_KEYS));
  return groups;
}

const isList = (value: unknown): value is Iterable<number> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

/** Characters as a text: "2: 0x41 0x42". */
function charactersInWords(characters: readonly unknown[]): string {
  const shown = characters.slice(0, MOST_CHARACTERS).map(hexOf).join(" ");
  return `${characters.length}: ${shown}${characters.length > MOST_CHARACTERS ? " ..." : ""}`;
}

function hexOf(character: unknown): string {
  if (typeof character === "number") return `0x${character.toString(16).toUpperCase().padStart(2, "0")}`;
  const { value, ...errors } = character as Readonly<Record<string, unknown>>;
  return [hexOf(value), ...Object.keys(errors)].join("+");
}

/** An input as the event that the chart takes, with the whole of it in words. */
export function shownEvent(chart: Chart, input: Input, dlab: boolean): StatelyEvent {
  const text = inputInWords(input, dlab, undefined, chart);
  switch (input.type) {
    case "read":
      return { ...typeOf(READ_EVENTS[input.offset]), text };
    case "write": {
      const { offset, value } = input;
      const register = registerAt("write", offset, dlab) ?? "unmapped";
      return { ...typeOf(WRITE_EVENTS[(placeOf(offset) << 8) | value]), register, value, text };
    }
    case "receive":
      return { type: "receive", characters: charactersInWords([...input.characters]), text };
    case "restore":
      return { type: "restored", text };
    default:
      return { ...input, text };
  }
}

const typeOf = (event: unknown): { readonly type: string } => ({ type: (event as { type: string }).type });
