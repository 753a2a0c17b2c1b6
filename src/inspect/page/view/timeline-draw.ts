import type { Session } from "../model/session.js";
import { FLAG } from "../model/table.js";
import { type Lane, lanesOf } from "./lanes.js";
import type { Scale } from "./scale.js";

/** The colours of the theme, as the style sheet has them. */
export type Colours = Readonly<
  Record<"ink" | "muted" | "line" | "panel" | "accent" | "change" | "bad" | "soft" | "good", string>
>;

export const LANE = 19;
export const AXIS = 20;
/** Where the lines begin; their names stand before. */
export const LEFT = 60;
const PAD = 4;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

type Context = CanvasRenderingContext2D;

/** Draws the axis and all lanes. */
export function drawLanes(g: Context, session: Session, scale: Scale, colours: Colours): void {
  drawAxis(g, session, scale, colours);
  for (const [i, lane] of lanesOf(session).entries()) {
    const top = AXIS + i * LANE;
    g.fillStyle = colours.line;
    g.fillRect(0, top + LANE - 0.5, LEFT + scale.width, 0.5);
    g.fillStyle = colours.muted;
    g.font = `10.5px ${FONT}`;
    g.textAlign = "right";
    g.fillText(lane.name, LEFT - 10, top + LANE - 6);
    g.textAlign = "left";
    g.save();
    g.beginPath();
    g.rect(LEFT, top, scale.width, LANE);
    g.clip();
    g.translate(LEFT, top);
    drawLane(g, lane, session, scale, colours);
    g.restore();
  }
}

function drawLane(g: Context, lane: Lane, session: Session, scale: Scale, colours: Colours): void {
  if (session.length === 0) return;
  switch (lane.kind) {
    case "level":
      drawLevel(g, lane, session, scale, colours);
      break;
    case "moments":
      drawMoments(g, lane, session, scale, colours);
      break;
    case "value":
      drawValue(g, lane, session, scale, colours);
      break;
    case "amount":
      drawAmount(g, lane, session, scale, colours);
      break;
  }
}

/** Calls back for each stretch of rows that is drawn together: a row where there is room, else what falls on a pixel. */
function stretches(
  session: Session,
  scale: Scale,
  draw: (from: number, until: number, x: number, width: number) => void,
): void {
  const first = scale.row(0);
  const last = scale.row(scale.width);
  if (scale.perEntry >= 1) {
    for (let row = first; row <= last; row++) {
      const x = scale.x(row);
      const end = row + 1 < session.length ? scale.x(row + 1) : scale.width;
      draw(row, row + 1, x, Math.max(end - x, 0));
    }
    return;
  }
  let from = first;
  for (let x = 0; x < scale.width && from <= last; x++) {
    const until = x + 1 >= scale.width ? last + 1 : Math.min(last + 1, Math.max(scale.row(x + 1), from));
    if (until > from) draw(from, until, x, 1);
    from = Math.max(from, until);
  }
}

function drawLevel(
  g: Context,
  { blocks, mask }: Extract<Lane, { kind: "level" }>,
  session: Session,
  scale: Scale,
  colours: Colours,
): void {
  const [high, low] = [PAD, LANE - PAD];
  const line = new Path2D();
  /** Where it changes within a pixel. */
  const busy = new Path2D();
  let begun: { high: boolean; x: number; end: number } | undefined;
  let before: number | undefined;
  g.fillStyle = colours.soft;
  const finish = (): void => {
    if (!begun) return;
    const { x, end } = begun;
    const y = begun.high ? high : low;
    if (begun.high) g.fillRect(x, high, end - x, low - high);
    line.moveTo(x, before ?? y);
    line.lineTo(x, y);
    line.lineTo(end, y);
    before = y;
    begun = undefined;
  };
  stretches(session, scale, (from, until, x, width) => {
    const { some, every } = blocks.stretch(from, until);
    const [any, all] = [(some & mask) !== 0, (every & mask) !== 0];
    if (any !== all) {
      finish();
      busy.moveTo(x + 0.5, high);
      busy.lineTo(x + 0.5, low);
      before = undefined;
    } else if (begun?.high === any) begun.end = x + width;
    else {
      finish();
      begun = { high: any, x, end: x + width };
    }
  });
  finish();
  g.strokeStyle = colours.accent;
  g.lineWidth = 1;
  g.globalAlpha = 0.45;
  g.stroke(busy);
  g.globalAlpha = 1;
  g.lineWidth = 1.2;
  g.stroke(line);
}

function drawMoments(
  g: Context,
  { blocks, mask, words }: Extract<Lane, { kind: "moments" }>,
  session: Session,
  scale: Scale,
  colours: Colours,
): void {
  const roomy = scale.perEntry >= 7;
  g.fillStyle = mask === FLAG.INTERRUPT ? colours.bad : colours.muted;
  g.font = `10px ${FONT}`;
  // Many together are a light band, so that the gaps between them show.
  g.globalAlpha = roomy ? 1 : 0.5;
  stretches(session, scale, (from, until, x) => {
    if ((blocks.stretch(from, until).some & mask) === 0) return;
    if (!roomy || mask === FLAG.INTERRUPT) g.fillRect(x, PAD, roomy ? 1.5 : 1, LANE - 2 * PAD);
    if (roomy)
      g.fillText(
        words(from),
        x + (mask === FLAG.INTERRUPT ? 4 : 1),
        LANE - 6,
        Math.max(8, 5 * scale.perEntry),
      );
  });
  g.globalAlpha = 1;
}

function drawValue(
  g: Context,
  { blocks, column, word, idle }: Extract<Lane, { kind: "value" }>,
  session: Session,
  scale: Scale,
  colours: Colours,
): void {
  g.font = `10px ${FONT}`;
  const middle = LANE / 2;
  let begun: { value: number; x: number; end: number } | undefined;
  const finish = (): void => {
    if (!begun) return;
    const { value, x, end } = begun;
    begun = undefined;
    if (idle(value)) {
      g.fillStyle = colours.muted;
      g.fillRect(x, middle, end - x, 0.6);
      return;
    }
    g.fillStyle = colours.soft;
    g.fillRect(x, PAD - 1, Math.max(1, end - x - 1), LANE - 2 * PAD + 2);
    const text = word(value);
    if (end - x > text.length * 6 + 4) {
      g.fillStyle = colours.ink;
      g.fillText(text, x + 3, LANE - 6);
    }
  };
  stretches(session, scale, (from, until, x, width) => {
    const { some, every } = blocks.stretch(from, until);
    const value = some === every ? some : column.at(until - 1);
    if (some !== every) {
      finish();
      g.fillStyle = colours.accent;
      g.globalAlpha = 0.4;
      g.fillRect(x, PAD - 1, width, LANE - 2 * PAD + 2);
      g.globalAlpha = 1;
    } else if (begun?.value === value) begun.end = x + width;
    else {
      finish();
      begun = { value, x, end: x + width };
    }
  });
  finish();
}

function drawAmount(
  g: Context,
  { blocks, full }: Extract<Lane, { kind: "amount" }>,
  session: Session,
  scale: Scale,
  colours: Colours,
): void {
  g.fillStyle = colours.good;
  stretches(session, scale, (from, until, x, width) => {
    const { most } = blocks.stretch(from, until);
    if (most === 0) return;
    const height = Math.max(2, (Math.min(most, full) / full) * (LANE - PAD));
    g.fillRect(x, LANE - 1 - height, Math.max(width, 1), height);
  });
}

function drawAxis(g: Context, session: Session, scale: Scale, colours: Colours): void {
  const span = scale.to - scale.from;
  const rough = span / Math.max(2, Math.floor(scale.width / 110));
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough) ?? power;
  const shift = scale.to <= session.length + 1 ? session.first : 0;
  g.font = `10px ${FONT}`;
  g.fillStyle = colours.muted;
  for (let at = Math.ceil(scale.from / step) * step; at <= scale.to; at += step) {
    const x = LEFT + ((at - scale.from) / span) * scale.width;
    g.globalAlpha = 0.5;
    g.fillRect(x, AXIS - 4, 0.7, 4);
    g.globalAlpha = 1;
    if (x < LEFT + scale.width - 50)
      g.fillText(Math.round(at + shift).toLocaleString("en-US"), x + 3, AXIS - 6);
  }
}

/** Draws everything in a strip: where characters left, where there were interrupts and differences, and what is shown below. */
export function drawOverview(
  g: Context,
  session: Session,
  whole: Scale,
  shown: Scale,
  height: number,
  colours: Colours,
): void {
  const { width } = whole;
  const [lane] = lanesOf(session).filter(({ name }) => name === "sent");
  if (lane?.kind === "moments" && session.length > 0) {
    stretches(session, whole, (from, until, x, pixels) => {
      const { some } = lane.blocks.stretch(from, until);
      g.fillStyle = colours.line;
      if (some & FLAG.SENT) g.fillRect(LEFT + x, height * 0.45, Math.max(1, pixels), height * 0.55);
      g.fillStyle = colours.bad;
      g.globalAlpha = 0.6;
      if (some & FLAG.INTERRUPT) g.fillRect(LEFT + x, 2, Math.max(1, Math.min(pixels, 1)), height * 0.28);
      g.globalAlpha = 1;
      g.fillStyle = colours.change;
      if (some & (FLAG.DIFFERENCE | FLAG.LOST)) g.fillRect(LEFT + x, 0, 1.5, height);
    });
  }
  const share = (at: number) => LEFT + ((at - whole.from) / (whole.to - whole.from)) * width;
  if (shown.to - shown.from >= whole.to - whole.from) return;
  g.fillStyle = colours.accent;
  g.globalAlpha = 0.14;
  g.fillRect(share(shown.from), 0, Math.max(2, share(shown.to) - share(shown.from)), height);
  g.globalAlpha = 1;
  g.fillRect(share(shown.from), 0, 1.5, height);
  g.fillRect(Math.max(share(shown.from) + 2, share(shown.to) - 1.5), 0, 1.5, height);
}
