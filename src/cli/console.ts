import { ConsoleText } from "./console-text.js";
import type { Progress } from "./progress.js";
import type { Surroundings } from "./surroundings.js";
import { paintFor } from "./terminal.js";

/** Where the console goes; its end gives what has been gathered of it. */
export interface Console {
  push(bytes: Uint8Array): Promise<void>;
  end(): Promise<string | undefined>;
}

/** Where a guest's console goes: into the JSON, as it is to the standard output, or there as safe text. */
export function consoleFor(
  flags: { readonly json?: true; readonly raw?: true },
  { stdout, env }: Surroundings,
  progress: Progress,
): Console {
  if (flags.json) return gathered();
  if (flags.raw)
    return { push: async (bytes) => stdout.write(bytes), end: async () => void (await stdout.write("\n")) };
  const text = new ConsoleText(
    async (written) => {
      await progress.hide();
      await stdout.write(written);
    },
    paintFor(stdout, env),
  );
  return { push: (bytes) => text.push(bytes), end: async () => void (await text.end()) };
}

function gathered(): Console {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  return {
    push: async (bytes) => {
      text += decoder.decode(bytes, { stream: true });
    },
    end: async () => text + decoder.decode(),
  };
}
