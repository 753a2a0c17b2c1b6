import { expect, test } from "vitest";
import type { Action } from "./action.js";
import { decodePath, encodePath } from "./scenario-path.js";
import { shrink, shrinkBudget } from "./shrink.js";

/** Shrinks a scenario of a driver that fails in those for which `isFailing`. Returns the smallest, and all that were played. */
function shrinkWhile(found: string, isFailing: (actions: readonly Action[]) => boolean) {
  const played: string[] = [];
  const shrinking = shrink(decodePath(found), "no-hang", shrinkBudget(30));
  let step = shrinking.next();
  while (!step.done) {
    played.push(encodePath(step.value));
    step = shrinking.next(isFailing(step.value) ? "no-hang" : undefined);
  }
  return { smallest: encodePath(step.value), played };
}

test("no scenario is played twice, and the smallest one fails", () => {
  const found = "stream.count=30@5 send.count=9@2 print.count=2@0 arrive.count=7@9 pass.halves=5@1";
  const bytesOf = (action: Action) => (action.type === "send" ? action.count : 0);
  const sentCount = (actions: readonly Action[]) => actions.reduce((sum, action) => sum + bytesOf(action), 0);
  const { smallest, played } = shrinkWhile(found, (actions) => sentCount(actions) >= 4);
  expect(smallest).toBe("send.count=4@0");
  expect(new Set(played).size).toBe(played.length);
  expect(played).not.toContain(found);
});

test("a short scenario is found from a long one of which no part may be left out", () => {
  const found = "send.count=2@0 stream.count=3@0 arrive.count=5@0 spurious@1 pass.halves=3@1";
  const short = "send.count=1@0 arrive.count=1@1 arrive.count=1@4";
  const { smallest } = shrinkWhile(found, (actions) => [found, short].includes(encodePath(actions)));
  expect(smallest).toBe(short);
});

test("many bytes that only passed the time become a longer silence", () => {
  const halvesOf = (action: Action) =>
    action.type === "pass" ? 4 * action.halves : action.type === "send" ? action.count : 0;
  const { smallest } = shrinkWhile("send.count=17@0 pass.halves=3@2", (actions) => {
    const [first, second] = actions;
    const isPair = first?.type === "send" && first.count > 1 && second?.type === "pass";
    return isPair && actions.reduce((sum, action) => sum + halvesOf(action), 0) >= 29;
  });
  const [sent, pass] = decodePath(smallest);
  expect([sent?.type, pass?.type]).toEqual(["send", "pass"]);
  expect((sent as { count: number }).count).toBeLessThan(9);
  expect((pass as { halves: number }).halves).toBeGreaterThan(3);
});
