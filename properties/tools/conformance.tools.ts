import { expect, it } from "vitest";
import { missingTransitions, TOUR } from "../../src/conform/internal.js";

it("the tour takes the transitions that it names, on a part", async () => {
  expect(await missingTransitions(TOUR), "npm run tour writes it").toEqual([]);
});
