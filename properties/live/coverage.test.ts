import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../../src/device/index.js";
import { type Coverage, type Report, replay } from "../../src/guests/index.js";

const pageText = readFileSync(new URL("../../src/guests/COVERAGE.md", import.meta.url), "utf8");

/** Every state and transition that a replay on a device counts. */
async function idsOf(uartDevice: Device): Promise<string[]> {
  const replayReport: Report = await replay(uartDevice, []);
  const { states, transitions } = replayReport.coverage as Coverage;
  return [...states, ...transitions].map(({ id }) => id.replace(/\|/g, "\\|"));
}

it.each([
  ["serial", () => [new Serial()]],
  ["uart16550", () => Object.values(UART16550_PRESETS).map((preset) => new Uart16550({ preset }))],
] as const)("what the page says no guest touches of %s is in the chart", async (chartName, devices) => {
  const idList = new Set((await Promise.all(devices().map(idsOf))).flat());
  const [, remainder = ""] = pageText.split(`On \`${chartName}\` none of them `);
  const listed = [...(remainder.split("</details>")[0] ?? "").matchAll(/`([^`]+)`/g)].map(
    ([, transitionId]) => transitionId as string,
  );
  expect(listed.length).toBeGreaterThan(40);
  expect(listed.filter((transitionId) => !idList.has(transitionId))).toEqual([]);
});
