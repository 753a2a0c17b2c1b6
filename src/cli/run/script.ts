import { readFile } from "node:fs/promises";
import { shown } from "../../journal/index.js";
import { whyUnreadable } from "../files.js";
import { CommandError } from "../surroundings.js";
import { visible } from "../terminal.js";

/** A line of a script. */
export type Command = { readonly line: number } & (
  | { readonly do: "expect" | "send"; readonly text: string }
  | { readonly do: "timeout" | "wait"; readonly seconds: number }
  | { readonly do: "save" | "halt" | "quit" }
);

/** Whom a script drives. */
export interface Driven {
  send(text: string): void;
  /** Waits until the guest has printed a text, after what was expected last. Gives false when time was up before. */
  expect(text: string, milliseconds: number): Promise<boolean>;
  /** What has been printed since what was expected last. */
  recent(): string;
  /** Whether the guest has ended. */
  ended(): boolean;
  wait(milliseconds: number): Promise<void>;
  save(): Promise<void>;
  /** Waits until the guest has ended. */
  halt(milliseconds: number): Promise<boolean>;
}

/** What was expected did not come. */
export class ScriptFailure extends Error {
  override readonly name = "ScriptFailure";
}

const DEFAULT_TIMEOUT = 60;
const RECENT = 200;
const FORMS = "expect TEXT, send TEXT, timeout SECONDS, wait SECONDS, save, halt or quit";

/** Reads a script. @throws CommandError that names the line that is none. */
export async function readScript(file: string): Promise<Command[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = whyUnreadable(error);
    throw why === undefined
      ? error
      : new CommandError(`cannot read ${file}: ${why}; --script: name a text file`);
  });
  return parseScript(text);
}

/** @throws CommandError that names the line that is none. */
export function parseScript(text: string): Command[] {
  return text.split(/\r?\n/).flatMap((each, i): Command[] => {
    const line = i + 1;
    const [, word = "", rest = ""] = /^\s*(\S*)\s*(.*)$/.exec(each) ?? [];
    if (word === "" || word.startsWith("#")) return [];
    const wrong = (expected: string) =>
      new CommandError(`script, line ${line}: expected ${expected}, got ${shown(each)}`);
    switch (word) {
      case "expect":
      case "send": {
        const content = textOf(rest);
        if (content === undefined || content === "")
          throw wrong(`${word} and a text, "quoted" as in JSON or as it is`);
        return [{ line, do: word, text: content }];
      }
      case "timeout":
      case "wait": {
        const seconds = Number(rest);
        if (rest === "" || !(seconds >= 0 && seconds < 1e6)) throw wrong(`${word} and a number of seconds`);
        return [{ line, do: word, seconds }];
      }
      case "save":
      case "halt":
      case "quit":
        if (rest !== "") throw wrong(`${word} alone`);
        return [{ line, do: word }];
      default:
        throw wrong(FORMS);
    }
  });
}

function textOf(rest: string): string | undefined {
  if (!rest.startsWith('"')) return rest.trimEnd();
  try {
    return JSON.parse(rest) as string;
  } catch {
    return undefined;
  }
}

/** Plays a script to its end, or to `quit`. @throws ScriptFailure if what was expected did not come in time. */
export async function playScript(commands: readonly Command[], driven: Driven): Promise<void> {
  let timeout = DEFAULT_TIMEOUT;
  for (const command of commands) {
    const failed = (expected: string) =>
      new ScriptFailure(
        `script, line ${command.line}: expected ${expected} ${driven.ended() ? "before the guest ended" : `within ${timeout} s`}, got ${shown(visible(driven.recent().slice(-RECENT)))}`,
      );
    switch (command.do) {
      case "send":
        driven.send(command.text);
        break;
      case "expect":
        if (!(await driven.expect(command.text, timeout * 1000))) throw failed(shown(command.text));
        break;
      case "timeout":
        timeout = command.seconds;
        break;
      case "wait":
        await driven.wait(command.seconds * 1000);
        break;
      case "save":
        await driven.save();
        break;
      case "halt":
        if (!(await driven.halt(timeout * 1000))) throw failed("the guest to end");
        break;
      case "quit":
        return;
    }
  }
}
