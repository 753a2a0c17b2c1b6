import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";
import { parseHTML } from "linkedom";

/** What Mermaid reads in a state diagram. */
interface MermaidDiagram {
  readonly nodes: readonly {
    readonly id: string;
    readonly label: string;
    readonly parentId?: string;
    readonly shape: string;
  }[];
  readonly edges: readonly { readonly start: string; readonly end: string; readonly label: string }[];
}

interface Mermaid {
  parse(diagramText: string): Promise<unknown>;
  readonly mermaidAPI: {
    getDiagramFromText(diagramText: string): Promise<{ readonly db: { getData(): MermaidDiagram } }>;
  };
}

let mermaidPromise: Mermaid | undefined;

/** Mermaid itself, in a room of its own: it wants a browser's document, which no other test should see. */
function loadMermaid(): Mermaid {
  const { window } = parseHTML("<html><body></body></html>");
  const globals = {
    window,
    document: window.document,
    structuredClone,
    console,
    setTimeout,
    clearTimeout,
    URL,
  };
  const scriptContext = vm.createContext(globals) as { mermaid?: Mermaid };
  const bundleScript = createRequire(import.meta.url).resolve("@mermaid-js/tiny");
  vm.runInContext(readFileSync(bundleScript, "utf8"), scriptContext);
  if (!scriptContext.mermaid) throw new Error("Mermaid did not load");
  return scriptContext.mermaid;
}

/** Reads a diagram with Mermaid. It throws what Mermaid has against it. */
export async function readMermaid(diagramText: string): Promise<MermaidDiagram> {
  if (!mermaidPromise) {
    mermaidPromise = loadMermaid();
    // What kinds of diagram there are it learns with the first that it parses.
    await mermaidPromise.parse("stateDiagram-v2");
  }
  const { nodes, edges } = (await mermaidPromise.mermaidAPI.getDiagramFromText(diagramText)).db.getData();
  return { nodes, edges };
}
