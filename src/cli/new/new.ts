import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Argument, Command } from "commander";
import { withWriteErrors } from "../files.js";
import { type CommandHelp, withHelp } from "../help.js";
import { CommandError, type ExitCode, type Io } from "../io.js";
import { packageFolder } from "../package-folder.js";

/** A file of a new driver: its path in the package, and in the driver's folder. */
type FileCopy = readonly [source: string, target: string];

/** A language for which a driver can be written. */
interface Language {
  readonly files: readonly FileCopy[];
  readonly scripts: Readonly<Record<string, string>>;
  /** What npm installs besides this package. */
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** The files that a build or a test writes. */
  readonly ignored: readonly string[];
  /** The command that finds the bug. */
  readonly command: string;
}

/** The files that each language has in its folder of examples/new. */
const ciFiles = (language: string): FileCopy[] => [
  [`examples/new/${language}/github.yml`, ".github/workflows/driver.yml"],
  [`examples/new/${language}/gitlab.yml`, ".gitlab-ci.yml"],
];

const LANGUAGES: Readonly<Record<"c" | "rust" | "ts", Language>> = {
  c: {
    files: [
      ["examples/new/c/driver.c", "driver.c"],
      ["include/vm-superio.h", "vm-superio.h"],
      ["examples/new/c/Makefile", "Makefile"],
      ...ciFiles("c"),
    ],
    scripts: { test: "make" },
    ignored: ["driver", "driver.wasm"],
    command: "make",
  },
  rust: {
    files: [
      ["examples/new/rust/driver.rs", "driver.rs"],
      ["include/vm_superio.rs", "vm_superio.rs"],
      ["examples/new/rust/Makefile", "Makefile"],
      ...ciFiles("rust"),
    ],
    scripts: { test: "make" },
    ignored: ["driver.wasm"],
    command: "make",
  },
  ts: {
    files: [["examples/new/ts/driver.ts", "driver.ts"], ...ciFiles("ts")],
    scripts: {
      test: "vm-superio test driver.ts --preset pc16550d",
      ci: "vm-superio test driver.ts --preset all --pic all --seed 1 --junit report.xml --save failures",
    },
    // Node runs TypeScript by itself from version 22.18 on.
    devDependencies: { tsx: "^4.0.0" },
    ignored: [],
    command: "npm test",
  },
};

const HELP: CommandHelp = {
  summary: "write a driver with a bug, and all that finds it: a start for your own",
  examples: `\
  vm-superio new c my-driver && cd my-driver && npm install && make
  vm-superio new rust my-driver
  vm-superio new ts my-driver`,
  details: `\
The folder holds the driver, vm-superio.h or vm_superio.rs, a Makefile or a script of package.json,
and what tests the driver on GitHub and on GitLab. For C it takes a clang that compiles for wasm32
(Debian: clang lld), for Rust rustc with the target wasm32-unknown-unknown.

The exit code is 0, or 2 for usage errors and a folder that is not empty.`,
};

/** The command `new`. */
export function newCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("new"), HELP)
    .addArgument(new Argument("<language>", "the driver's language").choices(Object.keys(LANGUAGES)))
    .argument("<folder>", "the folder to write, which is new or empty")
    .action(async (language: keyof typeof LANGUAGES, folder: string) => {
      await writeDriver(LANGUAGES[language], folder);
      await io.stdout.write(nextSteps(LANGUAGES[language], folder));
      setExitCode(0);
    });
}

/** Writes the files of a driver. @throws CommandError if the folder is not empty, or cannot be written. */
async function writeDriver(language: Language, folder: string): Promise<void> {
  const oldNames = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new CommandError(`${folder}: expected a folder, or nothing, got something else`);
  });
  if (oldNames.length > 0)
    throw new CommandError(`${folder}: expected a new or empty folder, got one with ${oldNames[0]}`);
  const source = await packageFolder();
  await withWriteErrors(folder, async () => {
    for (const [from, to] of language.files) {
      await mkdir(dirname(join(folder, to)), { recursive: true });
      await copyFile(join(source, from), join(folder, to));
    }
    const ignored = ["node_modules/", ".vm-superio/", "failures/", "report.xml", ...language.ignored];
    await writeFile(join(folder, ".gitignore"), `${ignored.join("\n")}\n`);
    await writeFile(join(folder, "package.json"), await manifestOf(language, source));
  });
}

/** Returns the package.json of a driver: this package, what it needs, and its scripts. */
async function manifestOf({ scripts, devDependencies }: Language, source: string): Promise<string> {
  const { version, peerDependencies } = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as {
    version: string;
    peerDependencies: Record<string, string>;
  };
  const peers = ["fast-check", "rxjs", "xstate"].map((name) => [name, peerDependencies[name]]);
  const manifest = {
    private: true,
    type: "module",
    scripts,
    devDependencies: { ...Object.fromEntries(peers), ...devDependencies, "vm-superio": `^${version}` },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const nextSteps = ({ files, command }: Language, folder: string): string => `\
${resolve(folder)} holds ${files[0]?.[1]}, a driver with a bug. To find it:

  cd ${folder}
  npm install
  ${command}
`;
