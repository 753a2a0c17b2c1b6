import { autoconfig, type Part } from "./autoconfig.js";
import { Violation } from "./claims.js";
import { probePort } from "./probe-port.js";
import type { Subject } from "./subject.js";

/** The part that Linux's probe detects for each subject while it is fresh. */
const freshDetections = new Map<string, Part>();

/**
 * Runs Linux's probe on a device.
 *
 * @param probesInPlace - true if the device itself may be probed, which changes it; otherwise a copy is.
 * @throws Violation if it detects another part than when the device was fresh.
 */
export function checkDetection(subject: Subject, probesInPlace: boolean): void {
  const { device, description: name } = subject;
  const probedDevice = probesInPlace ? device : subject.createFreshDevice();
  if (probedDevice !== device) probedDevice.apply({ type: "restore", state: device.save().state });
  const detectedPart = autoconfig(probePort(probedDevice));
  const expectedPart = freshDetections.get(name) ?? autoconfig(probePort(subject.createFreshDevice()));
  freshDetections.set(name, expectedPart);
  if (detectedPart === expectedPart && detectedPart !== "unknown") return;
  throw new Violation(
    "still-detected",
    `it takes the part for ${detectedPart}, and took it for ${expectedPart} before`,
  );
}
