import type { Page } from "playwright-core";

/**
 * Returns what is wrong with a drawing of a chart, by the browser's own metrics with a pixel of tolerance: texts over texts, over the edges of
 * boxes, over states or outside of the drawing, boxes over boxes that do not contain them, and texts below 11 px.
 *
 * @param svgSelector - the drawing. Its boxes are the `rect` elements, a state's box is in `.leaf` or has the class `state`, and the text of
 * an arrow is in `.arrow` or has the class `label`.
 */
export const drawingFlawsOf = (page: Page, svgSelector: string): Promise<string[]> =>
  page.evaluate((selector) => {
    const drawing = document.querySelector(selector) as SVGSVGElement;
    const boxOf = (element: Element) =>
      ({ element, ...element.getBoundingClientRect().toJSON() }) as DOMRect & { element: Element };
    const nameOf = ({ element }: { element: Element }) =>
      element.textContent?.trim() ||
      element.closest("[data-id],[data-card]")?.getAttribute("data-id") ||
      "a box";
    const texts = [...drawing.querySelectorAll("text")]
      .filter(({ textContent }) => textContent?.trim())
      .map(boxOf);
    const boxes = [...drawing.querySelectorAll("rect")].map(boxOf);
    const overlap = (a: DOMRect, b: DOMRect) =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const contains = (a: DOMRect, b: DOMRect) =>
      a.left <= b.left + 1 && a.right >= b.right - 1 && a.top <= b.top + 1 && a.bottom >= b.bottom - 1;
    const flaws: string[] = [];
    if (texts.length === 0 || boxes.length === 0) flaws.push("nothing is drawn");
    for (const [i, text] of texts.entries()) {
      if (!contains(boxOf(drawing), text)) flaws.push(`${nameOf(text)} outside of the drawing`);
      for (const other of texts.slice(i + 1))
        if (overlap(text, other)) flaws.push(`${nameOf(text)} over ${nameOf(other)}`);
      for (const box of boxes)
        if (overlap(text, box) && !contains(box, text))
          flaws.push(`${nameOf(text)} over the edge of ${nameOf(box)}`);
      const fontSize = Number.parseFloat(getComputedStyle(text.element).fontSize);
      if (fontSize < 11) flaws.push(`${nameOf(text)} has ${fontSize} px`);
    }
    for (const [i, box] of boxes.entries())
      for (const other of boxes.slice(i + 1))
        if (overlap(box, other) && !contains(box, other) && !contains(other, box))
          flaws.push(`box ${nameOf(box)} over ${nameOf(other)}`);
    // A label inside a state's box belongs to that state.
    for (const label of drawing.querySelectorAll(".arrow text, .label"))
      for (const leaf of drawing.querySelectorAll(".leaf rect, rect.state"))
        if (overlap(boxOf(label), boxOf(leaf))) flaws.push(`label ${label.textContent} over a state`);
    return flaws;
  }, svgSelector);
