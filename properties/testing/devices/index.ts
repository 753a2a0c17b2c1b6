/** The museum of broken devices, and the reports whose fault is elsewhere. */
import { CONTROLLING_DEVICES } from "./controlling.js";
import type { BrokenDevice } from "./exhibit.js";
import { RECEIVING_DEVICES } from "./receiving.js";
import { SENDING_DEVICES } from "./sending.js";

export const BROKEN_DEVICES: readonly BrokenDevice[] = [
  ...SENDING_DEVICES,
  ...RECEIVING_DEVICES,
  ...CONTROLLING_DEVICES,
];

/** Reports whose fault is not in a device of this kind, with its location. */
export const EXCLUDED_REPORTS: readonly (readonly [report: string, place: string])[] = [
  ["fcvm#708, #712, #662", "a monitor that restores whole machines: of a device it is firecracker#2879"],
  [
    "propolis#391, #411",
    "the interrupt controller: its input stayed high over a migration of the whole machine",
  ],
  ["acrn-hypervisor#3423, #3424", "a hypervisor of several machines: it interrupted the wrong one"],
  ["Bochs#307", "the host: it feeds faster than the guest's time passes, and here time is an input"],
  ["xemu#86, #498, #751", "the host: what reads the serial line starves the whole machine"],
  [
    "zephyr#38767, #38944",
    "the board: a level at an edge-triggered controller, with which the drivers above have to live",
  ],
  ["elks#2624, TLVC#42", "the board and the driver: the same, and among the drivers above"],
  ["seL4#36", "the driver: among those above"],
  ["xv6-riscv#167, #25", "the driver: both are among those above"],
  [
    "includeos#597, osv#921, capstan#50",
    "the virtual machine: it gives way at every read of LSR, and a guest that polls is slow",
  ],
  ["mvm#2619", "the virtual machine: it is left once for each byte"],
  [
    "EmulatorKit#65, simh#585, #326, #782, #566",
    "the host: it pastes faster than the guest reads, and here it is told when there is room",
  ],
  ["opentitan#19867, #25142", "a UART with registers of its own, not a 16550"],
  ["mame#16062, #15560, ES40#73", "not looked into: the survey names them and no symptom"],
];
