/** The parts of conformance that other folders of this package build upon. */

export { TOUR } from "./compiled/tour.js";
export { departuresOf } from "./departures.js";
export { deriveTour, missingTransitions, type TourSequence } from "./derive-tour.js";
export type { MuseumProbe } from "./museum.js";
export { PARTS } from "./parts.js";
export { firstDifference, runSequence, SETTLING } from "./sequence.js";
export { TOURED_TRANSITIONS } from "./suite.js";
export { fromSuiteText, toSuiteText } from "./suite-text.js";
