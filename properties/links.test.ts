/** Checks that each relative link of our pages leads to a file, and each anchor to a heading. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Every page of the repository, but for what npm installed or a build wrote. */
const pages = ["", ".ci", "docs", "machines", "src", "properties", "bench"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== "" }).map((name) => join(folder, String(name))),
  )
  .filter((path) => path.endsWith(".md"));

const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Returns a page without its code, in which brackets are no links. */
const withoutCode = (text: string): string => text.replace(/^```.*?^```/gms, "").replace(/`[^`\n]*`/g, "");

const anchorsByPage = new Map<string, ReadonlySet<string>>();

/** Returns the anchors of a page, made from its headings as GitHub makes them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const known = anchorsByPage.get(path);
  if (known) return known;
  const anchors = new Set([...textOf(path).matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id));
  anchorsByPage.set(path, anchors);
  for (const [, heading = ""] of textOf(path)
    .replace(/^```.*?^```/gms, "")
    .matchAll(/^#{1,6} (.*)$/gm)) {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Returns the links of a page that lead nowhere. */
function brokenLinks(page: string): string[] {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(
    ([, link = ""]) => link,
  );
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
}

test("there are pages", () => expect(pages.length).toBeGreaterThan(30));

test.for(pages)("the links of %s", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});
