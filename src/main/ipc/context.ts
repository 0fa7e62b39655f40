import type { EngineApi } from '../../core/engine/engine-api.ts';
import type { ParsedInput, Replies, Route } from '../../shared/contract.ts';
import type { Licence } from '../../shared/licences.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import type { ReportFormat } from '../../shared/report.ts';
import type { ExportChoice } from '../../shared/export.ts';
import type { InsightFormat } from '../../shared/insight-formats.ts';
import type { AppInfo } from '../../shared/settings.ts';
import type { LocalApi } from '../api/local-api.ts';
import type { ChosenPaths } from '../files/chosen-paths.ts';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import type { RunCommands } from '../engine/run-commands.ts';
import type { WorkspaceService } from '../engine/workspace-service.ts';
import type { ModelConfigService } from '../model/model-config-service.ts';
import type { RequestWatches } from '../push/request-watches.ts';
import type { UpdateService } from '../update/update-service.ts';
import type { ReadingMemory } from '../settings/reading-memory.ts';
import type { SettingsService } from '../settings/settings-service.ts';

/** Which kind of file a dialog is about. */
export type FileKind =
  | 'workspace'
  | 'log'
  | 'table'
  | 'rules'
  | 'codebook'
  | 'question'
  | 'diagnostics'
  | ExportFormat
  | InsightFormat
  | ReportFormat;

/** The system's file dialogs; null when the user closes one. */
export interface FileDialogs {
  open(windowId: number, kind: FileKind): Promise<string | null>;
  /** Empty when the user closes it. */
  openSeveral(windowId: number, kind: FileKind): Promise<string[]>;
  save(windowId: number, kind: FileKind, suggestedName: string): Promise<string | null>;
}

/** What the handlers of requests work with. Nothing of Electron, so that they run in a test. */
export interface ShellContext {
  /** The engine. Throws app.engine_stopped while it is down. */
  engine(): EngineApi;
  workspace: WorkspaceService;
  snapshots: LatestSnapshots;
  runs: RunCommands;
  settings: SettingsService;
  readings: ReadingMemory;
  model: ModelConfigService;
  api: LocalApi;
  watches: RequestWatches;
  updates: UpdateService;
  dialogs: FileDialogs;
  chosenPaths: ChosenPaths;
  /** What was exported last; null before the first export. */
  exportChoice: { get(): ExportChoice | null; set(choice: ExportChoice): void };
  appInfo(): AppInfo;
  licences(): Promise<Licence[]>;
  /** Tells every window that the backups of the workspace are others now. */
  backupsChanged(): void;
  /** Writes the diagnostics to a file. Throws app.file_failed. */
  writeDiagnostics(path: string): Promise<void>;
  /** Prints an HTML file of ours as PDF. Rejects with the reason of the signal when that aborts. */
  printPdf(htmlPath: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Shows a file in the system's file manager. */
  reveal(path: string): void;
  /** From now on the window gets events. */
  attach(windowId: number): void;
}

/** Who asked. */
export interface Caller {
  windowId: number;
}

export type Handler<R extends Route> = (
  input: ParsedInput<R>,
  caller: Caller,
) => Replies[R] | Promise<Replies[R]>;

/** One handler for each request of the contract. */
export type Handlers = { [R in Route]: Handler<R> };

/** The handlers of one domain, e.g. all `run.…` requests. */
export type DomainHandlers<Domain extends string> = {
  [R in Extract<Route, `${Domain}.${string}`>]: Handler<R>;
};
