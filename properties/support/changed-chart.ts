/** Charts in which something is other than it should be: what a name stands for, or one place of the configuration. */
import type { AnyStateMachine } from "xstate";
import { assign, emit } from "xstate";
import { type SerialMachine, type Uart16550Machine, uart16550Machine } from "../../machines/index.js";
import { serialSetup, uart16550Setup } from "../../machines/internal.js";

type Named = Readonly<Record<string, unknown>>;

/** Other guards or actions, by the names under which they stand. */
interface Implementations {
  readonly guards?: Named;
  readonly actions?: Named;
}

/** A copy of a configuration in which what stands at `path` is another. */
export function changed(
  config: unknown,
  [configKey, ...statePath]: readonly (string | number)[],
  replacement: unknown,
): unknown {
  if (configKey === undefined) return replacement;
  const copy = (Array.isArray(config) ? [...config] : { ...(config as object) }) as Record<
    string | number,
    unknown
  >;
  copy[configKey] = changed(copy[configKey], statePath, replacement);
  return copy;
}

/** A machine of this configuration, with the implementations of the chart that it was made from. */
export function machineOf(chartMachine: AnyStateMachine, config: unknown): AnyStateMachine {
  const setup = chartMachine.id === "serial" ? serialSetup : uart16550Setup;
  return (setup.createMachine as (config: unknown) => unknown)(config) as AnyStateMachine;
}

/** The chart of the 16550 with other guards or actions under some of its names. */
export const withOther = (implementations: Implementations): Uart16550Machine =>
  uart16550Machine.provide(implementations);

/** A chart in which one place of its configuration is another; the path is of keys between spaces. */
export const withPlace = <TMachine extends SerialMachine | Uart16550Machine = Uart16550Machine>(
  filePath: string,
  replacement: unknown,
  chart = uart16550Machine as unknown as TMachine,
): TMachine =>
  machineOf(chart, changed(chart.config, filePath.split(" "), replacement)) as unknown as TMachine;

/** Returns the part of the 16550's configuration at a path. */
export const placeAt = (filePath: string): Record<string, unknown> & readonly unknown[] =>
  filePath
    .split(" ")
    .reduce<unknown>(
      (configPart, key) => (configPart as Record<string, unknown>)[key],
      uart16550Machine.config,
    ) as Record<string, unknown> & readonly unknown[];

/** Returns an assignment for a mutant, whose expressions know the event of their transition. */
export const assigning = (assignment: unknown) => assign(assignment as never);

/** Returns an emission for a mutant, likewise. */
export const emitting = (emission: unknown) => emit(emission as never);
