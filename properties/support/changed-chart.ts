/** Charts in which something is other than it should be: what a name stands for, or one place of the configuration. */
import type { AnyStateMachine } from "xstate";
import { type SerialMachine, type Uart16550Machine, uart16550Machine } from "../../machines/index.js";
import { serialSetup } from "../../machines/serial/actions.js";
import { uart16550Setup } from "../../machines/uart16550/actions/index.js";

type Named = Readonly<Record<string, unknown>>;

/** Other guards or actions, by the names under which they stand. */
export interface Implementations {
  readonly guards?: Named;
  readonly actions?: Named;
}

/** A copy of a configuration in which what stands at `path` is another. */
export function changed(
  config: unknown,
  [key, ...path]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(config) ? [...config] : { ...(config as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = changed(copy[key], path, value);
  return copy;
}

/** A machine of this configuration, with the implementations of the chart that it was made from. */
export function machineOf(chart: AnyStateMachine, config: unknown): AnyStateMachine {
  const setup = chart.id === "serial" ? serialSetup : uart16550Setup;
  return (setup.createMachine as (config: unknown) => unknown)(config) as AnyStateMachine;
}

/** The chart of the 16550 with other guards or actions under some of its names. */
export const withOther = (implementations: Implementations): Uart16550Machine =>
  uart16550Machine.provide(implementations as never);

/** A chart in which one place of its configuration is another; the path is of keys between spaces. */
export const withPlace = <TMachine extends SerialMachine | Uart16550Machine = Uart16550Machine>(
  path: string,
  value: unknown,
  chart = uart16550Machine as unknown as TMachine,
): TMachine =>
  machineOf(chart as never, changed(chart.config, path.split(" "), value)) as unknown as TMachine;

/** What stands at a place of the 16550's configuration. */
export const placeAt = (path: string): Record<string, unknown> & readonly unknown[] =>
  path
    .split(" ")
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], uart16550Machine.config) as never;
