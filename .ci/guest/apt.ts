import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Returns options that keep apt's state in a folder, separate from the system's. */
const options = (folder: string): string[] => {
  const pathOf = (memberName: string) => join(folder, memberName);
  return [
    "APT::Architecture=i386",
    "APT::Architectures=i386",
    // As root apt would download as another user, who cannot write here.
    "APT::Sandbox::User=",
    "Acquire::Languages=none",
    `Dir::State::Lists=${pathOf("lists")}`,
    `Dir::State::status=${pathOf("status")}`,
    `Dir::Cache=${pathOf("cache")}`,
  ].map((option) => `-o${option}`);
};

/** Debian's i386 packages, without root: lists and downloads are in a folder, and the package state of the system does not change. */
export class Apt {
  readonly #folder: string;

  /** Downloads the lists of packages. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const memberName of ["lists/partial", "cache/archives/partial", "deb"])
      mkdirSync(join(folder, memberName), { recursive: true });
    writeFileSync(join(folder, "status"), "");
    try {
      this.#runProgram("apt-get", ["update", "-qq"]);
    } catch {
      // A source without i386 packages fails. The packages that are needed may still be available; otherwise a later step fails.
    }
  }

  /** Returns the dependency of a package whose name has this beginning: a metapackage depends on the newest kernel. */
  dependency(packageName: string, beginning: string): string {
    const description = this.#runProgram("apt-cache", ["show", "--no-all-versions", packageName]);
    const dependencies = /^Depends: (.*)$/m.exec(description)?.[1]?.split(/[,|]\s*/) ?? [];
    const dependencyName = dependencies
      .map((textLine) => textLine.split(" ")[0] ?? "")
      .find((memberName) => memberName.startsWith(beginning));
    if (dependencyName === undefined) throw new Error(`${packageName} depends on no ${beginning}`);
    return dependencyName;
  }

  /** Downloads a package and returns files of it, by their paths without the first slash. */
  extractFiles(memberName: string, filePaths: readonly string[]): Buffer[] {
    const folder = join(this.#folder, "deb");
    this.#runProgram("apt-get", ["download", "-qq", memberName], folder);
    const archiveName = readdirSync(folder).find((fileName) => fileName.startsWith(`${memberName}_`));
    if (archiveName === undefined) throw new Error(`apt-get download ${memberName} brought no package`);
    const tarContent = execFileSync("dpkg-deb", ["--fsys-tarfile", join(folder, archiveName)], {
      maxBuffer: 1 << 30,
    });
    return filePaths.map((filePath) =>
      execFileSync("tar", ["--extract", "--to-stdout", `./${filePath}`], {
        input: tarContent,
        maxBuffer: 1 << 28,
      }),
    );
  }

  #runProgram(command: string, programArguments: readonly string[], directory = this.#folder): string {
    return execFileSync(command, [...options(this.#folder), ...programArguments], {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 1 << 26,
    });
  }
}
