import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where apt keeps its own state, apart from the system's. */
const options = (folder: string): string[] => {
  const at = (name: string) => join(folder, name);
  return [
    "APT::Architecture=i386",
    "APT::Architectures=i386",
    // As root apt would download as another user, who cannot write here.
    "APT::Sandbox::User=",
    "Acquire::Languages=none",
    `Dir::State::Lists=${at("lists")}`,
    `Dir::State::status=${at("status")}`,
    `Dir::Cache=${at("cache")}`,
  ].map((option) => `-o${option}`);
};

/** Debian's i386 packages, without root: lists and downloads are in a folder, and the system's package state is not touched. */
export class Apt {
  readonly #folder: string;

  /** @throws Error if the lists cannot be got; that of other sources than Debian's does not matter. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const name of ["lists/partial", "cache/archives/partial", "deb"])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "status"), "");
    try {
      this.#run("apt-get", ["update", "-qq"]);
    } catch {
      // A source without i386 packages fails; what is needed may be there all the same, and is missed below otherwise.
    }
  }

  /** The package that another depends on and whose name begins so: an empty package names the newest kernel. */
  dependency(of: string, beginning: string): string {
    const shown = this.#run("apt-cache", ["show", "--no-all-versions", of]);
    const names = /^Depends: (.*)$/m.exec(shown)?.[1]?.split(/[,|]\s*/) ?? [];
    const found = names.map((each) => each.split(" ")[0] ?? "").find((name) => name.startsWith(beginning));
    if (found === undefined) throw new Error(`${of} depends on no ${beginning}`);
    return found;
  }

  /** Downloads a package and takes files out of it, by their paths without the first slash. */
  files(name: string, paths: readonly string[]): Buffer[] {
    const folder = join(this.#folder, "deb");
    this.#run("apt-get", ["download", "-qq", name], folder);
    const deb = readdirSync(folder).find((file) => file.startsWith(`${name}_`));
    if (deb === undefined) throw new Error(`apt-get download ${name} brought no package`);
    const tar = execFileSync("dpkg-deb", ["--fsys-tarfile", join(folder, deb)], { maxBuffer: 1 << 30 });
    return paths.map((path) =>
      execFileSync("tar", ["--extract", "--to-stdout", `./${path}`], { input: tar, maxBuffer: 1 << 28 }),
    );
  }

  #run(command: string, args: readonly string[], cwd = this.#folder): string {
    return execFileSync(command, [...options(this.#folder), ...args], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 1 << 26,
    });
  }
}
