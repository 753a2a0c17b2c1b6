import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Device } from "../../src/device/index.js";
import { type ExportOptions, exportJournal } from "../../src/inspect/export/index.js";

/** A device's journal, exported. */
export const exported = ({ journal }: Device, options: ExportOptions): Uint8Array =>
  Buffer.concat([...exportJournal(journal, options)]);

/** Runs a program on a file with these bytes, and gives what it prints, line by line. `FILE` among the arguments is the file. */
export function linesOf(program: string, cliArguments: readonly string[], dataBytes: Uint8Array): string[] {
  const directory = mkdtempSync(join(tmpdir(), "vm-superio-"));
  try {
    const fileName = join(directory, "exported");
    writeFileSync(fileName, dataBytes);
    const programArguments = cliArguments.map((arg) => (arg === "FILE" ? fileName : arg));
    const printed = execFileSync(program, programArguments, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 30_000,
    });
    return printed.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(directory, { recursive: true });
  }
}
