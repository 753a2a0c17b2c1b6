import { readFile } from "node:fs/promises";
import { formatValue } from "../../journal/internal.js";
import { readFailureReason } from "../files.js";
import { CommandError } from "../io.js";
import { escapeUnsafe } from "../terminal.js";

/** A line of a script. */
export type Command = { readonly line: number } & (
  | { readonly do: "expect" | "send"; readonly text: string }
  | { readonly do: "timeout" | "wait"; readonly seconds: number }
  | { readonly do: "save" | "halt" | "quit" }
);

/** The guest that a script drives. */
export interface ScriptTarget {
  send(text: string): void;
  /** Waits until the guest has printed a text after the last expected one. Resolves to false if the time is up before. */
  expect(expectedText: string, milliseconds: number): Promise<boolean>;
  /** Returns the output since the last expected text. */
  recentText(): string;
  /** True if the guest has ended. */
  hasEnded(): boolean;
  wait(milliseconds: number): Promise<void>;
  save(): Promise<void>;
  /** Waits until the guest has ended. */
  halt(milliseconds: number): Promise<boolean>;
}

/** Reports that an expected text did not come. */
export class ScriptFailure extends Error {
  override readonly name = "ScriptFailure";
}

const DEFAULT_TIMEOUT = 60;
const RECENT_LENGTH = 200;
const COMMAND_FORMS = "expect TEXT, send TEXT, timeout SECONDS, wait SECONDS, save, halt or quit";

/** Reads a script. @throws CommandError that names an invalid line. */
export async function readScript(filePath: string): Promise<Command[]> {
  const scriptText = await readFile(filePath, "utf8").catch((error: unknown) => {
    const reason = readFailureReason(error);
    throw reason === undefined
      ? error
      : new CommandError(`cannot read ${filePath}: ${reason}; --script: name a text file`);
  });
  return parseScript(scriptText);
}

/** Parses a script. @throws CommandError that names an invalid line. */
export function parseScript(scriptText: string): Command[] {
  return scriptText.split(/\r?\n/).flatMap((lineText, i): Command[] => {
    const lineNumber = i + 1;
    const [, commandName = "", argument = ""] = /^\s*(\S*)\s*(.*)$/.exec(lineText) ?? [];
    if (commandName === "" || commandName.startsWith("#")) return [];
    const syntaxError = (expected: string) =>
      new CommandError(`script, line ${lineNumber}: expected ${expected}, got ${formatValue(lineText)}`);
    switch (commandName) {
      case "expect":
      case "send": {
        const content = parseText(argument);
        if (content === undefined || content === "")
          throw syntaxError(`${commandName} and a text, "quoted" as in JSON or as it is`);
        return [{ line: lineNumber, do: commandName, text: content }];
      }
      case "timeout":
      case "wait": {
        const seconds = Number(argument);
        if (argument === "" || !(seconds >= 0 && seconds < 1e6))
          throw syntaxError(`${commandName} and a number of seconds`);
        return [{ line: lineNumber, do: commandName, seconds }];
      }
      case "save":
      case "halt":
      case "quit":
        if (argument !== "") throw syntaxError(`${commandName} alone`);
        return [{ line: lineNumber, do: commandName }];
      default:
        throw syntaxError(COMMAND_FORMS);
    }
  });
}

function parseText(argument: string): string | undefined {
  if (!argument.startsWith('"')) return argument.trimEnd();
  try {
    return JSON.parse(argument) as string;
  } catch {
    return undefined;
  }
}

/** Plays a script to its end, or to `quit`. @throws ScriptFailure if an expected text did not come in time. */
export async function playScript(commands: readonly Command[], scriptTarget: ScriptTarget): Promise<void> {
  let timeout = DEFAULT_TIMEOUT;
  for (const command of commands) {
    const failure = (expected: string) =>
      new ScriptFailure(
        `script, line ${command.line}: expected ${expected} ${scriptTarget.hasEnded() ? "before the guest ended" : `within ${timeout} s`}, got ${formatValue(escapeUnsafe(scriptTarget.recentText().slice(-RECENT_LENGTH)))}`,
      );
    switch (command.do) {
      case "send":
        scriptTarget.send(command.text);
        break;
      case "expect":
        if (!(await scriptTarget.expect(command.text, timeout * 1000)))
          throw failure(formatValue(command.text));
        break;
      case "timeout":
        timeout = command.seconds;
        break;
      case "wait":
        await scriptTarget.wait(command.seconds * 1000);
        break;
      case "save":
        await scriptTarget.save();
        break;
      case "halt":
        if (!(await scriptTarget.halt(timeout * 1000))) throw failure("the guest to end");
        break;
      case "quit":
        return;
    }
  }
}
