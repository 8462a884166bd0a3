// Starts the server, shows how it is, and offers its commands.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";

import type { CommandName } from "./commands";
import { lookup, type World } from "./lookup";
import { rulesFound } from "./rules";
import { initialization, own, SECTION, wantsRestart, type Own } from "./settings";

const LANGUAGE = "shellscript";
const SELECTOR = [
  { scheme: "file", language: LANGUAGE },
  { scheme: "untitled", language: LANGUAGE },
];

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const extension = new Extension(context.extensionPath);
  running = extension;
  const commands: Record<CommandName, () => unknown> = {
    restart: () => extension.restart(),
    fixAll: () => fixAll(),
    trace: () => extension.trace(),
    explain: () => extension.explain(),
    showLog: () => extension.log.show(),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`${SECTION}.${name}`, run));
  }
  context.subscriptions.push(
    extension,
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration(SECTION)) {
        await extension.settingsChanged();
      }
    }),
  );
  await extension.restart();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

let running: Extension | undefined;

class Extension implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("lint-scripts");
  private readonly status = vscode.languages.createLanguageStatusItem(SECTION, SELECTOR);
  private client: LanguageClient | undefined;
  private settings: Own = own(values());
  /** Starts and stops follow each other, whoever asks for them. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly directory: string) {
    this.status.name = "lint-scripts";
    this.status.command = { title: "Restart", command: `${SECTION}.restart` };
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.end();
      await this.begin();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.end());
  }

  async settingsChanged(): Promise<void> {
    if (wantsRestart(this.settings, own(values()))) {
      await this.restart();
    }
  }

  async trace(): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    if (uri === undefined) {
      await vscode.window.showInformationMessage("lint-scripts: no script is open.");
      return;
    }
    await this.ask("lint-scripts.trace", uri);
  }

  async explain(): Promise<void> {
    const rule = await chosenRule();
    if (rule) {
      await this.ask("lint-scripts.explain", rule);
    }
  }

  dispose(): void {
    this.status.dispose();
    this.log.dispose();
  }

  /** The server opens what it has to show as a document. */
  private async ask(command: string, argument: string): Promise<void> {
    if (this.client?.state !== State.Running) {
      await vscode.window.showWarningMessage("lint-scripts: the server does not run.");
      return;
    }
    try {
      await this.client.sendRequest("workspace/executeCommand", { command, arguments: [argument] });
    } catch (error) {
      await vscode.window.showWarningMessage(`lint-scripts: ${message(error)}`);
    }
  }

  private async begin(): Promise<void> {
    this.settings = own(values());
    if (!this.settings.enable) {
      this.show("off", "by the setting lintScripts.enable", vscode.LanguageStatusSeverity.Information);
      return;
    }
    const found = lookup(this.settings, world(this.directory));
    if ("missing" in found) {
      this.show("not found", found.missing, vscode.LanguageStatusSeverity.Error);
      this.log.appendLine(found.missing);
      // Not waited for: it stays until the user has read it.
      void tellMissing(found.missing);
      return;
    }
    const { program, from } = found;
    this.log.appendLine(`starts ${program} (${from})`);
    const client = new LanguageClient(
      SECTION,
      "lint-scripts",
      { command: program, args: ["lsp", ...this.settings.args], options: { cwd: folder() } },
      {
        documentSelector: SELECTOR,
        initializationOptions: initialization(values()),
        outputChannel: this.log,
        diagnosticCollectionName: "lint-scripts",
      },
    );
    this.client = client;
    client.onDidChangeState(({ newState }) => this.stateChanged(client, newState, program));
    try {
      await client.start();
    } catch (error) {
      this.show("failed", `${program}: ${message(error)}`, vscode.LanguageStatusSeverity.Error);
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // One that never came up, or has died, has nothing to be stopped.
    if (client?.state === State.Running) {
      await client.dispose();
    }
  }

  private stateChanged(client: LanguageClient, state: State, program: string): void {
    if (client !== this.client) {
      return;
    }
    const version = client.initializeResult?.serverInfo?.version ?? "";
    this.status.busy = state === State.Starting;
    switch (state) {
      case State.Running:
        return this.show(version, program, vscode.LanguageStatusSeverity.Information);
      case State.Starting:
        return this.show("starts", program, vscode.LanguageStatusSeverity.Information);
      case State.Stopped:
        return this.show("stopped", program, vscode.LanguageStatusSeverity.Error);
    }
  }

  private show(text: string, detail: string, severity: vscode.LanguageStatusSeverity): void {
    this.status.text = `lint-scripts ${text}`.trim();
    this.status.detail = detail;
    this.status.severity = severity;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(work);
    this.queue = turn.catch((error: unknown) => this.log.appendLine(message(error)));
    return turn;
  }
}

async function fixAll(): Promise<void> {
  const kind = "source.fixAll.lint-scripts";
  await vscode.commands.executeCommand("editor.action.codeAction", { kind, apply: "first" });
}

async function chosenRule(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const told = editor === undefined ? [] : vscode.languages.getDiagnostics(editor.document.uri);
  const rules = rulesFound(told, editor?.selection.active.line);
  const other = "another rule…";
  const chosen = rules.length === 0 ? other : await vscode.window.showQuickPick([...rules, other], { title: "Which rule?" });
  return chosen === other ? vscode.window.showInputBox({ title: "Which rule?", prompt: "its name" }) : chosen;
}

async function tellMissing(sentence: string): Promise<void> {
  const [settings, start] = ["Open the Setting", "Show How to Start"];
  const chosen = await vscode.window.showErrorMessage(sentence, settings, start);
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.path`);
  } else if (chosen === start) {
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", "lint-scripts.lint-scripts#start");
  }
}

function values(): Record<string, unknown> {
  return { ...vscode.workspace.getConfiguration().get<Record<string, unknown>>(SECTION) };
}

function folder(): string | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath;
}

function world(extension: string): World {
  return {
    platform: process.platform,
    home: homedir(),
    path: process.env.PATH ?? "",
    extension,
    folder: folder(),
    isProgram,
  };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
