import { expect, test } from "vitest";
import { assign, createMachine } from "xstate";
import type { SerialContext } from "../../machines/index.js";
import { serialMachine } from "../../machines/index.js";
import {
  activeStates,
  hex,
  inputInWords,
  serialChart,
  statesOf,
  transitionsOf,
  valueInWords,
} from "./index.js";

const isReady = () => true;

const machine = createMachine({
  type: "parallel",
  states: {
    lamp: {
      initial: "off",
      states: {
        off: {
          on: {
            PRESS: {
              guard: isReady,
              target: "on.dim",
              actions: ["light", { type: "count", params: {} }, function inline() {}, assign({})],
              description: "It lights",
              meta: { rules: ["L1", "L2"] },
            },
          },
        },
        on: {
          initial: "dim",
          states: { dim: { id: "dim" }, bright: {} },
          always: { guard: "isHot", target: "off" },
          on: { PRESS: [{ guard: { type: "isLong" }, target: [".dim"] }, {}] },
        },
      },
    },
    watch: { id: "watch", on: { RESET: { target: ["#watch", "#dim"] } } },
  },
});

test("transitions in words, in document order", () => {
  const words = transitionsOf(machine);
  expect(words).toStrictEqual([
    {
      id: "lamp.off PRESS [isReady]",
      source: "lamp.off",
      target: "lamp.on.dim",
      event: "PRESS",
      guard: "isReady",
      actions: ["light", "count", "inline", "xstate.assign"],
      description: "It lights",
      rules: ["L1", "L2"],
    },
    {
      id: "lamp.on PRESS [isLong]",
      source: "lamp.on",
      target: "lamp.on.dim",
      event: "PRESS",
      guard: "isLong",
      actions: [],
      description: "",
      rules: [],
    },
    { id: "lamp.on PRESS", source: "lamp.on", event: "PRESS", actions: [], description: "", rules: [] },
    {
      id: "lamp.on always [isHot]",
      source: "lamp.on",
      target: "lamp.off",
      event: "always",
      guard: "isHot",
      actions: [],
      description: "",
      rules: [],
    },
    {
      id: "watch RESET",
      source: "watch",
      target: "watch lamp.on.dim",
      event: "RESET",
      actions: [],
      description: "",
      rules: [],
    },
  ]);
  expect(transitionsOf(machine)[0]).toBe(words[0]);
});

test("states in words: all that have none inside, and those that a value is in", () => {
  const all = ["lamp.off", "lamp.on.dim", "lamp.on.bright", "watch"];
  expect(statesOf(machine)).toEqual(all);
  expect(activeStates({ lamp: { on: "dim" }, watch: {} })).toEqual(["lamp.on.dim", "watch"]);
  expect(activeStates("off")).toEqual(["off"]);
  const value = serialMachine.resolveState({ value: {}, context: {} as SerialContext }).value;
  for (const state of activeStates(value)) expect(statesOf(serialMachine)).toContain(state);
});

test.each([
  [{ type: "read", offset: 5 }, false, undefined, "LSR ->"],
  [{ type: "read", offset: 5 }, false, 0x61, "LSR -> 0x61 DR|THRE|TEMT"],
  [{ type: "read", offset: 0 }, true, 0x0c, "DLL -> 0x0C"],
  [{ type: "read", offset: 9 }, false, 0, "offset 9 -> 0x00"],
  [{ type: "write", offset: 1, value: 5 }, false, undefined, "IER <- 0x05 ERBFI|ELSI"],
  [{ type: "write", offset: 1, value: 5 }, true, undefined, "DLM <- 0x05"],
  [{ type: "write", offset: 2, value: 1 }, false, undefined, "FCR <- 0x01 FIFO_ENABLE"],
  [{ type: "read", offset: 2 }, false, 0xc1, "IIR -> 0xC1 NONE|FIFOS"],
  [{ type: "write", offset: 200, value: 0xff }, false, undefined, "offset 200 <- 0xFF"],
  [{ type: "receive", characters: [1] }, false, undefined, "1 character arrives"],
  [{ type: "receive", characters: [] }, false, undefined, "0 characters arrive"],
  [{ type: "advance", ticks: 7 }, false, undefined, "7 ticks pass"],
  [{ type: "line", level: 0 }, false, undefined, "SIN goes to 0"],
  [{ type: "break", on: true }, false, undefined, "a break begins"],
  [{ type: "break", on: false }, false, undefined, "the break ends"],
  [
    { type: "modem", cts: true, dsr: false, ri: true, dcd: false },
    false,
    undefined,
    "the modem's lines are CTS|RI",
  ],
  [
    { type: "modem", cts: false, dsr: true, ri: false, dcd: true },
    false,
    undefined,
    "the modem's lines are DSR|DCD",
  ],
  [
    { type: "modem", cts: false, dsr: false, ri: false, dcd: false },
    false,
    undefined,
    "the modem's lines are all off",
  ],
  [{ type: "hold" }, false, undefined, "the host stops taking output"],
  [{ type: "release" }, false, undefined, "the host takes output again"],
  [{ type: "reset" }, false, undefined, "master reset"],
  [{ type: "restore", state: {} }, false, undefined, "a state is restored"],
] as const)("an input in words: %o", (input, dlab, value, words) => {
  expect(inputInWords(input, dlab, value)).toBe(words);
});

test("a value without a register is a number alone", () => {
  expect(valueInWords(undefined, 0x1f)).toBe("0x1F");
  expect(valueInWords("SCR", 0)).toBe("0x00");
  expect(hex(5)).toBe("0x05");
  expect(valueInWords("FCR", 1, serialChart())).toBe("0x01 FIFO_ENABLE");
});
