import type fastCheck from "fast-check";

// A top-level `await`: a static import would demand the package of everybody, and the arbitraries of this folder are made by plain functions, which
// cannot wait for it at their first use. `createRequire` exists in Node alone, and would load a second copy beside that of an ES module.
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
