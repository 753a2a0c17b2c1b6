import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../../src/device/index.js";
import { type Coverage, type Report, replay } from "../../src/guests/index.js";

const text = readFileSync(new URL("../../src/guests/COVERAGE.md", import.meta.url), "utf8");

/** Every state and transition that a replay on a device counts. */
async function idsOf(device: Device): Promise<string[]> {
  const report: Report = await replay(device, []);
  const { states, transitions } = report.coverage as Coverage;
  return [...states, ...transitions].map(({ id }) => id.replace(/\|/g, "\\|"));
}

it.each([
  ["serial", () => [new Serial()]],
  ["uart16550", () => Object.values(UART16550_PRESETS).map((preset) => new Uart16550({ preset }))],
] as const)("what the page says no guest touches of %s is in the chart", async (chart, devices) => {
  const ids = new Set((await Promise.all(devices().map(idsOf))).flat());
  const [, rest = ""] = text.split(`On \`${chart}\` none of them `);
  const listed = [...(rest.split("</details>")[0] ?? "").matchAll(/`([^`]+)`/g)].map(
    ([, id]) => id as string,
  );
  expect(listed.length).toBeGreaterThan(40);
  expect(listed.filter((id) => !ids.has(id))).toEqual([]);
});
