// Stands in for uart16550.ts, which is generated and not kept in the repository. Every resolver of TypeScript looks for `.ts` before
// `.tsx`, so that this file is only found while the other is missing. It belongs in the repository.

export const hash = "";

export default function link(): never {
  throw new Error("src/device/compiled/uart16550.ts is missing: npm run generate");
}
