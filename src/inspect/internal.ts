/** The parts of the inspector that other folders of this package build upon. For Node. */
export { inspectSources } from "./server/inspect.js";
export type { InspectionSource } from "./server/inspection-source.js";
export { sessionFile } from "./server/session-file.js";
export type { RecordedDifference } from "./wire.js";
