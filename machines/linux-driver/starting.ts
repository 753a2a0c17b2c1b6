import { linuxDriverSetup } from "./actions.js";
import { access, DONE } from "./steps.js";

/** The four reads that clear whatever a read clears. */
const clearing = <const TTarget extends string>(target: TTarget) =>
  ({
    description: "LSR, RBR, IIR and MSR are read, for a read clears them",
    meta: { rules: ["startup"] },
    initial: "readingLSR",
    states: {
      readingLSR: access("readLSR", "readingRBR", "startup", "LSR is read"),
      readingRBR: access("readRBR", "readingIIR", "startup", "RBR is read"),
      readingIIR: access("readIIR", "readingMSR", "startup", "IIR is read"),
      readingMSR: access("readMSR", target, "startup", "MSR is read"),
    },
  }) as const;

/** The steps that the driver takes once, before all else: autoconfig's test of the FIFOs, do_startup, set_termios. */
export const starting = linuxDriverSetup.createStateConfig({
  description: "autoconfig, do_startup and set_termios",
  meta: { rules: ["startup", "lock"] },
  id: "starting",
  initial: "identification",
  states: {
    identification: {
      description: "Whether the part has FIFOs that work",
      meta: { rules: ["class"] },
      initial: "enablingFifos",
      states: {
        enablingFifos: access("enableFifos", "readingIIR", "class", "FCR bit 0 is set"),
        readingIIR: {
          description: "IIR is read for its bits 7 and 6",
          meta: { rules: ["class"] },
          entry: "readIIR",
          on: {
            "thread.result": [
              {
                guard: "showsFifos",
                target: "resettingFifos",
                description: "The part has FIFOs",
                meta: { rules: ["class"] },
              },
              {
                target: "disablingFifos",
                description: "It has none that work",
                meta: { rules: ["class"] },
              },
            ],
          },
        },
        resettingFifos: access("resetFifos", "disablingFifos", "startup", "Both FIFOs are cleared"),
        disablingFifos: access("disableFifos", "#starting.firstLook", "startup", "The FIFOs are off"),
      },
    },
    firstLook: {
      description: "Whether there is anything: LSR is read",
      meta: { rules: ["startup"] },
      entry: "readLSR",
      on: {
        "thread.result": [
          {
            guard: "showsNothingThere",
            target: "#thread.absent",
            actions: DONE,
            description: "Nothing answers",
            meta: { rules: ["startup"] },
          },
          { target: "clearing", description: "Something does", meta: { rules: ["startup"] } },
        ],
      },
    },
    clearing: clearing("#starting.thrEmptyTest"),
    thrEmptyTest: {
      description: "Whether THR empty is reported a second time",
      meta: { rules: ["THRE"] },
      initial: "waiting",
      states: {
        waiting: {
          description: "LSR is read until THR is empty",
          meta: { rules: ["THRE", "patience"] },
          entry: "readLSR",
          on: {
            "thread.result": [
              {
                guard: "showsTHRE",
                target: "enabling",
                description: "THR is empty",
                meta: { rules: ["THRE"] },
              },
              {
                guard: "patienceIsOver",
                target: "enabling",
                description: "It is waited for no longer",
                meta: { rules: ["patience"] },
              },
              {
                target: "waiting",
                reenter: true,
                actions: "countPoll",
                description: "It is not empty yet",
                meta: { rules: ["patience"] },
              },
            ],
          },
        },
        enabling: access("setETBEI", "readingFirstIIR", "THRE", "ETBEI is set"),
        readingFirstIIR: access("readIIR", "clearing", "THRE", "IIR is read the first time"),
        clearing: access("clearIER", "enablingAgain", "THRE", "ETBEI is cleared"),
        enablingAgain: access("setETBEI", "readingSecondIIR", "THRE", "ETBEI is set again"),
        readingSecondIIR: access("readIIR", "clearingAgain", "THRE", "IIR is read the second time"),
        clearingAgain: access("clearIER", "#starting.settingFormat", "THRE", "ETBEI is cleared"),
      },
    },
    settingFormat: access("setFormat", "raisingOUT2", "startup", "8 data bits"),
    raisingOUT2: access("raiseOUT2", "txEnableTest", "startup", "OUT2 lets interrupts through"),
    txEnableTest: {
      description: "Whether enabling THR empty makes an interrupt",
      meta: { rules: ["TXEN"] },
      initial: "enabling",
      states: {
        enabling: access("setETBEI", "readingLSR", "TXEN", "ETBEI is set"),
        readingLSR: {
          description: "Whether the transmitter is empty",
          meta: { rules: ["TXEN"] },
          entry: "readLSR",
          on: {
            "thread.result": {
              target: "readingIIR",
              actions: "keepLSR",
              description: "It is kept in mind",
              meta: { rules: ["TXEN"] },
            },
          },
        },
        readingIIR: access("readIIR", "clearing", "TXEN", "IIR is read"),
        clearing: access("clearIER", "#starting.clearingAgain", "TXEN", "ETBEI is cleared"),
      },
    },
    clearingAgain: clearing("#starting.settingUp"),
    settingUp: {
      description: "set_termios: interrupts, speed, format, FIFOs, outputs",
      meta: { rules: ["termios"] },
      initial: "enablingReceive",
      states: {
        enablingReceive: access("enableReceive", "openingLatch", "termios", "ERBFI and ELSI are set"),
        openingLatch: access("openDivisorLatch", "settingDLL", "termios", "DLAB is set"),
        settingDLL: access("setDLL", "settingDLM", "termios", "115,200 baud"),
        settingDLM: access("setDLM", "closingLatch", "termios", "115,200 baud"),
        closingLatch: {
          description: "DLAB is cleared; 8 data bits",
          meta: { rules: ["termios"] },
          entry: "setFormat",
          on: {
            "thread.result": [
              {
                guard: "fifosUsed",
                target: "enablingFifos",
                description: "There are FIFOs",
                meta: { rules: ["termios"] },
              },
              { target: "raisingOutputs", description: "There are none", meta: { rules: ["termios"] } },
            ],
          },
        },
        enablingFifos: access("enableFifos", "settingTriggerLevel", "termios", "The FIFOs are on"),
        settingTriggerLevel: access("setTriggerLevel", "raisingOutputs", "termios", "Trigger level 8"),
        raisingOutputs: {
          description: "DTR, RTS and OUT2",
          meta: { rules: ["termios"] },
          entry: "raiseOutputs",
          on: {
            "thread.result": {
              target: "#thread.idle",
              actions: DONE,
              description: "The port is open",
              meta: { rules: ["termios"] },
            },
          },
        },
      },
    },
  },
});
