import type { AnyStateMachine } from "xstate";
import type { Chart } from "../device/index.js";
import type { Claim, MachineScope, Scope } from "../explore/index.js";
import { CommandError } from "./io.js";
import type { ProofJob } from "./proof-jobs.js";
import { machineIn } from "./script.js";

type Exports = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Returns the jobs of a module: a machine or a chart, its scopes, and the claims about it.
 *
 * @param scopeName - the only scope that is explored.
 * @throws CommandError if an export is missing, or is not what it should be.
 */
export function jobsOfModule(
  exports: Exports,
  filePath: string,
  scopeName: string | undefined,
): readonly ProofJob[] {
  const claims = claimsIn(exports, filePath);
  const subject = isObject(exports["chart"])
    ? (exports["chart"] as unknown as Chart<AnyStateMachine>)
    : machineIn(exports, filePath, "machine" in exports ? "machine" : undefined);
  return scopesIn(exports, filePath, scopeName).map(([name, scope]) => ({
    ...(name === undefined ? {} : { name }),
    ...{ filePath, claims, subject, scope: scope as Scope | MachineScope },
    isOfDevice: isObject(exports["chart"]),
  }));
}

function claimsIn({ claims }: Exports, filePath: string): readonly Claim[] {
  if (!Array.isArray(claims))
    throw new CommandError(
      `${filePath}: expected an export claims, a list of claim(id, sentence, formula), got ${claims === undefined ? "none" : typeof claims}`,
    );
  const wrongIndex = claims.findIndex(
    (claim) => !isObject(claim) || typeof claim["id"] !== "string" || !isObject(claim["formula"]),
  );
  if (wrongIndex >= 0)
    throw new CommandError(`${filePath}: claims[${wrongIndex}]: expected claim(id, sentence, formula)`);
  if (claims.length === 0)
    throw new CommandError(`${filePath}: claims: expected at least one claim, got none`);
  return claims as readonly Claim[];
}

/** Returns the scopes of a module that are explored, with their names. */
function scopesIn(
  { scope, scopes }: Exports,
  filePath: string,
  scopeName: string | undefined,
): readonly (readonly [name: string | undefined, scope: unknown])[] {
  if (!isObject(scopes)) {
    if (!isObject(scope))
      throw new CommandError(
        `${filePath}: expected an export scope, such as { events: [{ type: "GO" }] }, got none`,
      );
    if (scopeName !== undefined)
      throw new CommandError(`--scope: expected an export scopes in ${filePath}, got scope alone`);
    return [[undefined, scope]];
  }
  const names = Object.keys(scopes);
  if (scopeName !== undefined && !names.includes(scopeName))
    throw new CommandError(`--scope: expected one of ${names.join(", ")}, got ${scopeName}`);
  return Object.entries(scopes).filter(([name]) => scopeName === undefined || name === scopeName);
}
