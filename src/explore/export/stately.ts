import type { AnyStateMachine } from "xstate";

/** A machine's configuration without the initial context, which is no part of the drawing and need not be JSON. */
function configurationOf({ config }: AnyStateMachine): Readonly<Record<string, unknown>> {
  const { context: _, ...configuration } = config as Readonly<Record<string, unknown>>;
  return configuration;
}

/** Returns the names in fields called `guard`, or in those with actions: texts, and the types of objects. */
function namesIn(configuration: unknown, fieldNames: readonly string[]): readonly string[] {
  const names = new Set<string>();
  const addNames = (field: unknown): void => {
    for (const item of Array.isArray(field) ? field : [field]) {
      const name: unknown =
        typeof item === "object" && item !== null ? (item as { type?: unknown }).type : item;
      if (typeof name === "string") names.add(name);
    }
  };
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (fieldNames.includes(key) && !isStates(inner)) addNames(inner);
      visit(inner);
    }
  };
  visit(configuration);
  return [...names].sort();
}

/** True for an object of states or transitions that happens to be called like a field of names. */
const isStates = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !("type" in value);

/** Returns a machine's configuration as JSON: states, transitions, names of guards and actions, descriptions, rules. */
export const toStatelyJson = (machine: AnyStateMachine): string =>
  `${JSON.stringify(configurationOf(machine), null, 2)}\n`;

/**
 * Returns a machine as source that Stately Studio imports: `createMachine` with its configuration, and an empty implementation for each
 * guard and action by its name.
 */
export function toStately(machine: AnyStateMachine): string {
  const configuration = configurationOf(machine);
  const implementations = (names: readonly string[], body: string): string =>
    names.map((name) => `    ${JSON.stringify(name)}: ${body},`).join("\n");
  return `import { createMachine } from "xstate";

export const machine = createMachine(
  ${JSON.stringify(configuration, null, 2).replaceAll("\n", "\n  ")},
  {
    guards: {
  ${implementations(namesIn(configuration, ["guard"]), "() => true").replaceAll("\n", "\n  ")}
    },
    actions: {
  ${implementations(namesIn(configuration, ["actions", "entry", "exit"]), "() => {}").replaceAll("\n", "\n  ")}
    },
  },
);
`;
}
