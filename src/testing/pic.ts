import {
  edgePicMachine,
  levelPicMachine,
  type PicEmission,
  type PicEvent,
  type PicMode,
} from "../../machines/index.js";
import { compile, type Engine } from "../engine/index.js";

const MACHINES = { edge: edgePicMachine, level: levelPicMachine } as const;
const engines: Partial<Record<PicMode, Engine<typeof edgePicMachine>>> = {};

/** The interrupt controller's chart, run: one line, and what of the processor decides when it takes an interrupt. */
export class Pic {
  readonly #run: ReturnType<Engine<typeof edgePicMachine>["start"]>;
  readonly #emitted: PicEmission[] = [];
  /** The device's line, as it was told last. */
  line: 0 | 1 = 0;
  /** Whether there is an interrupt that the processor can take. */
  asks = false;

  constructor(mode: PicMode) {
    engines[mode] ??= compile(MACHINES[mode]);
    this.#run = engines[mode].start();
  }

  /** The line is at this level, which may be the same as before. */
  level(level: 0 | 1): void {
    if (level === this.line) return;
    this.line = level;
    this.send(level === 1 ? "line.high" : "line.low");
  }

  send(type: PicEvent["type"]): void {
    this.#run.send({ type }, this.#emitted);
    for (const { level } of this.#emitted.splice(0)) this.asks = level === 1;
  }
}
