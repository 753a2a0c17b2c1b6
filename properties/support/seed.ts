import fc from "fast-check";

/** PROPERTY_SEED makes every property draw the same cases each time, a whole number; without it they are new each time. */
const { PROPERTY_SEED: seed } = process.env;

if (seed !== undefined) {
  if (!/^-?\d+$/.test(seed)) throw new RangeError(`PROPERTY_SEED: expected a whole number, got ${seed}`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
