/**
 * The speed and the memory of exploration beside spin's verifier on the same models, which `toPromela` exports, in one run. Needs spin and gcc.
 *
 *     npx tsx bench/spin.ts
 *
 * Exits with 1 if the two count different states or transitions.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AnyStateMachine } from "xstate";
import { serialChart } from "../src/device/index.js";
import {
  explore,
  type Graph,
  NO_BODIES,
  serialBodies,
  serialScope,
  toPromela,
} from "../src/explore/index.js";
import type { Input } from "../src/journal/index.js";
import { median } from "./median.js";
import { philosophers } from "./philosophers.js";

const ROUNDS = 5;
const execute = promisify(execFile);

interface Counts {
  readonly states: number;
  readonly transitions: number;
}

interface Figures extends Counts {
  readonly milliseconds: number;
  readonly bytesPerState: number;
}

interface Model {
  readonly name: string;
  readonly promela: string;
  explore(): Graph<never>;
}

function philosophersModel(count: number): Model {
  const { machine, events } = philosophers(count);
  return {
    name: `${count} philosophers`,
    promela: toPromela(machine, {
      bodies: NO_BODIES,
      scope: { name: "all events", inputs: events as unknown as Input[] },
    }),
    explore: () => explore(machine, { events }) as Graph<never>,
  };
}

const models: readonly Model[] = [
  {
    name: "serial 0.8.2",
    promela: toPromela(serialChart().machine as AnyStateMachine, {
      bodies: serialBodies,
      scope: serialScope,
    }),
    explore: () => explore(serialChart(), serialScope) as unknown as Graph<never>,
  },
  philosophersModel(9),
  philosophersModel(13),
];

/** Returns the number before a text in the verifier's report. */
function figureBefore(report: string, text: string): number {
  const matched = new RegExp(`([\\d.]+)\\s+${text}`).exec(report)?.[1];
  if (matched === undefined) throw new Error(`pan: expected a report with "${text}", got:\n${report}`);
  return Number(matched);
}

/** Compiles a model with spin, and returns what runs its verifier: no reduction, no hash compaction, whole states. */
async function compileVerifier(promela: string, folder: string): Promise<() => Promise<Figures>> {
  await writeFile(join(folder, "model.pml"), promela);
  await execute("spin", ["-a", "model.pml"], { cwd: folder });
  await execute("gcc", ["-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"], { cwd: folder });
  return async () => {
    const started = performance.now();
    const { stdout } = await execute(join(folder, "pan"), ["-m1000000", "-w20"], { cwd: folder });
    const milliseconds = performance.now() - started;
    if (!/errors: 0/.test(stdout)) throw new Error(`pan: expected no error, got:\n${stdout}`);
    const states = figureBefore(stdout, "states, stored");
    return {
      states,
      // spin counts the arrival at the first state, and the first time that eventless transitions are taken.
      transitions: figureBefore(stdout, "transitions") - 1,
      milliseconds,
      bytesPerState: (figureBefore(stdout, "equivalent memory usage for states") * 2 ** 20) / states,
    };
  };
}

function exploreModel(model: Model): Figures {
  const graph = model.explore();
  return {
    states: graph.states.length,
    transitions: graph.transitions.length,
    milliseconds: graph.milliseconds,
    bytesPerState: graph.memory.bytesPerState,
  };
}

const rateOf = ({ transitions, milliseconds }: Figures): number => transitions / milliseconds / 1000;

function printFigures(toolName: string, figures: readonly Figures[]): void {
  const [{ states, transitions, bytesPerState }] = figures as [Figures];
  const rate = median(figures.map(rateOf));
  console.log(
    `  ${toolName.padEnd(10)} ${String(states).padStart(7)} states ${String(transitions).padStart(8)} transitions ${rate.toFixed(2).padStart(6)} M transitions/s ${bytesPerState.toFixed(0).padStart(5)} bytes/state`,
  );
}

for (const model of models) {
  const folder = await mkdtemp(join(tmpdir(), "vm-superio-pan-"));
  try {
    const runVerifier = await compileVerifier(model.promela, folder);
    const own: Figures[] = [];
    const spins: Figures[] = [];
    exploreModel(model);
    for (let round = 0; round < ROUNDS; round++) {
      own.push(exploreModel(model));
      spins.push(await runVerifier());
    }
    console.log(`${model.name}, medians of ${ROUNDS} rounds in turn`);
    printFigures("explore", own);
    printFigures("pan", spins);
    const share = median(own.map((figures, round) => rateOf(figures) / rateOf(spins[round] as Figures)));
    console.log(`  explore has ${(100 * share).toFixed(0)} % of pan's rate`);
    const [ownCounts, spinCounts] = [own[0], spins[0]] as [Counts, Counts];
    if (ownCounts.states !== spinCounts.states || ownCounts.transitions !== spinCounts.transitions) {
      console.error(`${model.name}: expected equal counts, got different ones`);
      process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
