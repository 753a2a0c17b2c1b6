/**
 * Writes the API pages from the docstrings, beside what they describe: `npm run docs`.
 * With --check it writes nothing, and fails where a page is stale. It fails where an export has no docstring, too.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Application,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
  type SomeType,
  type TypeDocOptions,
} from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder of each page, and the subpath that it describes. */
const PAGES: Readonly<Record<string, string>> = {
  "src/device": "vm-superio",
  machines: "vm-superio/machines",
  "src/journal": "vm-superio/journal",
  "src/guests": "vm-superio/guests",
  "src/guests/host": "vm-superio/host",
  "src/guests/node": "vm-superio/node",
  "src/guests/v86": "vm-superio/v86",
  "src/explore": "vm-superio/explore",
  "src/inspect/export": "vm-superio/inspect/export",
  "src/inspect/stately": "vm-superio/inspect/stately",
  "src/inspect/stately-server": "vm-superio/inspect/stately-server",
  "src/engine": "vm-superio/engine",
  "src/inspect": "vm-superio/inspect",
  "src/testing": "vm-superio/testing",
};

const OPTIONS: Partial<TypeDocOptions & PluginOptions> = {
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: Object.keys(PAGES).map((folder) => join(ROOT, folder, "index.ts")),
  tsconfig: join(ROOT, "tsconfig.build.json"),
  basePath: ROOT,
  name: "vm-superio",
  readme: "none",
  logLevel: "Warn",
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  sort: ["source-order"],
  validation: { notDocumented: false, notExported: true, invalidLink: true, invalidPath: true },
  treatWarningsAsErrors: true,
  outputFileStrategy: "modules",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
  propertyMembersFormat: "table",
};

/** Exports, and what exported classes have, that say nothing about themselves. */
function undocumented(project: ProjectReflection): string[] {
  const exports = (project.children ?? []).flatMap(({ children }) => children ?? []);
  const members = exports
    .filter((it) => it.kindOf(ReflectionKind.Class))
    .flatMap(({ children }) => children ?? [])
    .filter((it) => !it.kindOf(ReflectionKind.Constructor) && !it.name.startsWith("["));
  const silent = (it: DeclarationReflection): boolean =>
    !it.hasComment() &&
    !it.getNonIndexSignatures().some((signature) => signature.hasComment()) &&
    !(it.type?.type === "reflection" && it.type.declaration.signatures?.some((each) => each.hasComment()));
  return [...exports, ...members]
    .filter((it) => !it.isReference() && !it.inheritedFrom && !it.overwrites && silent(it))
    .map((it) => it.getFullName());
}

/** The full type of a machine is a page of names: what stands in the pages is that it is a machine. */
function shorten(type: SomeType | undefined): void {
  if (!(type instanceof ReferenceType)) return;
  if (type.name === "StateMachine") delete type.typeArguments;
  type.typeArguments?.forEach(shorten);
}

/** Generates the pages into a folder, each at its folder's name with `.md`. */
async function generate(out: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, out } as Partial<TypeDocOptions>);
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const typed = project.getReflectionsByKind(ReflectionKind.CallSignature | ReflectionKind.Variable);
    for (const reflection of typed)
      if (reflection.isSignature() || reflection.isDeclaration()) shorten(reflection.type);
  });
  const project = await app.convert();
  if (!project) throw new Error("the sources have errors");
  for (const name of undocumented(project)) app.logger.warn(`${name} has no docstring`);
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("the docstrings need work");
}

/** A page as it stands in its folder: with its subpath as title, and links to where the others stand. */
function placed(text: string, folder: string): string {
  const links = text.replace(/\]\(([^)#:]+)\.md(#[^)]*)?\)/g, (_, page: string, anchor = "") => {
    const target = relative(ROOT, resolve(ROOT, dirname(folder), page));
    return `](${relative(folder, join(target, "API.md"))}${anchor})`;
  });
  const title = `# ${PAGES[folder]}\n\nMade from the docstrings by \`npm run docs\`.`;
  return `${links.replace(/^# .*/, title).trimEnd()}\n`;
}

const check = process.argv.includes("--check");
const out = await mkdtemp(join(tmpdir(), "vm-superio-docs-"));
try {
  await generate(out);
  for (const folder of Object.keys(PAGES)) {
    const file = join(ROOT, folder, "API.md");
    const page = placed(await readFile(join(out, `${folder}.md`), "utf8"), folder);
    if (!check) await writeFile(file, page);
    else if (page !== (await readFile(file, "utf8").catch(() => "")))
      throw new Error(`${folder}/API.md is stale: npm run docs`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(out, { recursive: true });
}
