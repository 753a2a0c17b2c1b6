/** Broken devices: receiving, and the reporting of it. */
import { and, assign, not, or } from "xstate";
import { LSR, serialMachine081, type Uart16550Context } from "../../../machines/index.js";
import { placeAt, withOther, withPlace } from "../../support/changed-chart.js";
import { type BrokenDevice, NO_OPERATION } from "./exhibit.js";

const FULL_FIFO = "states receiveFifo states triggered states full always";

/** Replaces the actions for a character that meets a full FIFO. */
function whenFull(actions: string | readonly string[]) {
  const candidates = placeAt(FULL_FIFO) as readonly { readonly guard?: string }[];
  const index = candidates.findIndex(({ guard }) => guard === "characterArrives");
  return withPlace(`${FULL_FIFO} ${index}`, { ...candidates[index], actions });
}

/** Creates a guard: at a trigger level, exactly as many characters are received. */
const receivedExactly = (level: number) =>
  and([
    `triggerLevel${level}`,
    { type: "receivedAtLeast", params: { count: level } },
    not({ type: "receivedAtLeast", params: { count: level + 1 } }),
  ]);

const RBR_READ = "states receiveFifo states belowTrigger on read.RBR_DLL";

type ActionArguments = { readonly context: Uart16550Context };

export const RECEIVING_DEVICES: readonly BrokenDevice[] = [
  {
    report: "firecracker#2177, CVE-2020-27173",
    wrong: "a full receive FIFO takes more: it grows without bound",
    device: "uart16550",
    machine: () => whenFull("queueReceived"),
    claim: "I7",
  },
  {
    report: "vm-superio#135, firecracker#6218",
    wrong: "enabling an interrupt raises nothing of what is pending",
    device: "serial",
    machine: () => serialMachine081,
    claim: "received-not-stuck",
  },
  {
    report: "vm-superio#83, #96, #103",
    wrong: "FCR's reset bits clear nothing",
    device: "uart16550",
    machine: () => withOther({ guards: { fcrTakesEffect: () => false } }),
    claim: "I15",
  },
  {
    report: "vm-superio#17, #77, #14",
    wrong: "a character that finds no room is lost, and OE does not say so",
    device: "uart16550",
    machine: () => withOther({ actions: { setOE: assign({}) } }),
    claim: "I8",
  },
  {
    report: "firecracker#2879",
    wrong: "after a restore received data interrupts no more, whatever IER says",
    device: "uart16550",
    machine: () =>
      withPlace("states receivedDataInterrupt on restored", { ...NO_OPERATION, target: ".disabled" }),
    claim: "I17",
  },
  {
    report: "propolis#282",
    wrong: "the receive FIFO does not come along when a guest is moved",
    device: "uart16550",
    machine: () =>
      withPlace("states receiveFifo on restored", {
        ...NO_OPERATION,
        target: ".empty",
        actions: ["flushReceiveFifo"],
      }),
    claim: "received-in-order",
  },
  {
    report: "acrn-hypervisor#3681, #1474",
    wrong: "a character that meets a full FIFO takes the place of the oldest",
    device: "uart16550",
    machine: () => whenFull(["replaceReceived", "loseCharacter"]),
    claim: "I8",
  },
  {
    report: "dosbox-x#3770, #1668, #4930, #873",
    wrong: "a read of LSR leaves OE set",
    device: "uart16550",
    machine: () =>
      withOther({
        actions: {
          clearErrors: assign({
            LSR: ({ context }: ActionArguments) => context.LSR & ~(LSR.PE | LSR.FE | LSR.BI),
          }),
        },
      }),
    claim: "I8",
  },
  {
    report: "zephyr#72598, #8869, #23693, #88468, #99332",
    wrong: "IIR does not say that there are FIFOs",
    device: "uart16550",
    machine: () =>
      withOther({
        actions: {
          storeFCR: assign({
            FCR: ({ event }: { event: { value: number } }) => event.value & 0xc9,
            iirFifoBits: 0x00,
          }),
        },
      }),
    claim: "I15",
  },
  {
    report: "phoenix-rtos-devices#679, project#1746",
    wrong: "FCR bit 5 works without DLAB",
    device: "uart16550",
    preset: "tl16c750",
    machine: () => withOther({ guards: { writeWants64: and(["partHas64Bytes", "writeSets64Bytes"]) } }),
    claim: "I15",
  },
  {
    report: "e203_hbirdv2#47",
    wrong: "the trigger level is reached by as many characters, and not by more",
    device: "uart16550",
    machine: () =>
      withOther({
        guards: {
          queuedReachesTrigger: or(["fifosOff", "triggerLevel1", ...[4, 8, 14].map(receivedExactly)]),
        },
      }),
    claim: "I10",
  },
  {
    report: "machina#74, #131",
    wrong: "a read of DLL takes a character from the FIFO",
    device: "uart16550",
    machine: () =>
      withPlace(RBR_READ, [
        ...placeAt(RBR_READ),
        { ...NO_OPERATION, guard: "oneReceived", target: "#receiveFifo.empty", actions: "takeCharacter" },
        { ...NO_OPERATION, actions: "takeCharacter" },
      ]),
    claim: "I14",
  },
];
