import type { AnyStateMachine } from "xstate";

/** The options of {@link toSvg}. */
export interface SvgOptions {
  /** True if states list their self-transitions; true by default. */
  readonly stays?: boolean;
  /** The greatest width of a row of regions, in pixels; 1600 by default. */
  readonly width?: number;
}

/**
 * Returns a chart's definition as a self-contained picture: a panel for each region, states, arrows with event and guard, and in each state its
 * self-transitions. The layout library is loaded with the first picture.
 */
export async function toSvg(
  machine: AnyStateMachine,
  { stays = true, width = 1600 }: SvgOptions = {},
): Promise<string> {
  const { drawPicture } = await import("../../draw/index.js");
  return drawPicture(machine, { showsSelfTransitions: stays, width });
}
