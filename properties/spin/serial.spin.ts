/** spin's opinion on `serial`: as many states as our own exploration finds, and the same verdicts. */
import { describe, expect, it } from "vitest";
import { serialChart } from "../../src/device/index.js";
import {
  check,
  explore,
  type PromelaBodies,
  serialBodies,
  serialClaims,
  serialPromelaClaims,
  serialScope,
  toPromela,
} from "../../src/explore/index.js";
import { WentWrong, withVerifier } from "./spin.js";

const REVISIONS = ["0.8.1", "0.8.2"] as const;
type Revision = (typeof REVISIONS)[number];

const model = (revision: Revision, bodies: PromelaBodies = serialBodies) =>
  toPromela(serialChart(revision).machine, { bodies, scope: serialScope, claims: serialPromelaClaims });

describe.each(REVISIONS)("serial %s", (revision) => {
  const graph = explore(serialChart(revision), serialScope);

  it("has as many states and transitions for spin as for us", async () => {
    const counted = await withVerifier(model(revision), "states", (it) => it.count());
    expect(graph.complete).toBe(true);
    expect(counted).toEqual({ states: graph.states.length, transitions: graph.transitions.length });
    expect(counted.states).toBe({ "0.8.1": 5160, "0.8.2": 4900 }[revision]);
  });

  it("gets the same verdict on every claim in LTL", async () => {
    const asked = serialClaims.filter(({ id }) => Object.hasOwn(serialPromelaClaims, id));
    expect(asked.map(({ id }) => id).sort()).toEqual(Object.keys(serialPromelaClaims).sort());
    const ours = asked.map((claim) => [claim.id, check(graph, claim).verdict]);
    const spins = await withVerifier(model(revision), "claims", async ({ holds }) => {
      const verdicts: [string, string][] = [];
      for (const { id } of asked) {
        const negated = serialPromelaClaims[id]?.negated === true;
        verdicts.push([id, (await holds(id)) !== negated ? "proved" : "refuted"]);
      }
      return verdicts;
    });
    expect(spins).toEqual(ours);
  });
});

/** One body of 0.8.2 changed, which spin's count of states must tell. */
const MISCOUNTED: readonly (readonly [what: string, changed: Partial<PromelaBodies>])[] = [
  ...Object.entries(serialBodies.guards).map(([name, body]) => {
    const guards = { ...serialBodies.guards, [name]: `!(${String(body)})` };
    return [`guard ${name} negated`, { guards }] as const;
  }),
  ["action clearDataReady without effect", { actions: { ...serialBodies.actions, clearDataReady: [] } }],
  [
    "action dropReceivedData that leaves 0x00",
    { actions: { ...serialBodies.actions, dropReceivedData: ["IIR = IIR & (255 - RDA)"] } },
  ],
];

it.concurrent.each(MISCOUNTED)("%s: spin counts other states", async (_, changed) => {
  const wrong = model("0.8.2", { ...serialBodies, ...changed });
  const counted = await withVerifier(wrong, "states", (it) => it.count()).catch((error) => {
    // A body can be so wrong that the number of bytes leaves its range.
    if (error instanceof WentWrong) return { states: 0 };
    throw error;
  });
  expect(counted.states).not.toBe(4900);
});

/** One action of 0.8.2 with another body, and the claim that spin then refutes. */
const REFUTED = [
  ["interruptReceivedData", "skip", "I1"],
  ["storeIER", "IER = written", "I16"],
  ["giveLoopedMSR", "given = MSR", "I13b"],
  ["identifyNone", "skip", "I18"],
] as const;

it.concurrent.each(REFUTED)("action %s does %s: spin refutes %s", async (action, body, claim) => {
  const bodies = { ...serialBodies, actions: { ...serialBodies.actions, [action]: [body] } };
  expect(await withVerifier(model("0.8.2", bodies), "claims", ({ holds }) => holds(claim))).toBe(false);
});
