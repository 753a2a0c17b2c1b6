/** Broken devices: what they receive, and whether they say so. */
import { and, assign, not, or } from "xstate";
import { LSR, serialMachine081, type Uart16550Context } from "../../../machines/index.js";
import { placeAt, withOther, withPlace } from "../../support/changed-chart.js";
import { type BrokenDevice, NOTHING } from "./exhibit.js";

const FULL = "states receiveFifo states triggered states full always";

/** What happens to a character that meets a full FIFO. */
const atFull = (actions: string | readonly string[]) =>
  withPlace(`${FULL} 1`, { ...(placeAt(`${FULL} 1`) as object), actions });

/** Exactly so many characters are received, where the level is that. */
const exactly = (level: number) =>
  and([
    `triggerLevel${level}`,
    { type: "receivedAtLeast", params: { count: level } },
    not({ type: "receivedAtLeast", params: { count: level + 1 } }),
  ]);

const READ = "states receiveFifo states belowTrigger on read.RBR_DLL";

type Asked = { readonly context: Uart16550Context };

export const RECEIVING_DEVICES: readonly BrokenDevice[] = [
  {
    report: "firecracker#2177, CVE-2020-27173",
    wrong: "a full receive FIFO takes more: it grows without bound",
    device: "uart16550",
    machine: () => atFull("queueReceived"),
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
    machine: () => withPlace("states receivedDataInterrupt on restored", { ...NOTHING, target: ".disabled" }),
    claim: "I17",
  },
  {
    report: "propolis#282",
    wrong: "the receive FIFO does not come along when a guest is moved",
    device: "uart16550",
    machine: () =>
      withPlace("states receiveFifo on restored", {
        ...NOTHING,
        target: ".empty",
        actions: ["flushReceiveFifo"],
      }),
    claim: "received-in-order",
  },
  {
    report: "acrn-hypervisor#3681, #1474",
    wrong: "a character that meets a full FIFO takes the place of the oldest",
    device: "uart16550",
    machine: () => atFull(["replaceReceived", "loseCharacter"]),
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
            LSR: ({ context }: Asked) => context.LSR & ~(LSR.PE | LSR.FE | LSR.BI),
          } as never),
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
          } as never),
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
        guards: { queuedReachesTrigger: or(["fifosOff", "triggerLevel1", ...[4, 8, 14].map(exactly)]) },
      }),
    claim: "I10",
  },
  {
    report: "machina#74, #131",
    wrong: "a read of DLL takes a character from the FIFO",
    device: "uart16550",
    machine: () =>
      withPlace(READ, [
        ...placeAt(READ),
        { ...NOTHING, guard: "oneReceived", target: "#receiveFifo.empty", actions: "takeCharacter" },
        { ...NOTHING, actions: "takeCharacter" },
      ]),
    claim: "I14",
  },
];
