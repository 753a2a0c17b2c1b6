import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";
import { parseHTML } from "linkedom";

/** What Mermaid reads in a state diagram. */
export interface MermaidDiagram {
  readonly nodes: readonly {
    readonly id: string;
    readonly label: string;
    readonly parentId?: string;
    readonly shape: string;
  }[];
  readonly edges: readonly { readonly start: string; readonly end: string; readonly label: string }[];
}

interface Mermaid {
  parse(text: string): Promise<unknown>;
  readonly mermaidAPI: {
    getDiagramFromText(text: string): Promise<{ readonly db: { getData(): MermaidDiagram } }>;
  };
}

let loaded: Mermaid | undefined;

/** Mermaid itself, in a room of its own: it wants a browser's document, which no other test should see. */
function load(): Mermaid {
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
  const room = vm.createContext(globals) as { mermaid?: Mermaid };
  const script = createRequire(import.meta.url).resolve("@mermaid-js/tiny");
  vm.runInContext(readFileSync(script, "utf8"), room);
  if (!room.mermaid) throw new Error("Mermaid did not load");
  return room.mermaid;
}

/** Reads a diagram with Mermaid. It throws what Mermaid has against it. */
export async function readMermaid(text: string): Promise<MermaidDiagram> {
  if (!loaded) {
    loaded = load();
    // What kinds of diagram there are it learns with the first that it parses.
    await loaded.parse("stateDiagram-v2");
  }
  const { nodes, edges } = (await loaded.mermaidAPI.getDiagramFromText(text)).db.getData();
  return { nodes, edges };
}
