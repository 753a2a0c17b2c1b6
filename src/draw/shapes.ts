/** A position on a drawing, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle on a drawing. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

const CORNER_RADIUS = 5;

/** Returns the data of a path with rounded corners. */
export function roundedPath(points: readonly Point[]): string {
  const [firstPoint, ...otherPoints] = points;
  if (!firstPoint) return "";
  let pathData = `M${firstPoint.x} ${firstPoint.y}`;
  for (const [i, point] of otherPoints.entries()) {
    const previousPoint = points[i] as Point;
    const nextPoint = otherPoints[i + 1];
    if (!nextPoint) pathData += `L${point.x} ${point.y}`;
    else {
      const [a, b] = [pointTowards(point, previousPoint), pointTowards(point, nextPoint)];
      pathData += `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`;
    }
  }
  return pathData;
}

function pointTowards(startPoint: Point, endPoint: Point): Point {
  const length = Math.hypot(endPoint.x - startPoint.x, endPoint.y - startPoint.y);
  const fraction = length === 0 ? 0 : Math.min(CORNER_RADIUS, length / 2) / length;
  return {
    x: startPoint.x + (endPoint.x - startPoint.x) * fraction,
    y: startPoint.y + (endPoint.y - startPoint.y) * fraction,
  };
}
