import type fastCheck from "fast-check";

const fastCheckModule = await import("fast-check").catch(() => undefined);

/** fast-check, an optional peer. Without it this folder still plays scenarios; a use of fast-check names the package. */
export const fc: typeof fastCheck = fastCheckModule?.default ?? missingFastCheck();

/** Returns a stand-in that throws at the first use, naming the package. */
function missingFastCheck(): typeof fastCheck {
  return new Proxy({} as typeof fastCheck, {
    get(): never {
      throw new Error(
        "vm-superio/testing draws its scenarios with fast-check: npm install --save-dev fast-check",
      );
    },
  });
}
