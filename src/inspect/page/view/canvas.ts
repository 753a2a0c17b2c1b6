import type { Colours } from "./timeline-draw.js";

/** Sizes a canvas for the screen's resolution, and returns its context, in CSS pixels. */
export function sizedContext(
  laneCanvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const canvasContext = laneCanvas.getContext("2d") as CanvasRenderingContext2D;
  laneCanvas.width = Math.round(width * devicePixelRatio);
  laneCanvas.height = Math.round(height * devicePixelRatio);
  laneCanvas.style.width = `${width}px`;
  laneCanvas.style.height = `${height}px`;
  canvasContext.scale(devicePixelRatio, devicePixelRatio);
  return canvasContext;
}

/** Returns the colours of the theme. */
export function coloursOf(element: HTMLElement): Colours {
  const computedStyle = getComputedStyle(element);
  const themeColour = (name: string) => computedStyle.getPropertyValue(`--${name}`).trim();
  return {
    ...{
      ink: themeColour("ink"),
      muted: themeColour("muted"),
      line: themeColour("line"),
      panel: themeColour("panel"),
    },
    ...{ accent: themeColour("accent"), change: themeColour("change"), bad: themeColour("bad") },
    ...{ soft: themeColour("soft"), good: themeColour("good") },
  };
}
