/** Saving and restoring at every step disturbs nothing (I17), but for the triggers that a restore repeats. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial, serialStateFromSerde, serialStateToSerde } from "../../src/device/index.js";
import { inputSequence } from "../arbitraries/inputs.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { playInputs, type ReplayMoment } from "../support/session.js";
import { REVISIONS, type Revision } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

type RestoreMethod = (serialDevice: Serial, revision: Revision, trigger: () => void) => Serial;

const RESTORE_METHODS: Readonly<Record<string, RestoreMethod>> = {
  "from its state": (serialDevice, revision, trigger) =>
    Serial.fromState(serialDevice.state(), { revision, trigger, journal: false }),
  "from what it saved, as JSON": (serialDevice, _, trigger) =>
    Serial.fromSaved(JSON.parse(JSON.stringify(serialDevice.save())), { trigger, journal: false }),
  "from the JSON of vm-superio": (serialDevice, revision, trigger) => {
    const json = JSON.stringify(serialStateToSerde(serialDevice.state()));
    return Serial.fromState(serialStateFromSerde(JSON.parse(json)), { revision, trigger, journal: false });
  },
  "in place": (serialDevice) => {
    serialDevice.apply({ type: "restore", state: serialDevice.state() });
    return serialDevice;
  },
};

/** A device made from a bare state has no past: its ticks begin again. All else must be the same. */
const timeless = (observed: ReplayMoment | undefined): unknown =>
  observed && {
    ...observed,
    tick: 0,
    emissions: observed.emissions.map((emission) => ({ ...emission, tick: 0 })),
  };

describe.each(REVISIONS)("a Serial of %s", (revision) => {
  it.each(Object.keys(RESTORE_METHODS))(
    "restored at every step %s does what an undisturbed one does",
    (wayName) => {
      const restoreMethod = RESTORE_METHODS[wayName] as RestoreMethod;
      const vacuityGuard = new VacuityGuard("a trigger repeated", "two triggers repeated", "none repeated");
      fc.assert(
        fc.property(inputSequence(40), (inputList) => {
          let triggers = 0;
          const trigger = (): void => {
            triggers += 1;
          };
          const undisturbed = new Serial({ revision, journal: false });
          let restoredTwin = new Serial({ revision, trigger, journal: false });
          for (const input of inputList) {
            const { interruptEnable, interruptIdentification } = restoredTwin.state();
            const thrEmpty = (interruptEnable & 2) !== 0 && (interruptIdentification & 2) !== 0;
            const receivedData = (interruptEnable & 1) !== 0 && (interruptIdentification & 4) !== 0;
            triggers = 0;
            restoredTwin = restoreMethod(restoredTwin, revision, trigger);
            expectSame(triggers, Number(thrEmpty) + Number(receivedData), input);
            vacuityGuard.count("a trigger repeated", triggers === 1);
            vacuityGuard.count("two triggers repeated", triggers === 2);
            vacuityGuard.count("none repeated", triggers === 0);
            const [expected] = playInputs(undisturbed, [input]);
            const [observed] = playInputs(restoredTwin, [input]);
            expectSame(timeless(observed), timeless(expected), input);
          }
        }),
        runOptions(25),
      );
      vacuityGuard.expectEach();
    },
  );
});
