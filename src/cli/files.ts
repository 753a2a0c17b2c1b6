import { CommandError } from "./io.js";

const COMMON_REASONS = {
  ENOTDIR: "a part of its path is no directory",
  EISDIR: "it is a directory",
  ENOSPC: "there is no space left",
  EROFS: "its file system can only be read",
} as const;

const READ_REASONS: Readonly<Record<string, string>> = {
  ...COMMON_REASONS,
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
};

const WRITE_REASONS: Readonly<Record<string, string>> = {
  ...COMMON_REASONS,
  ENOENT: "there is no such folder",
  EACCES: "you may not write it",
  EPERM: "you may not write it",
};

/** Returns why a file cannot be read, in words; undefined for errors of other kinds. */
export const readFailureReason = (error: unknown): string | undefined => failureReason(error, READ_REASONS);

function failureReason(error: unknown, reasons: Readonly<Record<string, string>>): string | undefined {
  const exitCode = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof exitCode === "string" ? (reasons[exitCode] ?? exitCode) : undefined;
}

/** Turns an error of the file system into a CommandError; other errors stay. */
export function writeError(filePath: string, error: unknown, hint = ""): unknown {
  const reason = failureReason(error, WRITE_REASONS);
  return reason === undefined ? error : new CommandError(`cannot write ${filePath}: ${reason}${hint}`);
}

/** Runs a function that writes a file. @throws CommandError if it cannot be written. */
export async function withWriteErrors<T>(filePath: string, writeFile: () => Promise<T>): Promise<T> {
  try {
    return await writeFile();
  } catch (error) {
    throw writeError(filePath, error);
  }
}
