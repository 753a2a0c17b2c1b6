import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files of tests that take longest, by the start of their paths. */
const LONG_FILES: readonly string[] = [
  "properties/uart16550/invariants",
  "properties/uart16550/m",
  "properties/engine/",
  "properties/readme",
  "src/testing/check",
  "src/explore/serial/",
  "src/explore/uart16550/claims",
  "src/journal/memory",
  "src/guests/recorded/qemu",
  "properties/testing/museum/",
  "properties/vectors/uart16550",
];

/** The order of the files: the longest first, so that no worker is left alone with one at the end. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(specifications);
    const root = `${this.ctx.config.root}/`;
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONG_FILES.some((start) => moduleId.startsWith(root + start));
    return [...rest.filter(isLong), ...rest.filter((specification) => !isLong(specification))];
  }
}
