import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Finds the folder of this package, in which its files for users are. */
export async function packageFolder(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const hasManifest = await access(join(folder, "package.json")).then(
      () => true,
      () => false,
    );
    if (hasManifest) return folder;
  }
}
