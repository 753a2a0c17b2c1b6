import { html } from "lit-html";

/** A sign on a button, 16 by 16. */
export type Icon = ReturnType<typeof html>;

const filledIcon = (pathData: string): Icon =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${pathData} /></svg>`;
const strokedIcon = (pathData: string): Icon =>
  html`<svg class="icon drawn" viewBox="0 0 16 16" aria-hidden="true"><path d=${pathData} /></svg>`;

export const FIRST = filledIcon("M3 3h2v10H3zM13 3v10L6 8z");
export const BACK = filledIcon("M11 3v10L4 8z");
export const PLAY = filledIcon("M4 2.5v11L13 8z");
export const PAUSE = filledIcon("M4 3h3v10H4zM9 3h3v10H9z");
export const FORWARD = filledIcon("M5 3l7 5-7 5z");
export const LAST = filledIcon("M11 3h2v10h-2zM3 3l7 5-7 5z");
export const UP = strokedIcon("M8 12.5v-9M4.5 7 8 3.5 11.5 7");
export const DOWN = strokedIcon("M8 3.5v9M4.5 9 8 12.5 11.5 9");
export const SHARE = strokedIcon("M8 2.5v7.5M5 7.2 8 10.2 11 7.2M3 12.8h10");
export const THEME = html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
  <circle class="ring" cx="8" cy="8" r="5.3" />
  <path d="M8 2.7a5.3 5.3 0 0 1 0 10.6z" />
</svg>`;
export const HELP = strokedIcon("M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.8M8 12v.4");
export const PLUS = strokedIcon("M8 3.5v9M3.5 8h9");
export const MINUS = strokedIcon("M3.5 8h9");
export const FIT = strokedIcon("M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3");
export const PANEL_TOP = strokedIcon("M2.5 2.5h11v11h-11zM2.5 6h11M4.5 4.3h7");
export const PANEL_LEFT = strokedIcon("M2.5 2.5h11v11h-11zM6 2.5v11M4.3 5v6");
export const PANEL_MIDDLE = strokedIcon("M2.5 2.5h11v11h-11zM6 2.5v11M10 2.5v11M8 5v6");
export const PANEL_RIGHT = strokedIcon("M2.5 2.5h11v11h-11zM10 2.5v11M11.7 5v6");
