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

const promelaModel = (revision: Revision, bodies: PromelaBodies = serialBodies) =>
  toPromela(serialChart(revision).machine, { bodies, scope: serialScope, claims: serialPromelaClaims });

describe.each(REVISIONS)("serial %s", (revision) => {
  const stateGraph = explore(serialChart(revision), serialScope);

  it("has as many states and transitions for spin as for us", async () => {
    const counted = await withVerifier(promelaModel(revision), "states", (verifier) => verifier.count());
    expect(stateGraph.complete).toBe(true);
    expect(counted).toEqual({ states: stateGraph.states.length, transitions: stateGraph.transitions.length });
    expect(counted.states).toBe({ "0.8.1": 5160, "0.8.2": 4900 }[revision]);
  });

  it("has as many on two cores, where nothing can be hidden", async () => {
    const counted = await withVerifier(promelaModel(revision), "cores", (verifier) => verifier.count());
    expect(counted).toEqual({ states: stateGraph.states.length, transitions: stateGraph.transitions.length });
  });

  it("gets the same verdict on every claim in LTL", async () => {
    const checkedClaims = serialClaims.filter(({ id }) => Object.hasOwn(serialPromelaClaims, id));
    expect(checkedClaims.map(({ id }) => id).sort()).toEqual(Object.keys(serialPromelaClaims).sort());
    const ours = checkedClaims.map((claim) => [claim.id, check(stateGraph, claim).verdict]);
    const spins = await withVerifier(promelaModel(revision), "claims", async ({ holds }) => {
      const verdicts: [string, string][] = [];
      for (const { id } of checkedClaims) {
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
  ...Object.entries(serialBodies.guards).map(([guardName, body]) => {
    const guards = { ...serialBodies.guards, [guardName]: `!(${String(body)})` };
    return [`guard ${guardName} negated`, { guards }] as const;
  }),
  ["action clearDataReady without effect", { actions: { ...serialBodies.actions, clearDataReady: [] } }],
  [
    "action dropReceivedData that leaves 0x00",
    { actions: { ...serialBodies.actions, dropReceivedData: ["IIR = IIR & (255 - RDA)"] } },
  ],
];

it.concurrent.each(MISCOUNTED)("%s: spin counts other states", async (_, changed) => {
  const wrong = promelaModel("0.8.2", { ...serialBodies, ...changed });
  const counted = await withVerifier(wrong, "states", (verifier) => verifier.count()).catch((error) => {
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

it.concurrent.each(REFUTED)("action %s does %s: spin refutes %s", async (actionSpec, body, claimId) => {
  const bodies = { ...serialBodies, actions: { ...serialBodies.actions, [actionSpec]: [body] } };
  expect(await withVerifier(promelaModel("0.8.2", bodies), "claims", ({ holds }) => holds(claimId))).toBe(
    false,
  );
});
