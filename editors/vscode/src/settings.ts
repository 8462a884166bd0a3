// What the user has set, and which of it the server wants to hear. Nothing here knows of VS Code.

import type { Strategy, Wanted } from "./lookup";

/** The name under which settings are kept, here and in the server. */
export const SECTION = "lintScripts";

/** The part that is for the extension alone. */
export interface Own extends Wanted {
  enable: boolean;
  args: string[];
}

const OWN = ["enable", "path", "importStrategy", "args", "trace"];

type Values = Readonly<Record<string, unknown>>;

/** The part that is for the extension. */
export function own(values: Values): Own {
  const strategy: Strategy = values.importStrategy === "useBundled" ? "useBundled" : "fromEnvironment";
  const args = Array.isArray(values.args) ? values.args : [];
  return {
    enable: values.enable !== false,
    path: typeof values.path === "string" ? values.path : undefined,
    importStrategy: strategy,
    args: args.filter((arg) => typeof arg === "string"),
  };
}

/** The part that is for the server: what is set, as it is set, so that the server can tell what is wrong with it. */
export function initialization(values: Values): Record<string, unknown> {
  const theirs = Object.entries(values).filter(([key, value]) => !OWN.includes(key) && value !== null);
  return Object.fromEntries(theirs.filter(([, value]) => value !== undefined));
}

/** Whether a change of these settings wants the server to be started anew. */
export function wantsRestart(before: Own, after: Own): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
