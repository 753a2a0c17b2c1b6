import type { AnyStateMachine } from "xstate";

/** How {@link toSvg} draws. */
export interface SvgOptions {
  /** Whether states list what happens in them without leaving them; by default they do. */
  readonly stays?: boolean;
  /** How wide the picture may become before regions go to the next row, in pixels; 1600 by default. */
  readonly width?: number;
}

/**
 * A chart's definition as a picture that stands by itself: a panel a region, states, arrows with event and guard, and in each state what
 * happens without leaving it. What lays it out is loaded with the first picture.
 */
export async function toSvg(
  machine: AnyStateMachine,
  { stays = true, width = 1600 }: SvgOptions = {},
): Promise<string> {
  const { picture } = await import("../picture.js");
  return picture(machine, { stays, width });
}
