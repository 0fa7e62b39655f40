import type { ImportOptions, ImportPreview, ImportSnapshot } from '../../shared/import.ts';
import type { RunFailureGroup, RunPreflight, RunRecord, RunScope, RunSnapshot } from '../../shared/run.ts';
import type { Locale, Settings } from '../../shared/settings.ts';
import type {
  BehavioursPage,
  BehavioursQuery,
  UserDetail,
  UsersPage,
  UsersQuery,
} from '../../shared/users.ts';
import type { RescueReport, RulesInfo, WorkspaceInfo } from '../../shared/workspace.ts';

export interface OpenWorkspaceOptions {
  path: string;
  /** Make the file when it does not exist; else a missing file is `workspace.not_found`. */
  create: boolean;
  /** What to do with a run whose process died. */
  resumePolicy: Settings['resumePolicy'];
}

/**
 * The engine as everything outside core sees it: the main process (over a worker thread) and the command line (directly).
 * Every method rejects with AppError. The engine has one workspace open, or none (`workspace.none`).
 */
export interface EngineApi {
  /** Closes the workspace open now, opens this one, and by the policy goes on with an unfinished run. */
  openWorkspace(options: OpenWorkspaceOptions): Promise<WorkspaceInfo>;
  /** Stops the run and the import without ending them (they are found again), and lets go of the file. */
  closeWorkspace(): Promise<void>;
  /** Puts a damaged workspace aside and recovers what reads into a new one at its place; leaves it closed. */
  rescueWorkspace(path: string): Promise<RescueReport>;
  workspaceInfo(): Promise<WorkspaceInfo>;
  clearWorkspace(what: 'events' | 'all'): Promise<WorkspaceInfo>;

  /** Loads a rules file (null: the built-in rules) for runs from now on. A bad file is reported in `error`, and the built-in rules apply. */
  useRules(path: string | null): Promise<RulesInfo>;
  rulesInfo(): Promise<RulesInfo>;

  previewImport(options: ImportOptions): Promise<ImportPreview>;
  /** Starts an import and returns at once; the end is told by `import` events. */
  startImport(options: ImportOptions): Promise<ImportSnapshot>;
  /** Makes the sample log and profiles, then imports both; returns at once. */
  startSampleImport(): Promise<ImportSnapshot>;
  cancelImport(): Promise<ImportSnapshot>;
  dismissImport(): Promise<ImportSnapshot>;
  importSnapshot(): Promise<ImportSnapshot>;
  /** Writes the rejected rows of an import as CSV, reasons in a language; returns how many. */
  saveBadRows(importId: number, path: string, locale: Locale): Promise<number>;

  listUsers(query: UsersQuery): Promise<UsersPage>;
  getUser(userId: string): Promise<UserDetail>;
  listBehaviours(query: BehavioursQuery): Promise<BehavioursPage>;

  runSnapshot(): Promise<RunSnapshot>;
  preflightRun(scope: RunScope): Promise<RunPreflight>;
  startRun(scope: RunScope): Promise<RunSnapshot>;
  /** Goes on with the unfinished run when it has this very scope, else starts one. */
  continueRun(scope: RunScope): Promise<RunSnapshot>;
  pauseRun(): Promise<RunSnapshot>;
  /** Goes on with a paused, failed or interrupted run. */
  resumeRun(): Promise<RunSnapshot>;
  /** Stops asking at once and keeps what is done. */
  cancelRun(): Promise<RunSnapshot>;
  dismissRun(): Promise<RunSnapshot>;
  runHistory(): Promise<RunRecord[]>;
  runFailures(runId: number): Promise<RunFailureGroup[]>;

  /** Writes all events (or those of some users) as CSV, or JSON Lines when the name ends in .jsonl; returns how many. */
  exportEvents(path: string, userIds?: string[]): Promise<number>;
}

/** What the engine tells without being asked. */
export interface EngineEvents {
  run: RunSnapshot;
  import: ImportSnapshot;
  /** Users, behaviours or events changed otherwise than by a run's progress. */
  data: null;
}

export type EngineListener = <E extends keyof EngineEvents>(event: E, payload: EngineEvents[E]) => void;
