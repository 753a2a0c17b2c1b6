/** The least width and height that a panel can be given, in pixels. */
const LEAST_PIXELS = 120;
const LEAST_HEIGHT = 40;
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
    // The waves are never higher than their lanes.
    const size = Math.round(
      isVertical
        ? Math.max(LEAST_HEIGHT, Math.min(pixels, sized.scrollHeight))
        : Math.max(LEAST_PIXELS, pixels),
    );
    styled.style.setProperty(property, `${size}px`);
    if (flag) styled.dataset[flag] = "";
    showSize();
  };
  const showSize = (): void => {
    splitter.setAttribute("aria-valuemin", String(isVertical ? LEAST_HEIGHT : LEAST_PIXELS));
    splitter.setAttribute("aria-valuemax", String(isVertical ? sized.scrollHeight : innerWidth));
    splitter.setAttribute("aria-valuenow", String(sizeOf()));
  };
  showSize();
  new ResizeObserver(showSize).observe(sized);
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
