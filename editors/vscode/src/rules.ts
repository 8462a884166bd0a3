// The rules that a user may want explained. Nothing here knows of VS Code.

/** The part of a diagnostic that matters here. */
export interface Told {
  source?: string | undefined;
  code?: string | number | { value: string | number } | undefined;
  range: { start: { line: number }; end: { line: number } };
}

/** The rules that have found something, those at a line first, each once. */
export function rulesFound(told: readonly Told[], line: number | undefined): string[] {
  const ours = told.filter((it) => it.source === "lint-scripts");
  const isHere = (it: Told): boolean =>
    line !== undefined && it.range.start.line <= line && line <= it.range.end.line;
  const ordered = [...ours.filter(isHere), ...ours.filter((it) => !isHere(it))];
  return [...new Set(ordered.map(rule).filter((name) => name !== undefined))];
}

function rule({ code }: Told): string | undefined {
  const value = typeof code === "object" ? code.value : code;
  return typeof value === "string" ? value : undefined;
}
