// Which program is started. Nothing here knows of VS Code.

import * as path from "node:path";

/** What the lookup asks about the world. */
export interface World {
  platform: NodeJS.Platform;
  home: string;
  /** The value of `PATH`. */
  path: string;
  /** The directory of the extension. */
  extension: string;
  /** The first folder of the workspace. */
  folder: string | undefined;
  isProgram(file: string): boolean;
}

export type Strategy = "fromEnvironment" | "useBundled";

export interface Wanted {
  /** The program that the user names. */
  path: string | null | undefined;
  importStrategy: Strategy;
}

export type Found = { program: string; from: "path" | "PATH" | "bundled" } | { missing: string };

/** The program, or a sentence that says where it was looked for. */
export function lookup(wanted: Wanted, world: World): Found {
  const named = wanted.path?.trim();
  if (named) {
    return byName(named, world);
  }
  const onPath = (): Found | undefined => found(onSearchPath(world), "PATH");
  const bundled = (): Found | undefined => found(inExtension(world), "bundled");
  const order = wanted.importStrategy === "useBundled" ? [bundled, onPath] : [onPath, bundled];
  for (const look of order) {
    const program = look();
    if (program !== undefined) {
      return program;
    }
  }
  return {
    missing:
      "lint-scripts was not found: it is not on PATH, and this package of the extension brings none along. " +
      "Install it, or name it in the setting lintScripts.path.",
  };
}

// A program that was named is never replaced by another one.
function byName(named: string, world: World): Found {
  const program = filledIn(named, world);
  if (program === undefined) {
    return { missing: `lint-scripts was not found: lintScripts.path is ${named}, and no folder is open.` };
  }
  if (!world.isProgram(program)) {
    return { missing: `lint-scripts was not found: lintScripts.path is ${named}, and ${program} is no program.` };
  }
  return { program, from: "path" };
}

function filledIn(named: string, world: World): string | undefined {
  const { isAbsolute, join } = paths(world);
  if (named === "~" || named.startsWith("~/") || named.startsWith("~\\")) {
    return join(world.home, named.slice(1));
  }
  const mark = "${workspaceFolder}";
  if (!named.includes(mark) && isAbsolute(named)) {
    return named;
  }
  if (world.folder === undefined) {
    return undefined;
  }
  const folder = world.folder;
  return named.includes(mark) ? named.replaceAll(mark, () => folder) : join(folder, named);
}

function found(program: string | undefined, from: "PATH" | "bundled"): Found | undefined {
  return program === undefined ? undefined : { program, from };
}

// Empty and relative entries mean the current directory: a program in an open folder must not be started unasked.
function onSearchPath(world: World): string | undefined {
  const { delimiter, isAbsolute, join } = paths(world);
  const directories = world.path.split(delimiter).filter((entry) => isAbsolute(entry));
  return directories.map((directory) => join(directory, file(world))).find((program) => world.isProgram(program));
}

function inExtension(world: World): string | undefined {
  const program = paths(world).join(world.extension, "bin", file(world));
  return world.isProgram(program) ? program : undefined;
}

function file(world: World): string {
  return world.platform === "win32" ? "lint-scripts.exe" : "lint-scripts";
}

function paths(world: World): path.PlatformPath {
  return world.platform === "win32" ? path.win32 : path.posix;
}
