/** Each broken device is found by the claim that is its own. `npm run museum` has all seeds; here it is one. */
import { expect, it } from "vitest";
import { BROKEN_DEVICES } from "../devices/index.js";
import { finderOfDevice } from "./table.js";

it.each(BROKEN_DEVICES.map((each) => [each.wrong, each] as const))("a device: %s", (_, exhibit) => {
  expect(finderOfDevice(exhibit).runs(1), exhibit.claim).toBeDefined();
});
