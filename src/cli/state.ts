import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { gunzipSync } from "fflate";
import { bitsInWords, hex, uart16550Chart } from "../device/index.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import { openInput } from "./input.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { labelledField } from "./layout.js";
import {
  type OpenedState,
  openStates,
  RECOGNISED_FIELDS,
  registerOrder,
  WRITTEN_FORMATS,
  type WrittenFormat,
  writeState,
} from "./state-formats.js";
import { choosePaint, escapeUnsafe, type Paint, toSafeJson } from "./terminal.js";

/** The options of `vm-superio state`. */
interface StateFlags {
  readonly to?: WrittenFormat;
  readonly out?: string;
  readonly json?: true;
}

/** A larger file is no state. */
const LARGEST = 64 * 1024 * 1024;

const HELP: CommandHelp = {
  summary: "look into a monitor's saved UART, and convert it",
  examples: `\
  vm-superio state snapshot.json                    its registers by name, and what is odd
  vm-superio state serial.json --to cloud-hypervisor --out ch.json
  vm-superio state migration.json                   from QEMU's analyze-migration.py
  vm-superio state session.jsonl                    the state in which a journal begins`,
  details: `\
FILE is JSON, or a journal: the state that vm-superio's serde feature writes, Cloud Hypervisor's
serial state, QEMU's migration stream as scripts/analyze-migration.py prints it, a saved device of
this package; also within a larger snapshot. - is the standard input.

--to writes vm-superio (serde), cloud-hypervisor or saved (this package). What the other format has
no place for is an error that lists it. The exit code is 1 if something about a state is odd, such
as an interrupt that is pending and not identified: the restored console that never speaks again.`,
};

/** The command `state`. */
export function stateCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("state"), HELP)
    .argument("<file>", "the state, or - for the standard input")
    .addOption(new Option("--to <format>", "convert it").choices(WRITTEN_FORMATS))
    .option("--out <file>", "where to write it (default: the standard output)")
    .option("--json", "print registers and findings as JSON")
    .action(async (file: string, flags: StateFlags) => setExitCode(await runState(file, flags, io)));
}

/** Shows a state, or converts it. @throws CommandError if it cannot be read, or something would be lost. */
async function runState(filePath: string, flags: StateFlags, io: Io): Promise<ExitCode> {
  if (flags.out !== undefined && flags.to === undefined)
    throw new CommandError("--out: expected --to with a format with it, got none");
  const input = await openInput(filePath, io);
  const states = readStates(await readAll(input.chunks));
  if (flags.to !== undefined) return convertState(states, flags.to, flags.out, io);
  if (flags.json) {
    const shownStates = states.map(({ title, registers, received, odd, losses }) => ({
      ...{ format: title, registers: Object.fromEntries(registers.map(({ name, value }) => [name, value])) },
      ...{ received, odd, losses },
    }));
    await io.stdout.write(
      `${toSafeJson({ version: 1, file: escapeUnsafe(input.name), states: shownStates })}\n`,
    );
  } else {
    const paint = choosePaint(io.stdout, io.env);
    await io.stdout.write(
      states.map((state) => stateInWords(escapeUnsafe(input.name), state, paint)).join("\n"),
    );
  }
  return states.some(({ odd }) => odd.length > 0) ? 1 : 0;
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > LARGEST) throw new CommandError(`state: expected at most ${LARGEST} bytes, got more`);
    parts.push(chunk);
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(isGzip ? gunzipSync(bytes) : bytes);
  } catch {
    throw new CommandError("state: expected JSON, got other bytes");
  }
}

/** Opens the states in a text: JSON, or JSON Lines of which the first line is a journal's header. */
function readStates(text: string): readonly OpenedState[] {
  const parsed = parseFirst(text);
  let states: readonly OpenedState[];
  try {
    states = openStates(parsed);
  } catch (error) {
    throw new CommandError(`state: ${(error as Error).message}`);
  }
  if (states.length > 0) return states;
  throw new CommandError(
    `state: expected an object with ${RECOGNISED_FIELDS.join("; or ")}, got none in this file`,
  );
}

function parseFirst(text: string): unknown {
  for (const candidate of [text, text.split("\n", 1)[0] ?? ""]) {
    try {
      return JSON.parse(candidate);
    } catch {}
  }
  throw new CommandError("state: expected JSON, or a journal, got another text");
}

async function convertState(
  states: readonly OpenedState[],
  format: WrittenFormat,
  outputPath: string | undefined,
  io: Io,
): Promise<ExitCode> {
  const [state, another] = states;
  if (!state || another) throw new CommandError(`--to: expected a file with one state, got ${states.length}`);
  if (!state.serial)
    throw new CommandError(
      `--to ${format}: expected a state of which nothing is lost, got ${state.title}, which would lose ${state.losses.join("; ")}`,
    );
  const text = `${JSON.stringify(writeState(state.serial, format))}\n`;
  if (outputPath === undefined) await io.stdout.write(text);
  else await withWriteErrors(outputPath, () => writeFile(outputPath, text));
  return 0;
}

function stateInWords(file: string, { title, registers, received, odd }: OpenedState, paint: Paint): string {
  const label = (text: string) => paint("bold", text);
  const chart = uart16550Chart();
  const rows = [...registers]
    .sort((first, second) => registerOrder(first.name) - registerOrder(second.name))
    .map(({ name, value }) =>
      labelledField(name, `${hex(value)} ${bitsInWords(name, value, chart)}`.trimEnd(), label),
    );
  const listedBytes = received.slice(0, 64).map(hex).join(" ");
  return [
    labelledField("State", `${file}: ${title}`, label),
    ...rows,
    labelledField(
      "Received",
      received.length === 0 ? "nothing" : `${received.length}: ${listedBytes}`,
      label,
    ),
    ...odd.map((sentence) => labelledField("Odd", sentence, (text) => paint("red", text))),
    ...(odd.length === 0 ? [labelledField("Odd", "nothing", (text) => paint("green", text))] : []),
    "",
  ].join("\n");
}
