import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";

const MAX_JOBS = 256;

/** Parses a number from 1. */
export const parseCount = (text: string): number => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
};

/** Parses a number of threads; "all" is one for each core. */
export const parseJobs = (text: string): number => {
  const jobs = text === "all" ? availableParallelism() : parseCount(text);
  if (jobs > MAX_JOBS) throw new InvalidArgumentError(`Expected a number from 1 to ${MAX_JOBS}, or all.`);
  return jobs;
};
