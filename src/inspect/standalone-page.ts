/** The parts of a standalone session. */
export interface PageParts {
  /** The page's script, an ES module without imports. */
  readonly script: string;
  readonly style: string;
  /** The charts' layouts, as JSON. */
  readonly layouts: string;
  /** The frames, compressed with gzip, in base64. */
  readonly session: string;
}

/** The ids of the elements that hold the parts. */
export const PART_IDS = { script: "app", style: "style", layouts: "layouts", session: "session" } as const;

/**
 * Returns one HTML file that shows a session without a server. It may load nothing and connect to nothing; the recording is in it as
 * base64 only, so that nothing recorded can become markup.
 */
export function standalonePage({ script, style, layouts, session }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>vm-superio inspector</title>
<style id="${PART_IDS.style}">${style}</style>
<body>
<script type="application/json" id="${PART_IDS.layouts}">${escapeForScript(layouts)}</script>
<script type="text/plain" id="${PART_IDS.session}">${session}</script>
<script type="module" id="${PART_IDS.script}">${escapeForScript(script)}</script>
`;
}

/** Escapes script tags in text. They occur only in JavaScript and JSON strings, whose meaning stays. */
const escapeForScript = (scriptText: string): string =>
  scriptText.replace(/<(?=\/script|script|!--)/gi, "\\u003C");
