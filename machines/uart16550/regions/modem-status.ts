import { uart16550Setup } from "../actions/index.js";

/** MSR: the modem inputs, or in loopback MCR's outputs, and what has changed. This region owns MSR. */
export const modemStatus = uart16550Setup.createStateConfig({
  description: "MSR: the modem inputs, and what has changed since it was read",
  meta: { rules: ["I12", "I13"] },
  type: "parallel",
  states: {
    lines: {
      description: "MSR itself",
      meta: { rules: ["I12"] },
      on: {
        modem: [
          {
            guard: "modemInputsShowAndForget",
            actions: ["storeModemInputs", "showModemInputsForgetting"],
            description: "The inputs show; RI's trailing edge is forgotten unless it is this one",
            meta: { rules: ["I12"] },
          },
          {
            guard: "modemInputsShow",
            actions: ["storeModemInputs", "showModemInputs"],
            description: "The inputs show, and what has changed",
            meta: { rules: ["I12"] },
          },
          {
            actions: "storeModemInputs",
            description: "The inputs do not show yet",
            meta: { rules: ["I13", "D13"] },
          },
        ],
        "write.MCR": [
          {
            guard: "loopbackBeginsQuietly",
            actions: ["rememberLines", "showOutputsQuietly"],
            description: "Loopback begins: MSR shows MCR, and tells of no change",
            meta: { rules: ["I13", "A19"] },
          },
          {
            guard: "loopbackBeginsUnseen",
            actions: "rememberLines",
            description: "Loopback begins, of which MSR keeps nothing",
            meta: { rules: ["I13"] },
          },
          {
            guard: "loopbackShowsOutputs",
            actions: "showOutputs",
            description: "MSR shows MCR, and what has changed",
            meta: { rules: ["I13", "I12"] },
          },
          {
            guard: "loopbackEndsWithChanges",
            actions: "sampleModemInputs",
            description: "Loopback ends: the inputs show, and what has changed",
            meta: { rules: ["I13", "A19"] },
          },
          {
            guard: "loopbackEndsQuietly",
            actions: "showModemInputsAfterLoopback",
            description: "Loopback ends: the inputs show, and what has changed since it began",
            meta: { rules: ["I13", "A19"] },
          },
        ],
        "read.MSR": [
          {
            guard: "loopbackGivesOutputs",
            actions: "giveOutputsAsMSR",
            description: "MSR is read in loopback, where nothing is told to have changed",
            meta: { rules: ["I13"] },
          },
          {
            guard: "readSamplesForgetting",
            actions: ["sampleModemInputsForgetting", "giveMSR", "clearDeltas"],
            description: "The inputs are sampled, forgetting RI's last edge, and MSR is read",
            meta: { rules: ["D13", "I12"] },
          },
          {
            guard: "readSamplesOnce",
            actions: ["sampleModemInputs", "giveMSR", "clearDeltas"],
            description: "The inputs are sampled, and MSR is read",
            meta: { rules: ["D13", "I12"] },
          },
          {
            actions: ["giveMSR", "clearDeltas"],
            description: "MSR is read, which clears what has changed",
            meta: { rules: ["I12"] },
          },
        ],
        "write.MSR": [
          {
            guard: "factoryTestWrites",
            actions: "storeDeltas",
            description: "The factory's test sets what has changed",
            meta: { rules: ["A16"] },
          },
          { description: "MSR is not written", meta: { rules: ["A16"] } },
        ],
        "write.IER_DLM": [
          {
            guard: "writeBeginsSamplingForgetting",
            actions: "sampleModemInputsForgetting",
            description: "EDSSI is set: the inputs are sampled, forgetting RI's last edge",
            meta: { rules: ["D13", "I12"] },
          },
          {
            guard: "writeBeginsSampling",
            actions: "sampleModemInputs",
            description: "EDSSI is set: the inputs are sampled",
            meta: { rules: ["D13"] },
          },
        ],
        advance: [
          {
            guard: "modemSampleForgets",
            actions: "sampleModemInputsForgetting",
            description: "The inputs are sampled, forgetting RI's last edge",
            meta: { rules: ["D13", "I12"] },
          },
          {
            guard: "modemSampleIsDue",
            actions: "sampleModemInputs",
            description: "The inputs are sampled",
            meta: { rules: ["D13"] },
          },
        ],
        reset: { actions: "resetMSR", description: "Master reset", meta: { rules: ["D1", "A20"] } },
      },
    },
    clearToSend: {
      description: "MSR.CTS",
      meta: { rules: ["I21"] },
      initial: "yes",
      states: {
        yes: {
          description: "The other end takes characters",
          meta: { rules: ["I21"] },
          always: {
            guard: "clearToSendIsHidden",
            target: "no",
            description: "CTS is not asserted",
            meta: { rules: ["I12", "I21"] },
          },
        },
        no: {
          description: "It does not",
          meta: { rules: ["I21"] },
          always: {
            guard: "clearToSendShows",
            target: "yes",
            description: "CTS is asserted",
            meta: { rules: ["I12", "I21"] },
          },
        },
      },
    },
    changes: {
      description: "MSR bits 3 to 0",
      meta: { rules: ["I12"] },
      initial: "unchanged",
      states: {
        unchanged: { description: "Nothing has changed", meta: { rules: ["I12"] } },
        ctsChanged: {
          description: "CTS alone has changed: that does not interrupt under automatic flow control",
          meta: { rules: ["I12", "I21"] },
        },
        changed: { description: "More has changed: modem status is pending", meta: { rules: ["I1", "I12"] } },
      },
      on: {
        "write.IER_DLM": [
          {
            guard: "edssiTellsMore",
            target: ".changed",
            description: "EDSSI is set: the sample tells of more than CTS",
            meta: { rules: ["D13"] },
          },
          {
            guard: "edssiTellsCTS",
            target: ".ctsChanged",
            description: "EDSSI is set: the sample tells of CTS alone",
            meta: { rules: ["D13"] },
          },
          {
            guard: "edssiTellsMoreForgetting",
            target: ".changed",
            description: "EDSSI is set: the sample tells of more than CTS, without RI's last edge",
            meta: { rules: ["D13", "I12"] },
          },
          {
            guard: "edssiTellsCTSForgetting",
            target: ".ctsChanged",
            description: "EDSSI is set: the sample tells of CTS alone, without RI's last edge",
            meta: { rules: ["D13", "I12"] },
          },
        ],
        "write.MCR": {
          guard: "mcrTellsMore",
          target: ".changed",
          description: "Loopback begins, changes or ends: more than CTS looks different",
          meta: { rules: ["I13", "I12"] },
        },
        "read.MSR": {
          guard: "readClearsDeltas",
          target: ".unchanged",
          description: "MSR is read",
          meta: { rules: ["I12"] },
        },
      },
      always: [
        {
          guard: "changesBecomeNone",
          target: ".unchanged",
          description: "Nothing has changed any more",
          meta: { rules: ["I12"] },
        },
        {
          guard: "changesBecomeCTS",
          target: ".ctsChanged",
          description: "CTS alone has changed",
          meta: { rules: ["I12", "I21"] },
        },
        {
          guard: "changesBecomeMore",
          target: ".changed",
          description: "An input other than CTS has changed",
          meta: { rules: ["I12"] },
        },
      ],
    },
  },
});

/** The timer of a part that samples the modem inputs. */
export const modemSampling = uart16550Setup.createStateConfig({
  description: "The timer of an emulation that samples the modem inputs",
  meta: { rules: ["D13"] },
  initial: "stopped",
  states: {
    stopped: { description: "No sample is due", meta: { rules: ["D13"] } },
    running: {
      description: "A sample is due",
      meta: { rules: ["D13"] },
      on: {
        advance: [
          {
            guard: "samplingGoesOn",
            actions: "sampleIn10ms",
            description: "The inputs are sampled, and will be again",
            meta: { rules: ["D13"] },
          },
          {
            guard: "modemSampleIsDue",
            target: "stopped",
            actions: "stopSampling",
            description: "The inputs are sampled once",
            meta: { rules: ["D13"] },
          },
          { actions: "passSamplingTime", description: "Time passes", meta: { rules: ["D13"] } },
        ],
      },
    },
  },
  on: {
    "read.MSR": [
      {
        guard: "readSamplesAgain",
        target: ".running",
        actions: "sampleIn10ms",
        description: "MSR is read: the next sample is 10 ms away",
        meta: { rules: ["D13"] },
      },
      {
        guard: "readSamplesOnce",
        target: ".stopped",
        actions: "stopSampling",
        description: "MSR is read: no other sample is due",
        meta: { rules: ["D13"] },
      },
    ],
    "write.IER_DLM": [
      {
        guard: "writeBeginsSampling",
        target: ".running",
        actions: "sampleIn10ms",
        description: "EDSSI is set",
        meta: { rules: ["D13"] },
      },
      {
        guard: "writeEndsSampling",
        target: ".stopped",
        actions: "stopSampling",
        description: "EDSSI is cleared",
        meta: { rules: ["D13"] },
      },
    ],
    "write.MCR": {
      guard: "writeMakesModemAnswer",
      target: ".running",
      actions: "sampleInOneCharacter",
      description: "MCR changes: the modem may answer within a character",
      meta: { rules: ["D13"] },
    },
    reset: {
      target: ".stopped",
      actions: "stopSampling",
      description: "Master reset",
      meta: { rules: ["D1"] },
    },
  },
});
