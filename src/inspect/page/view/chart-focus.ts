/** The directions of the arrow keys. */
const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** Moves the focus inside a drawing, which is one tab stop: to the nearest element in the direction of an arrow key. */
export function moveFocus(drawingElement: HTMLElement, event: KeyboardEvent): void {
  const direction = DIRECTIONS[event.key];
  const focused = (event.target as Element).closest("[tabindex]");
  if (!direction || !focused || !drawingElement.contains(focused)) return;
  event.preventDefault();
  event.stopPropagation();
  const [startX, startY] = centreOf(focused);
  const [directionX, directionY] = direction;
  let nearest: { element: HTMLElement; distance: number } | undefined;
  for (const element of drawingElement.querySelectorAll<HTMLElement>("[tabindex]")) {
    if (element === focused) continue;
    const [x, y] = centreOf(element);
    const along = (x - startX) * directionX + (y - startY) * directionY;
    const across = Math.abs((x - startX) * directionY) + Math.abs((y - startY) * directionX);
    const distance = along + 2 * across;
    if (along > 1 && (nearest === undefined || distance < nearest.distance)) nearest = { element, distance };
  }
  if (!nearest) return;
  focused.setAttribute("tabindex", "-1");
  nearest.element.setAttribute("tabindex", "0");
  nearest.element.focus();
}

function centreOf(element: Element): readonly [number, number] {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}
