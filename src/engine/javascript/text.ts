import { quote } from "./quote.js";

/** Returns the text of a property of an object. */
export const propertyAccess = (object: string, propertyKey: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(propertyKey) ? `${object}.${propertyKey}` : `${object}[${quote(propertyKey)}]`;

/** Returns a name as a part of an identifier. */
export const identifier = (name: string): string => name.replace(/[^A-Za-z0-9_$]+/g, "_").slice(0, 40);

/** Returns the condition for `type` matching a wildcard. */
export const wildcardCondition = (wildcard: string): string => {
  if (wildcard === "*") return "true";
  const prefix = wildcard.slice(0, -2);
  return `type === ${quote(prefix)} || type.startsWith(${quote(`${prefix}.`)})`;
};

/** Returns the text that asks if the context has a key of its own; `value` is the text of the key's value. */
export const hasOwnKey = (contextKey: string, value: string): string =>
  // The value of a name that every object inherits says nothing about the object's own keys.
  contextKey in {}
    ? `Object.hasOwn(c, ${quote(contextKey)})`
    : `${value} !== undefined || ${quote(contextKey)} in c`;
