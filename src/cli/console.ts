import { ConsoleText } from "./console-text.js";
import type { Io } from "./io.js";
import type { Progress } from "./progress.js";
import { choosePaint } from "./terminal.js";

/** The destination of the console; `finish` returns the text if it was collected. */
interface ConsoleOutput {
  pushBytes(bytes: Uint8Array): Promise<void>;
  finish(): Promise<string | undefined>;
}

/** Creates the console of a replay: collected for JSON, raw to the standard output, or there as safe text. */
export function createConsole(
  flags: { readonly json?: true; readonly raw?: true },
  { stdout, env }: Io,
  progress: Progress,
): ConsoleOutput {
  if (flags.json) return collectText();
  if (flags.raw) return { pushBytes: async (bytes) => stdout.write(bytes), finish: async () => undefined };
  const text = new ConsoleText(
    async (written) => {
      await progress.hide();
      await stdout.write(written);
    },
    choosePaint(stdout, env),
  );
  return { pushBytes: (bytes) => text.pushBytes(bytes), finish: async () => void (await text.finish()) };
}

function collectText(): ConsoleOutput {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let collectedText = "";
  return {
    pushBytes: async (bytes) => {
      collectedText += decoder.decode(bytes, { stream: true });
    },
    finish: async () => collectedText + decoder.decode(),
  };
}
