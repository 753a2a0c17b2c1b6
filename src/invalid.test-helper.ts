/** Passes an argument that the types forbid, to see it refused. */
export const invalid = (argument: unknown): never => argument as never;
