/** The parts of the journal that other folders of this package build upon. */
export { checkJournal } from "./check-journal.js";
export { checkEntry } from "./entry-checks.js";
export { formatValue } from "./format-value.js";
export { GzipReader } from "./gunzip.js";
export { checkReadable, isTransferred } from "./hostile.js";
export { missingInWords } from "./missing-entries.js";
export {
  checkCallback,
  checkCallbacks,
  checkRecord,
  isRecord,
  nearest,
  unknownName,
  withKnownNames,
} from "./nearest.js";
export { nearestOrRelated } from "./related-name.js";
export { checkStory } from "./story.js";
export { WritingSink } from "./text-sink.js";
export { throwLater } from "./throw-later.js";
export { optionNamedInVersion1, optionNamesOfVersion1, optionsOfVersion1 } from "./version-1.js";
