/**
 * Writes the API pages from the docstrings, each into the folder that it describes: `npm run docs`.
 * With --check it writes nothing and fails if a page is stale. It also fails if an export has no docstring.
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
import { moduleName, SUBPATHS } from "./subpaths.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The module that each page describes, by the folder of the page. */
const PAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SUBPATHS).flatMap(([subpath, { folder, partOf }]) =>
    partOf === undefined ? [[folder, moduleName(subpath)]] : [],
  ),
);

const OPTIONS: Partial<TypeDocOptions & PluginOptions> = {
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: Object.keys(PAGES).map((folder) => join(ROOT, folder, "index.ts")),
  tsconfig: join(ROOT, ".ci/build/tsconfig.build.json"),
  basePath: ROOT,
  name: "vm-superio",
  readme: "none",
  logLevel: "Warn",
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
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

/** Returns the exports, and the members of exported classes, that have no docstring. */
function undocumented(project: ProjectReflection): string[] {
  const exports = (project.children ?? []).flatMap(({ children }) => children ?? []);
  const members = exports
    .filter((declaration) => declaration.kindOf(ReflectionKind.Class))
    .flatMap(({ children }) => children ?? [])
    .filter(
      (declaration) => !declaration.kindOf(ReflectionKind.Constructor) && !declaration.name.startsWith("["),
    );
  const isUndocumented = (declaration: DeclarationReflection): boolean =>
    !declaration.hasComment() &&
    !declaration.getNonIndexSignatures().some((signature) => signature.hasComment()) &&
    !(
      declaration.type?.type === "reflection" &&
      declaration.type.declaration.signatures?.some((signature) => signature.hasComment())
    );
  return [...exports, ...members]
    .filter(
      (declaration) =>
        !declaration.isReference() &&
        !declaration.inheritedFrom &&
        !declaration.overwrites &&
        isUndocumented(declaration),
    )
    .map((declaration) => declaration.getFullName());
}

/** Removes the type arguments of machines, which would fill a page with names. */
function shorten(someType: SomeType | undefined): void {
  if (!(someType instanceof ReferenceType)) return;
  if (someType.name === "StateMachine") delete someType.typeArguments;
  someType.typeArguments?.forEach(shorten);
}

/** Generates the pages into a folder, each named after its own folder, with `.md`. */
async function generatePages(outputDirectory: string): Promise<void> {
  const application = await Application.bootstrapWithPlugins({
    ...OPTIONS,
    out: outputDirectory,
  } as Partial<TypeDocOptions>);
  application.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const typedReflections = project.getReflectionsByKind(
      ReflectionKind.CallSignature | ReflectionKind.Variable,
    );
    for (const reflection of typedReflections)
      if (reflection.isSignature() || reflection.isDeclaration()) shorten(reflection.type);
  });
  const project = await application.convert();
  if (!project) throw new Error("the sources have errors");
  for (const name of undocumented(project)) application.logger.warn(`${name} has no docstring`);
  application.validate(project);
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings())
    throw new Error("the docstrings need work");
}

/** Returns the text of a page for its folder: titled with its module, with links to the other pages in theirs. */
function pageFor(pageText: string, folder: string): string {
  const linkPaths = pageText.replace(/\]\(([^)#:]+)\.md(#[^)]*)?\)/g, (_, pagePath: string, anchor = "") => {
    const target = relative(ROOT, resolve(ROOT, dirname(folder), pagePath));
    return `](${relative(folder, join(target, "API.md"))}${anchor})`;
  });
  const heading = `# ${PAGES[folder]}\n\nGenerated from the docstrings by \`npm run docs\`.`;
  return `${linkPaths.replace(/^# .*/, heading).trimEnd()}\n`;
}

const isCheck = process.argv.includes("--check");
const out = await mkdtemp(join(tmpdir(), "vm-superio-docs-"));
try {
  await generatePages(out);
  for (const folder of Object.keys(PAGES)) {
    const fileName = join(ROOT, folder, "API.md");
    const pagePath = pageFor(await readFile(join(out, `${folder}.md`), "utf8"), folder);
    if (!isCheck) await writeFile(fileName, pagePath);
    else if (pagePath !== (await readFile(fileName, "utf8").catch(() => "")))
      throw new Error(`${folder}/API.md is stale: npm run docs`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(out, { recursive: true });
}
