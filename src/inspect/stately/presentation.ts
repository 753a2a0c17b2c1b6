import { type RegisterName, registerAt } from "../../../machines/index.js";
import { type AnyContext, type Chart, inputInWords, valueInWords } from "../../device/index.js";
import { accessIndexOf, READ_EVENTS, WRITE_EVENTS } from "../../device/internal.js";
import type { Input } from "../../journal/index.js";
import type { StatelyEvent } from "./messages.js";

/** The inspector cuts off more than ten keys of an object. */
const MOST_KEYS = 10;
/** The most characters of a queue, or of an input, that are shown. */
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
 * Returns a context that the inspector shows whole: groups of at most ten texts and numbers. Registers have their bits' names, queues
 * their characters.
 */
export function presentContext(chart: Chart, context: AnyContext): Fields {
  const registers = new Map(chart.registers.map((register) => [register.name, register]));
  const groups: Record<string, Fields> = {};
  for (const [groupName, registerNames] of Object.entries(GROUPS))
    for (const registerName of registerNames) {
      const register = registers.get(registerName);
      if (!register) continue;
      groups[groupName] ??= {};
      groups[groupName][registerName] = valueInWords(registerName, register.value(context), chart);
    }
  const otherFields = Object.entries(context as Fields).filter(
    ([fieldName]) => !registers.has(fieldName as RegisterName),
  );
  const scalars: [string, unknown][] = [];
  for (const [fieldName, fieldValue] of otherFields) {
    if (isList(fieldValue)) {
      groups["fifos"] ??= {};
      groups["fifos"][fieldName] = charactersInWords([...fieldValue]);
    } else if (typeof fieldValue !== "object") scalars.push([fieldName, fieldValue]);
  }
  for (let startIndex = 0; startIndex < scalars.length; startIndex += MOST_KEYS)
    groups[`more${startIndex / MOST_KEYS + 1}`] = Object.fromEntries(
      scalars.slice(startIndex, startIndex + MOST_KEYS),
    );
  return groups;
}

const isList = (fieldValue: unknown): fieldValue is Iterable<number> =>
  typeof fieldValue === "object" && fieldValue !== null && Symbol.iterator in fieldValue;

/** Returns characters as a text: "2: 0x41 0x42". */
function charactersInWords(characters: readonly unknown[]): string {
  const shownCharacters = characters.slice(0, MOST_CHARACTERS).map(characterInHex).join(" ");
  return `${characters.length}: ${shownCharacters}${characters.length > MOST_CHARACTERS ? " ..." : ""}`;
}

function characterInHex(character: unknown): string {
  if (typeof character === "number") return `0x${character.toString(16).toUpperCase().padStart(2, "0")}`;
  const { value, ...errors } = character as Readonly<Record<string, unknown>>;
  return [characterInHex(value), ...Object.keys(errors)].join("+");
}

/** Returns an input as the event that the chart takes, with its description. */
export function presentEvent(chart: Chart, input: Input, divisorLatchOpen: boolean): StatelyEvent {
  const inputText = inputInWords(input, divisorLatchOpen, undefined, chart);
  switch (input.type) {
    case "read":
      return { ...eventTypeOf(READ_EVENTS[input.offset]), text: inputText };
    case "write": {
      const { offset, value } = input;
      const register = registerAt("write", offset, divisorLatchOpen) ?? "unmapped";
      return {
        ...eventTypeOf(WRITE_EVENTS[(accessIndexOf(offset) << 8) | value]),
        register,
        value,
        text: inputText,
      };
    }
    case "receive":
      return { type: "receive", characters: charactersInWords([...input.characters]), text: inputText };
    case "restore":
      return { type: "restored", text: inputText };
    default:
      return { ...input, text: inputText };
  }
}

const eventTypeOf = (event: unknown): { readonly type: string } => ({
  type: (event as { type: string }).type,
});
