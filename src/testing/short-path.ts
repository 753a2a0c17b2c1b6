/** Returns a source file's path as a scenario shows it: of an absolute one the last part, as the folder of a build says nothing. */
export const shortPath = (path: string): string =>
  /^(\/|[A-Za-z]:)/.test(path) ? path.slice(path.search(/[^/\\]*$/)) : path.replace(/^\.\//, "");
