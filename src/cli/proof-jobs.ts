import { extname } from "node:path";
import type { AnyStateMachine } from "xstate";
import type { PicMode, SerialRevision, Uart16550Preset } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart, uart16550Options } from "../device/index.js";
import {
  type Claim,
  type MachineScope,
  type Proof,
  type ProveOptions,
  type Scope,
  serialClaims,
  serialScope,
  uart16550Claims,
  uart16550ScopeNames,
  uart16550Slice,
} from "../explore/index.js";
import { type HelperSource, proveWith, type Subject } from "../explore/internal.js";
import type { DEVICES } from "./devices.js";
import { CommandError } from "./io.js";
import { jobsOfModule } from "./prove-module.js";
import { firstLine, importScript, SCRIPT_ENDINGS } from "./script.js";

/** The names of the scopes of `uart16550`. */
export const SCOPE_NAMES = uart16550ScopeNames({ options: { autoFlow: true } });

/** The options of `vm-superio prove` that say what is proved. */
export interface JobFlags {
  readonly device: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly driver?: "linux";
  readonly pic?: PicMode;
  readonly preset?: Uart16550Preset;
  readonly scope?: string;
}

/** A scope of a device or a machine with the claims that can be made in it. */
export interface ProofJob {
  readonly name?: string;
  /** The module that it comes from; absent for the devices' own claims. */
  readonly filePath?: string;
  /** True if it is about a device, false if about a machine of the user's own. */
  readonly isOfDevice: boolean;
  readonly subject: Subject;
  readonly scope: Scope | MachineScope;
  readonly claims: readonly Claim[];
}

/** True if the first argument of `vm-superio prove` is a module. */
export const isModulePath = (argument: string | undefined): argument is string =>
  argument !== undefined && SCRIPT_ENDINGS.has(extname(argument));

/**
 * Loads the jobs for the arguments of `vm-superio prove`: a module, perhaps, and claims.
 *
 * @throws CommandError if the options contradict each other, the module cannot be loaded, or there is no such claim.
 */
export async function loadJobs(proofArguments: readonly string[], flags: JobFlags): Promise<ProofJob[]> {
  const [filePath, ...claimIds] = proofArguments;
  if (!isModulePath(filePath)) return selectClaims(createJobs(flags), proofArguments);
  checkModuleFlags(flags);
  return selectClaims(jobsOfModule(await importScript(filePath), filePath, flags.scope), claimIds);
}

/** Explores the scope of a job, and checks its claims. @throws any error of the machine, its scope or the claims. */
export function proveJob(
  { subject, scope, claims, filePath }: ProofJob,
  options: ProveOptions,
  helperSource?: HelperSource,
): Proof {
  try {
    return proveWith(subject, scope, claims, options, helperSource);
  } catch (error) {
    if (filePath === undefined || error instanceof CommandError) throw error;
    throw new CommandError(`${filePath}: ${firstLine(error)}`);
  }
}

/** Creates the jobs for the options. @throws CommandError if the options contradict each other. */
function createJobs({ device, revision, preset, scope }: JobFlags): ProofJob[] {
  if (device === "serial") {
    if (preset !== undefined)
      throw new CommandError(
        "--preset: expected --device uart16550 with it, got serial, which has --revision",
      );
    if (scope !== undefined)
      throw new CommandError("--scope: expected --device uart16550 with it, got serial, which has one scope");
    return [
      {
        isOfDevice: true,
        subject: serialChart(revision) as Chart<AnyStateMachine>,
        scope: serialScope as Scope,
        claims: serialClaims as readonly Claim[],
      },
    ];
  }
  if (scope !== undefined && !(SCOPE_NAMES as readonly string[]).includes(scope))
    throw new CommandError(`--scope ${scope}: Allowed choices are ${SCOPE_NAMES.join(", ")}.`);
  if (revision !== undefined)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  const chart = uart16550Chart(preset);
  const scopeNames = uart16550ScopeNames(chart);
  if (scope === "flow" && !scopeNames.includes("flow"))
    throw new CommandError(
      `--scope flow: expected a part with automatic flow control, got ${preset ?? "pc16550d"}`,
    );
  return scopeNames
    .filter((name) => scope === undefined || name === scope)
    .map((scopeName) => ({
      name: scopeName,
      isOfDevice: true,
      subject: chart as Chart<AnyStateMachine>,
      scope: uart16550Slice(scopeName, chart) as Scope,
      claims: uart16550Claims(scopeName, uart16550Options(preset)) as readonly Claim[],
    }));
}

/** Limits jobs to the claims with these ids. @throws CommandError if there is no such claim. */
function selectClaims(jobs: readonly ProofJob[], claimIds: readonly string[]): ProofJob[] {
  const knownIds = [...new Set(jobs.flatMap(({ claims }) => claims.map(({ id }) => id)))];
  const unknownId = claimIds.find((id) => !knownIds.includes(id));
  if (unknownId !== undefined)
    throw new CommandError(`claim: expected ${knownIds.join(", ")}, got ${unknownId}`);
  if (claimIds.length === 0) return [...jobs];
  return jobs
    .map((job) => ({ ...job, claims: job.claims.filter(({ id }) => claimIds.includes(id)) }))
    .filter(({ claims }) => claims.length > 0);
}

/** @throws CommandError if an option is not one of a module. */
function checkModuleFlags({ revision, preset, driver, pic }: JobFlags): void {
  for (const [flag, value] of Object.entries({ revision, preset, driver, pic }))
    if (value !== undefined)
      throw new CommandError(`--${flag}: expected no module with it, which exports what is proved`);
}
