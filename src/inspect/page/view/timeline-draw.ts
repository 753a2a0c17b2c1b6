import { ENTRY_FLAGS } from "../model/entry-table.js";
import type { Session } from "../model/session.js";
import type { ViewState } from "../view-state.js";
import { lanesOf, type TimelineLane } from "./timeline-lanes.js";
import type { TimelineScale } from "./timeline-scale.js";

/** The colours of the theme, as the style sheet has them. */
export type Colours = Readonly<
  Record<"ink" | "muted" | "line" | "panel" | "accent" | "change" | "bad" | "soft" | "good", string>
>;

export const LANE_HEIGHT = 19;
export const AXIS_HEIGHT = 20;
/** The left edge of the lanes, right of their names. */
export const LANES_LEFT = 60;
const LANE_PADDING = 4;
const FONT_FAMILY = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

type CanvasContext = CanvasRenderingContext2D;

/** Draws the lanes; their names stand beside them on the page. */
export function drawLanes(
  canvasContext: CanvasContext,
  session: Session,
  lanes: readonly TimelineLane[],
  timelineScale: TimelineScale,
  colours: Colours,
): void {
  for (const [i, timelineLane] of lanes.entries()) {
    const laneTop = i * LANE_HEIGHT;
    canvasContext.fillStyle = colours.line;
    canvasContext.fillRect(0, laneTop + LANE_HEIGHT - 0.5, LANES_LEFT + timelineScale.pixelWidth, 0.5);
    canvasContext.save();
    canvasContext.beginPath();
    canvasContext.rect(LANES_LEFT, laneTop, timelineScale.pixelWidth, LANE_HEIGHT);
    canvasContext.clip();
    canvasContext.translate(LANES_LEFT, laneTop);
    drawLane(canvasContext, timelineLane, session, timelineScale, colours);
    canvasContext.restore();
  }
}

function drawLane(
  canvasContext: CanvasContext,
  timelineLane: TimelineLane,
  session: Session,
  timelineScale: TimelineScale,
  colours: Colours,
): void {
  if (session.length === 0) return;
  switch (timelineLane.laneKind) {
    case "level":
      drawLevel(canvasContext, timelineLane, session, timelineScale, colours);
      break;
    case "moments":
      drawMoments(canvasContext, timelineLane, session, timelineScale, colours);
      break;
    case "value":
      drawValue(canvasContext, timelineLane, session, timelineScale, colours);
      break;
    case "amount":
      drawAmount(canvasContext, timelineLane, session, timelineScale, colours);
      break;
  }
}

/** Calls back for each range of rows that is drawn together: one row where there is room, else the rows of one pixel. */
function forEachRange(
  session: Session,
  timelineScale: TimelineScale,
  drawRange: (firstRow: number, endRow: number, pixelX: number, pixelWidth: number) => void,
): void {
  const firstVisible = timelineScale.rowAtPixel(0);
  const lastVisible = timelineScale.rowAtPixel(timelineScale.pixelWidth);
  if (timelineScale.pixelsPerEntry >= 1) {
    for (let rowIndex = firstVisible; rowIndex <= lastVisible; rowIndex++) {
      const pixelX = timelineScale.pixelOfRow(rowIndex);
      const segmentEnd =
        rowIndex + 1 < session.length ? timelineScale.pixelOfRow(rowIndex + 1) : timelineScale.pixelWidth;
      drawRange(rowIndex, rowIndex + 1, pixelX, Math.max(segmentEnd - pixelX, 0));
    }
    return;
  }
  let firstRow = firstVisible;
  for (let pixelX = 0; pixelX < timelineScale.pixelWidth && firstRow <= lastVisible; pixelX++) {
    const endRow =
      pixelX + 1 >= timelineScale.pixelWidth
        ? lastVisible + 1
        : Math.min(lastVisible + 1, Math.max(timelineScale.rowAtPixel(pixelX + 1), firstRow));
    if (endRow > firstRow) drawRange(firstRow, endRow, pixelX, 1);
    firstRow = Math.max(firstRow, endRow);
  }
}

function drawLevel(
  canvasContext: CanvasContext,
  { summary, bitMask, edges }: Extract<TimelineLane, { laneKind: "level" }>,
  session: Session,
  timelineScale: TimelineScale,
  colours: Colours,
): void {
  const [highY, lowY] = [LANE_PADDING, LANE_HEIGHT - LANE_PADDING];
  if (edges && timelineScale.countsTicks) {
    drawEdges(canvasContext, edges, timelineScale, colours, highY, lowY);
    return;
  }
  const levelPath = new Path2D();
  /** The pixels within which the level changes. */
  const changesPath = new Path2D();
  let openSegment: { high: boolean; pixelX: number; segmentEnd: number } | undefined;
  let previousY: number | undefined;
  canvasContext.fillStyle = colours.soft;
  const finishSegment = (): void => {
    if (!openSegment) return;
    const { pixelX, segmentEnd } = openSegment;
    const y = openSegment.high ? highY : lowY;
    if (openSegment.high) canvasContext.fillRect(pixelX, highY, segmentEnd - pixelX, lowY - highY);
    levelPath.moveTo(pixelX, previousY ?? y);
    levelPath.lineTo(pixelX, y);
    levelPath.lineTo(segmentEnd, y);
    previousY = y;
    openSegment = undefined;
  };
  forEachRange(session, timelineScale, (firstRow, endRow, pixelX, pixelWidth) => {
    const { anyBits, commonBits } = summary.summarise(firstRow, endRow);
    const [anyHigh, allHigh] = [(anyBits & bitMask) !== 0, (commonBits & bitMask) !== 0];
    if (anyHigh !== allHigh) {
      finishSegment();
      changesPath.moveTo(pixelX + 0.5, highY);
      changesPath.lineTo(pixelX + 0.5, lowY);
      previousY = undefined;
    } else if (openSegment?.high === anyHigh) openSegment.segmentEnd = pixelX + pixelWidth;
    else {
      finishSegment();
      openSegment = { high: anyHigh, pixelX, segmentEnd: pixelX + pixelWidth };
    }
  });
  finishSegment();
  canvasContext.strokeStyle = colours.accent;
  canvasContext.lineWidth = 1;
  canvasContext.globalAlpha = 0.45;
  canvasContext.stroke(changesPath);
  canvasContext.globalAlpha = 1;
  canvasContext.lineWidth = 1.2;
  canvasContext.stroke(levelPath);
}

/** Draws a level by the ticks of its edges, of which several may lie inside one entry. */
function drawEdges(
  canvasContext: CanvasContext,
  { ticks, levels }: NonNullable<Extract<TimelineLane, { laneKind: "level" }>["edges"]>,
  timelineScale: TimelineScale,
  colours: Colours,
  highY: number,
  lowY: number,
): void {
  const firstEdge = ticks.countBelow(timelineScale.rangeStart);
  const endEdge = ticks.countBelow(timelineScale.rangeEnd + 1);
  let isHigh =
    firstEdge > 0 ? levels.valueAt(firstEdge - 1) === 1 : ticks.length > 0 && levels.valueAt(0) === 0;
  const levelPath = new Path2D();
  levelPath.moveTo(0, isHigh ? highY : lowY);
  canvasContext.fillStyle = colours.soft;
  let previousX = 0;
  const drawTo = (pixelX: number): void => {
    if (isHigh) canvasContext.fillRect(previousX, highY, Math.max(1, pixelX - previousX), lowY - highY);
    levelPath.lineTo(pixelX, isHigh ? highY : lowY);
    previousX = pixelX;
  };
  // Edges that share a pixel are drawn as one: no more than a few thousand are.
  const edgeStep = Math.max(1, Math.floor((endEdge - firstEdge) / (4 * timelineScale.pixelWidth)));
  for (let edgeIndex = firstEdge; edgeIndex < endEdge; edgeIndex += edgeStep) {
    const pixelX = timelineScale.pixelOfTick(ticks.valueAt(edgeIndex));
    drawTo(pixelX);
    isHigh = levels.valueAt(edgeIndex) === 1;
    levelPath.lineTo(pixelX, isHigh ? highY : lowY);
  }
  drawTo(timelineScale.pixelWidth);
  canvasContext.strokeStyle = colours.accent;
  canvasContext.lineWidth = 1.2;
  canvasContext.stroke(levelPath);
}

/** Draws moments by their ticks, of which several may lie inside one entry. */
function drawEvents(
  canvasContext: CanvasContext,
  { ticks, eventLabel }: NonNullable<Extract<TimelineLane, { laneKind: "moments" }>["events"]>,
  timelineScale: TimelineScale,
): void {
  const firstEvent = ticks.countBelow(timelineScale.rangeStart);
  const endEvent = ticks.countBelow(timelineScale.rangeEnd + 1);
  const hasRoom = timelineScale.pixelWidth / Math.max(1, endEvent - firstEvent) >= 8;
  canvasContext.globalAlpha = hasRoom ? 1 : 0.5;
  let drawnX = -1;
  for (let eventIndex = firstEvent; eventIndex < endEvent; eventIndex++) {
    const pixelX = timelineScale.pixelOfTick(ticks.valueAt(eventIndex));
    if (Math.floor(pixelX) === drawnX) continue;
    drawnX = Math.floor(pixelX);
    canvasContext.fillRect(pixelX, LANE_PADDING, 1, LANE_HEIGHT - 2 * LANE_PADDING);
    if (hasRoom) canvasContext.fillText(eventLabel(eventIndex), pixelX + 3, LANE_HEIGHT - 6);
  }
  canvasContext.globalAlpha = 1;
}

function drawMoments(
  canvasContext: CanvasContext,
  { summary, bitMask, momentLabel, events }: Extract<TimelineLane, { laneKind: "moments" }>,
  session: Session,
  timelineScale: TimelineScale,
  colours: Colours,
): void {
  const isNotes = bitMask === ENTRY_FLAGS.NOTE;
  const hasRoom = isNotes || timelineScale.pixelsPerEntry >= 7;
  canvasContext.fillStyle =
    bitMask === ENTRY_FLAGS.INTERRUPT
      ? colours.bad
      : bitMask === ENTRY_FLAGS.NOTE
        ? colours.change
        : colours.muted;
  canvasContext.font = `10px ${FONT_FAMILY}`;
  if (events && timelineScale.countsTicks) {
    drawEvents(canvasContext, events, timelineScale);
    return;
  }
  // Many moments become a light band, so that the gaps between them stay visible.
  canvasContext.globalAlpha = hasRoom ? 1 : 0.5;
  forEachRange(session, timelineScale, (firstRow, endRow, pixelX) => {
    if ((summary.summarise(firstRow, endRow).anyBits & bitMask) === 0) return;
    if (!hasRoom || bitMask === ENTRY_FLAGS.INTERRUPT)
      canvasContext.fillRect(pixelX, LANE_PADDING, hasRoom ? 1.5 : 1, LANE_HEIGHT - 2 * LANE_PADDING);
    if (hasRoom)
      canvasContext.fillText(
        momentLabel(isNotes ? summary.lastRowWith(endRow - 1, bitMask) : firstRow),
        pixelX + (bitMask === ENTRY_FLAGS.INTERRUPT ? 4 : 1),
        LANE_HEIGHT - 6,
        Math.max(8, 5 * timelineScale.pixelsPerEntry),
      );
  });
  canvasContext.globalAlpha = 1;
}

function drawValue(
  canvasContext: CanvasContext,
  { summary, column, valueLabel, isIdle }: Extract<TimelineLane, { laneKind: "value" }>,
  session: Session,
  timelineScale: TimelineScale,
  colours: Colours,
): void {
  canvasContext.font = `10px ${FONT_FAMILY}`;
  const middleY = LANE_HEIGHT / 2;
  let openSegment: { columnValue: number; pixelX: number; segmentEnd: number } | undefined;
  const finishSegment = (): void => {
    if (!openSegment) return;
    const { columnValue, pixelX, segmentEnd } = openSegment;
    openSegment = undefined;
    if (isIdle(columnValue)) {
      canvasContext.fillStyle = colours.muted;
      canvasContext.fillRect(pixelX, middleY, segmentEnd - pixelX, 0.6);
      return;
    }
    canvasContext.fillStyle = colours.soft;
    canvasContext.fillRect(
      pixelX,
      LANE_PADDING - 1,
      Math.max(1, segmentEnd - pixelX - 1),
      LANE_HEIGHT - 2 * LANE_PADDING + 2,
    );
    const labelText = valueLabel(columnValue);
    if (segmentEnd - pixelX > labelText.length * 6 + 4) {
      canvasContext.fillStyle = colours.ink;
      canvasContext.fillText(labelText, pixelX + 3, LANE_HEIGHT - 6);
    }
  };
  forEachRange(session, timelineScale, (firstRow, endRow, pixelX, pixelWidth) => {
    const { anyBits, commonBits } = summary.summarise(firstRow, endRow);
    const columnValue = anyBits === commonBits ? anyBits : column.valueAt(endRow - 1);
    if (anyBits !== commonBits) {
      finishSegment();
      canvasContext.fillStyle = colours.accent;
      canvasContext.globalAlpha = 0.4;
      canvasContext.fillRect(pixelX, LANE_PADDING - 1, pixelWidth, LANE_HEIGHT - 2 * LANE_PADDING + 2);
      canvasContext.globalAlpha = 1;
    } else if (openSegment?.columnValue === columnValue) openSegment.segmentEnd = pixelX + pixelWidth;
    else {
      finishSegment();
      openSegment = { columnValue, pixelX, segmentEnd: pixelX + pixelWidth };
    }
  });
  finishSegment();
}

function drawAmount(
  canvasContext: CanvasContext,
  { summary, capacity }: Extract<TimelineLane, { laneKind: "amount" }>,
  session: Session,
  timelineScale: TimelineScale,
  colours: Colours,
): void {
  canvasContext.fillStyle = colours.good;
  forEachRange(session, timelineScale, (firstRow, endRow, pixelX, pixelWidth) => {
    const { maximum } = summary.summarise(firstRow, endRow);
    if (maximum === 0) return;
    const stripHeight = Math.max(2, (Math.min(maximum, capacity) / capacity) * (LANE_HEIGHT - LANE_PADDING));
    canvasContext.fillRect(pixelX, LANE_HEIGHT - 1 - stripHeight, Math.max(pixelWidth, 1), stripHeight);
  });
}

/** Draws the axis: entries by their numbers, ticks, or time in microseconds. */
export function drawAxis(
  canvasContext: CanvasContext,
  session: Session,
  timelineScale: TimelineScale,
  timelineUnit: ViewState["timelineUnit"],
  colours: Colours,
  labelsEnd: number,
): void {
  // A position on the axis is `unitSize` units of the scale, from `shift` on.
  const unitSize = timelineUnit === "µs" ? session.chart.clock / 1e6 : 1;
  const shift = timelineUnit === "entries" ? session.firstIndex : 0;
  const [axisStart, axisEnd] = [
    timelineScale.rangeStart / unitSize + shift,
    timelineScale.rangeEnd / unitSize + shift,
  ];
  const axisSpan = axisEnd - axisStart;
  const roughStep = axisSpan / Math.max(2, Math.floor(timelineScale.pixelWidth / 110));
  const powerOfTen = 10 ** Math.floor(Math.log10(timelineUnit === "µs" ? roughStep : Math.max(roughStep, 1)));
  const axisStep = [1, 2, 5, 10].map((it) => it * powerOfTen).find((it) => it >= roughStep) ?? powerOfTen;
  const formatPosition = (position: number) =>
    position.toLocaleString("en-US", { maximumFractionDigits: axisStep < 1 ? 3 : 0 });
  canvasContext.font = `11px ${FONT_FAMILY}`;
  canvasContext.fillStyle = colours.muted;
  canvasContext.fillText(timelineUnit === "entries" ? "#" : timelineUnit, 8, AXIS_HEIGHT - 6);
  for (let position = Math.ceil(axisStart / axisStep) * axisStep; position <= axisEnd; position += axisStep) {
    const pixelX = LANES_LEFT + ((position - axisStart) / axisSpan) * timelineScale.pixelWidth;
    canvasContext.globalAlpha = 0.5;
    canvasContext.fillRect(pixelX, AXIS_HEIGHT - 4, 0.7, 4);
    canvasContext.globalAlpha = 1;
    const label = formatPosition(position);
    if (pixelX + 3 + canvasContext.measureText(label).width < labelsEnd)
      canvasContext.fillText(label, pixelX + 3, AXIS_HEIGHT - 6);
  }
}

/** Draws the whole session in a strip: characters sent, interrupts, differences, losses and marks, and the visible range. */
export function drawOverview(
  canvasContext: CanvasContext,
  session: Session,
  wholeScale: TimelineScale,
  visibleScale: TimelineScale,
  stripHeight: number,
  colours: Colours,
): void {
  const { pixelWidth } = wholeScale;
  const [timelineLane] = lanesOf(session).filter(({ laneName }) => laneName === "sent");
  if (timelineLane?.laneKind === "moments" && session.length > 0) {
    forEachRange(session, wholeScale, (firstRow, endRow, pixelX, pixels) => {
      const { anyBits } = timelineLane.summary.summarise(firstRow, endRow);
      canvasContext.fillStyle = colours.line;
      if (anyBits & ENTRY_FLAGS.SENT)
        canvasContext.fillRect(
          LANES_LEFT + pixelX,
          stripHeight * 0.45,
          Math.max(1, pixels),
          stripHeight * 0.55,
        );
      canvasContext.fillStyle = colours.bad;
      canvasContext.globalAlpha = 0.6;
      if (anyBits & ENTRY_FLAGS.INTERRUPT)
        canvasContext.fillRect(LANES_LEFT + pixelX, 2, Math.max(1, Math.min(pixels, 1)), stripHeight * 0.28);
      canvasContext.globalAlpha = 1;
      canvasContext.fillStyle = colours.change;
      if (anyBits & (ENTRY_FLAGS.DIFFERENCE | ENTRY_FLAGS.LOST | ENTRY_FLAGS.NOTE))
        canvasContext.fillRect(LANES_LEFT + pixelX, 0, 1.5, stripHeight);
    });
  }
  const pixelOf = (position: number) =>
    LANES_LEFT +
    ((position - wholeScale.rangeStart) / (wholeScale.rangeEnd - wholeScale.rangeStart)) * pixelWidth;
  if (visibleScale.rangeEnd - visibleScale.rangeStart >= wholeScale.rangeEnd - wholeScale.rangeStart) return;
  canvasContext.fillStyle = colours.accent;
  canvasContext.globalAlpha = 0.14;
  canvasContext.fillRect(
    pixelOf(visibleScale.rangeStart),
    0,
    Math.max(2, pixelOf(visibleScale.rangeEnd) - pixelOf(visibleScale.rangeStart)),
    stripHeight,
  );
  canvasContext.globalAlpha = 1;
  canvasContext.fillRect(pixelOf(visibleScale.rangeStart), 0, 1.5, stripHeight);
  canvasContext.fillRect(
    Math.max(pixelOf(visibleScale.rangeStart) + 2, pixelOf(visibleScale.rangeEnd) - 1.5),
    0,
    1.5,
    stripHeight,
  );
}
