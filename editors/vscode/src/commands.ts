/** The extension's commands, each behind the name of its settings. Those of the server itself have names of their own. */
export const COMMANDS = ["restart", "fixAll", "trace", "explain", "showLog"] as const;

export type CommandName = (typeof COMMANDS)[number];
