import { autoconfig, type Part } from "./autoconfig.js";
import { Violation } from "./claims.js";
import { probePort } from "./probe-port.js";
import type { Subject } from "./subject.js";

/** What Linux's probe takes each part for while it is new. */
const newParts = new Map<string, Part>();

/**
 * Has Linux's probe look at a part.
 *
 * @param spoil - whether the part itself may be probed, which changes it; a copy is, if not.
 * @throws Violation if it takes the part for another than when it was new.
 */
export function checkDetected(subject: Subject, spoil: boolean): void {
  const { device, name } = subject;
  const probed = spoil ? device : subject.fresh();
  if (probed !== device) probed.apply({ type: "restore", state: device.save().state });
  const part = autoconfig(probePort(probed));
  const was = newParts.get(name) ?? autoconfig(probePort(subject.fresh()));
  newParts.set(name, was);
  if (part === was && part !== "unknown") return;
  throw new Violation("still-detected", `it takes the part for ${part}, and took it for ${was} before`);
}
