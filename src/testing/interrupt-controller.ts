import {
  edgePicMachine,
  levelPicMachine,
  type PicEmission,
  type PicEvent,
  type PicMode,
} from "../../machines/index.js";
import { compile, type Engine } from "../engine/index.js";

const MACHINES = { edge: edgePicMachine, level: levelPicMachine } as const;
const compiledEngines: Partial<Record<PicMode, Engine<typeof edgePicMachine>>> = {};

/** Runs the interrupt controller's chart: one line, and the processor state that decides when an interrupt is taken. */
export class InterruptController {
  readonly #run: ReturnType<Engine<typeof edgePicMachine>["start"]>;
  readonly #emitted: PicEmission[] = [];
  /** The last level of the device's line. */
  lineLevel: 0 | 1 = 0;
  /** True if there is an interrupt that the processor can take. */
  isRequesting = false;

  constructor(mode: PicMode) {
    compiledEngines[mode] ??= compile(MACHINES[mode], { context: "live" });
    this.#run = compiledEngines[mode].start();
  }

  /** Sets the level of the line, which may be the same as before. */
  setLineLevel(lineLevel: 0 | 1): void {
    if (lineLevel === this.lineLevel) return;
    this.lineLevel = lineLevel;
    this.sendEvent(lineLevel === 1 ? "line.high" : "line.low");
  }

  sendEvent(eventType: PicEvent["type"]): void {
    this.#run.send({ type: eventType }, this.#emitted);
    for (const { level } of this.#emitted.splice(0)) this.isRequesting = level === 1;
  }
}
