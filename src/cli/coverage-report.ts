import type { Coverage, TransitionCount } from "../guests/index.js";
import { column, field, indented, WIDTH, wrap } from "./layout.js";
import { grouped, type Paint } from "./terminal.js";

/** Where descriptions begin; a longer left part keeps its description to the next line. */
const LEFT = 55;

/**
 * Which states and transitions were used.
 *
 * @param everything - lists all with their counts; otherwise only those never used.
 */
export function coverageInWords(coverage: Coverage, everything: boolean, paint: Paint): string[] {
  const { states, transitions, leftOut } = coverage;
  const label = (text: string) => paint("bold", text);
  const shown = everything ? transitions : transitions.filter(({ count }) => count === 0);
  const part = (title: string, all: readonly { readonly count: number }[], did: string, aside = "") => {
    const used = all.filter(({ count }) => count > 0).length;
    const rest = used === all.length ? "" : everything ? "" : "; never:";
    return field(title, `${used} of ${all.length} ${did}${aside}${rest}`, label);
  };
  const aside = (out: readonly string[]) =>
    out.length === 0 ? "" : `, ${out.length} left out, which this part's options exclude`;
  return [
    part("States", states, "entered", aside(leftOut.states)),
    ...statesInWords(everything ? states : states.filter(({ count }) => count === 0), everything),
    part("Transitions", transitions, "taken", aside(leftOut.transitions)),
    ...[...bySource(shown)].flatMap(([source, group]) => [
      `  ${source === "" ? "in every state" : source}`,
      ...group.flatMap((transition) => transitionInWords(transition, everything)),
    ]),
  ];
}

function statesInWords(states: Coverage["states"], counts: boolean): string[] {
  if (!counts) return states.map(({ id }) => indented(id));
  const times = column(
    states.map(({ count }) => timesInWords(count)),
    "right",
  );
  return states.map(({ id }, row) => indented(`${times[row]}  ${id}`));
}

function bySource(transitions: readonly TransitionCount[]): Map<string, TransitionCount[]> {
  const groups = new Map<string, TransitionCount[]>();
  for (const transition of transitions) {
    const group = groups.get(transition.source);
    if (group) group.push(transition);
    else groups.set(transition.source, [transition]);
  }
  return groups;
}

function transitionInWords({ event, guard, description, count }: TransitionCount, counts: boolean): string[] {
  const name = guard === undefined ? event : `${event} [${guard}]`;
  const left = counts ? `${timesInWords(count).padStart(9)}  ${name}` : `    ${name}`;
  const [first = "", ...more] = wrap(description, WIDTH - LEFT);
  const under = (text: string) => `${" ".repeat(LEFT)}${text}`;
  const start = left.length < LEFT - 1 ? [`${left.padEnd(LEFT)}${first}`.trimEnd()] : [left, under(first)];
  return [...start, ...more.map(under)];
}

const timesInWords = (count: number): string => (count === 0 ? "never" : grouped(count));
