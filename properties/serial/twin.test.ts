/** Saving and restoring at every step disturbs nothing (I17), but for the triggers that a restore repeats. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial, serialStateFromSerde, serialStateToSerde } from "../../src/device/index.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { type Moment, play } from "../support/session.js";
import { REVISIONS, type Revision } from "../support/steps.js";

type Way = (serial: Serial, revision: Revision, trigger: () => void) => Serial;

const WAYS: Readonly<Record<string, Way>> = {
  "from its state": (serial, revision, trigger) =>
    Serial.fromState(serial.state(), { revision, trigger, journal: false }),
  "from what it saved, as JSON": (serial, _, trigger) =>
    Serial.fromSaved(JSON.parse(JSON.stringify(serial.save())), { trigger, journal: false }),
  "from the JSON of vm-superio": (serial, revision, trigger) => {
    const json = JSON.stringify(serialStateToSerde(serial.state()));
    return Serial.fromState(serialStateFromSerde(JSON.parse(json)), { revision, trigger, journal: false });
  },
  "in place": (serial) => {
    serial.apply({ type: "restore", state: serial.state() });
    return serial;
  },
};

/** A device made from a bare state has no past: its ticks begin again. All else must be the same. */
const timeless = (moment: Moment | undefined): unknown =>
  moment && { ...moment, tick: 0, emissions: moment.emissions.map((emission) => ({ ...emission, tick: 0 })) };

describe.each(REVISIONS)("a Serial of %s", (revision) => {
  it.each(Object.keys(WAYS))("restored at every step %s does what an undisturbed one does", (name) => {
    const way = WAYS[name] as Way;
    const held = new Premises("a trigger repeated", "two triggers repeated", "none repeated");
    fc.assert(
      fc.property(inputSequence(40), (inputs) => {
        let triggers = 0;
        const trigger = (): void => {
          triggers += 1;
        };
        const undisturbed = new Serial({ revision, journal: false });
        let twin = new Serial({ revision, trigger, journal: false });
        for (const input of inputs) {
          const { interruptEnable, interruptIdentification } = twin.state();
          const thrEmpty = (interruptEnable & 2) !== 0 && (interruptIdentification & 2) !== 0;
          const receivedData = (interruptEnable & 1) !== 0 && (interruptIdentification & 4) !== 0;
          triggers = 0;
          twin = way(twin, revision, trigger);
          expectSame(triggers, Number(thrEmpty) + Number(receivedData), input);
          held.count("a trigger repeated", triggers === 1);
          held.count("two triggers repeated", triggers === 2);
          held.count("none repeated", triggers === 0);
          const [expected] = play(undisturbed, [input]);
          const [moment] = play(twin, [input]);
          expectSame(timeless(moment), timeless(expected), input);
        }
      }),
      runs(25),
    );
    held.expectEach();
  });
});
