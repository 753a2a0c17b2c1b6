import { CommandError } from "./surroundings.js";

const WHY = {
  ENOTDIR: "a part of its path is no directory",
  EISDIR: "it is a directory",
  ENOSPC: "there is no space left",
  EROFS: "its file system can only be read",
} as const;

const READING: Readonly<Record<string, string>> = {
  ...WHY,
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
};

const WRITING: Readonly<Record<string, string>> = {
  ...WHY,
  ENOENT: "there is no such folder",
  EACCES: "you may not write it",
  EPERM: "you may not write it",
};

/** Why a file cannot be read, in words; undefined for an error that is none of the file system's. */
export const whyUnreadable = (error: unknown): string | undefined => why(error, READING);

function why(error: unknown, words: Readonly<Record<string, string>>): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? (words[code] ?? code) : undefined;
}

/** What to tell of an error in writing a file: itself, if it is none of the file system's. */
export function unwritable(file: string, error: unknown, hint = ""): unknown {
  const reason = why(error, WRITING);
  return reason === undefined ? error : new CommandError(`cannot write ${file}: ${reason}${hint}`);
}

/** Does what writes a file. @throws CommandError if it cannot be written. */
export async function writing<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw unwritable(file, error);
  }
}
