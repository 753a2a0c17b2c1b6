/** What a session is made of that is one file. */
export interface Parts {
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
 * One HTML file that shows a session without a server. It may load nothing and talk to nobody; what was recorded is in it as
 * base64 only, so that nothing recorded can become markup.
 */
export function standalone({ script, style, layouts, session }: Parts): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>vm-superio inspector</title>
<style id="${PART_IDS.style}">${style}</style>
<body>
<script type="application/json" id="${PART_IDS.layouts}">${inScript(layouts)}</script>
<script type="text/plain" id="${PART_IDS.session}">${session}</script>
<script type="module" id="${PART_IDS.script}">${inScript(script)}</script>
`;
}

/** Text that ends no script element and begins none. In JavaScript and JSON strings, where alone these stand, the meaning stays. */
const inScript = (text: string): string => text.replace(/<(?=\/script|script|!--)/gi, "\\u003C");
