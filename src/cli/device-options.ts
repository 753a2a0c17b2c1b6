import { type Command, Option } from "commander";
import { DEVICES, PRESETS, REVISIONS } from "./devices.js";

/** Adds the options by which a user chooses the device for a recording: those of `DeviceChoice`. */
export const withDeviceOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--device <device>",
        "the device (default: the journal's; uart16550 for QEMU's recordings, else serial)",
      ).choices(DEVICES),
    )
    .addOption(
      new Option(
        "--revision <revision>",
        "of serial: vm-superio's revision (default: the journal's, else 0.8.2)",
      ).choices(REVISIONS),
    )
    .addOption(
      new Option(
        "--preset <preset>",
        "of uart16550: which part it is (default: the journal's, else qemu)",
      ).choices(PRESETS),
    );
