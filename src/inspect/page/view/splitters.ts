/** The least size that a panel can be given, in pixels. */
const LEAST_PIXELS = 120;
const PIXELS_PER_KEY = 16;

/** A splitter: the panel that it sizes, and the style property that holds the size. */
interface SplitterParts {
  readonly splitter: HTMLElement;
  readonly sized: HTMLElement;
  /** The element whose style holds the size. */
  readonly styled: HTMLElement;
  readonly property: "--list-width" | "--device-width" | "--waves-height";
}

/** Lets a panel be resized with the pointer and with arrow keys; a double click gives it its own size again. */
export function addSplitter({ splitter, sized, styled, property }: SplitterParts): void {
  const isVertical = property === "--waves-height";
  const sizeOf = () => (isVertical ? sized.offsetHeight : sized.offsetWidth);
  const flag = property === "--list-width" ? "listSized" : property === "--device-width" ? "deviceSized" : "";
  const resize = (pixels: number): void => {
    const size = Math.round(Math.max(isVertical ? 40 : LEAST_PIXELS, pixels));
    styled.style.setProperty(property, `${size}px`);
    if (flag) styled.dataset[flag] = "";
    splitter.setAttribute("aria-valuenow", String(size));
  };
  splitter.setAttribute("aria-valuenow", String(sizeOf()));
  splitter.addEventListener("pointerdown", (pressEvent) => {
    const startSize = sizeOf();
    splitter.setPointerCapture(pressEvent.pointerId);
    splitter.onpointermove = (event) =>
      resize(
        startSize + (isVertical ? event.clientY - pressEvent.clientY : event.clientX - pressEvent.clientX),
      );
    splitter.onpointerup = () => {
      splitter.onpointermove = null;
    };
  });
  splitter.addEventListener("keydown", (event) => {
    const direction = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    resize(sizeOf() + direction * PIXELS_PER_KEY);
  });
  splitter.addEventListener("dblclick", () => {
    styled.style.removeProperty(property);
    if (flag) delete styled.dataset[flag];
  });
}
