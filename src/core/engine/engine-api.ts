import type { Detail, DetailPreview } from '../../shared/abstraction.ts';
import type { CodebookChange, CodebookUse, CodebookView } from '../../shared/codebook.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportBasis, ExportRequest, ExportSnapshot } from '../../shared/export.ts';
import type {
  ImportDetails,
  ImportOptions,
  ImportPreview,
  ImportSnapshot,
  ImportUndo,
  RejectedOf,
  UnpackProgress,
} from '../../shared/import.ts';
import type {
  InductionAccept,
  InductionPreflight,
  InductionRequest,
  InductionSnapshot,
} from '../../shared/induction.ts';
import type {
  InsightAnswer,
  InsightProgress,
  InsightUsersPage,
  InsightUsersQuery,
  Question,
} from '../../shared/insight.ts';
import type { AskingSnapshot } from '../../shared/asking.ts';
import type { AskedWords, UnderstoodWords, WordsPreflight, WordsRequest } from '../../shared/asked-words.ts';
import type { Explanation, ExplainPreflight, ExplainRequest } from '../../shared/explanation.ts';
import type { InsightFormat, InsightWritten, PictureLook } from '../../shared/insight-formats.ts';
import type {
  ModelSettings,
  ModelTestReport,
  PromptPreview,
  PromptView,
  RequestDetail,
  RequestSummary,
  RequestWatch,
  SentPrompt,
} from '../../shared/model.ts';
import type {
  ExtractorId,
  ResultVersion,
  ResumeRequest,
  RunFailureGroup,
  RunOutcome,
  RunPreflight,
  RunRecord,
  RunRequest,
  RunScope,
  RunSnapshot,
} from '../../shared/run.ts';
import type { RhythmView } from '../../shared/rhythm.ts';
import type { Report, ReportChange } from '../../shared/report.ts';
import type { SavedChange, SavedInsights } from '../../shared/saved-insights.ts';
import type { Locale, Settings } from '../../shared/settings.ts';
import type {
  ThemeChange,
  ThemesQuery,
  ThemesView,
  ThemeThingsPage,
  ThemeThingsQuery,
} from '../../shared/themes.ts';
import type {
  BehavioursPage,
  BehavioursQuery,
  EventsPage,
  EventsQuery,
  EvidenceQuery,
  UserDetail,
  UserIdsQuery,
  UsersPage,
  UsersQuery,
} from '../../shared/users.ts';
import type {
  BackupFile,
  EventTypeCount,
  FileTask,
  FileTaskProgress,
  PackSuggestion,
  RescueReport,
  RulesChoice,
  RulesInfo,
  WorkspaceInfo,
} from '../../shared/workspace.ts';

export interface OpenWorkspaceOptions {
  path: string;
  /** Make the file when it does not exist; else a missing file is `workspace.not_found`. */
  create: boolean;
  /** What to do with a run whose process died. */
  resumePolicy: Settings['resumePolicy'];
}

/** A workspace that was opened just now. */
export interface OpenedWorkspace extends WorkspaceInfo {
  /** The rescue by which it was made, until `dismissRescue`; null when there is none. */
  rescued: RescueReport | null;
  /** Where it is kept as it was before its format changed just now; null when it did not. */
  formatBackup: string | null;
}

/** All that runs with a model need. The key stays in the memory of the engine: it is never stored, logged or told. */
export interface ModelConfig {
  settings: ModelSettings;
  apiKey: string | null;
  /** There is a key, and it may not be sent to the address before the user agrees: nothing is asked of the model until then. */
  keyHeldBack?: boolean;
  /** The proxy that the provider is asked through; null: none. Left out: what the environment says. */
  proxy?: string | null;
  /** A prompt of the user's own; null for the built-in one. */
  promptTemplate: string | null;
}

/**
 * The engine as everything outside core sees it: the main process (over a worker thread) and the command line (directly).
 * Every method rejects with AppError. The engine has one workspace open, or none (`workspace.none`).
 */
export interface EngineApi {
  /**
   * Opens this workspace in place of the one open now, and by the policy goes on with an unfinished run. One that does not
   * open leaves the other as it is.
   */
  openWorkspace(options: OpenWorkspaceOptions): Promise<OpenedWorkspace>;
  /** Stops the run and the import without ending them (they are found again), and lets go of the file. */
  closeWorkspace(): Promise<void>;
  /** Writes the workspace back from the open connection when its file was deleted; true when it did. */
  restoreWorkspace(): Promise<boolean>;
  /**
   * Keeps a damaged workspace under another name and puts what reads of it in its place; leaves it closed. `fileTask` events tell how far it
   * is. Rejects with workspace.rescue_cancelled, after which the file is as it was.
   */
  rescueWorkspace(path: string): Promise<RescueReport>;
  /** Forgets the report of the rescue by which the open workspace was made: the user has seen it. */
  dismissRescue(): Promise<void>;
  /** The backups beside the workspace at a path, newest first. */
  listBackups(path: string): Promise<BackupFile[]>;
  /** Copies the open workspace while it stays in use, and keeps the newest `keep` regular backups. `fileTask` events tell how far it is. Rejects with workspace.busy during an import, and with workspace.backup_cancelled. */
  backUpWorkspace(keep: number): Promise<BackupFile>;
  /**
   * Puts a backup in the place of the workspace at a path, and leaves it closed. Resolves with the name under which what was
   * there is kept; null when there was nothing. `fileTask` events tell how far it is. Rejects with workspace.busy while anything is going on,
   * and with workspace.restore_cancelled, after which the file is as it was.
   */
  restoreBackup(path: string, backupPath: string): Promise<string | null>;
  /** Asks a rescue, a restore or a backup to stop. It completes where the new file takes its place already. */
  cancelFileTask(task: FileTask): Promise<void>;
  workspaceInfo(): Promise<WorkspaceInfo>;
  clearWorkspace(what: 'events' | 'all'): Promise<WorkspaceInfo>;
  /** What undoing an import would take away; takes seconds for a large one. Rejects with import.unknown and import.undo_profiles. */
  undoFigures(importId: number): Promise<ImportUndo>;
  /**
   * Starts to take an import out of the workspace again, in a thread as an import is made: `import` events tell its progress, and
   * `cancelImport` leaves everything as it was. Rejects as `undoFigures`, and with workspace.busy while anything is going on.
   */
  startUndo(importId: number): Promise<ImportSnapshot>;
  /** How many events of each type there are, the most frequent first. */
  eventTypes(): Promise<EventTypeCount[]>;

  /** The event types of the workspace: those of the rules, and what the analyst made of them. */
  codebook(): Promise<CodebookView>;
  /** How often each is used, and the words that no type has. */
  codebookUse(): Promise<CodebookUse>;
  // What changes the codebook is told by a `data` event, and refused with codebook.import_active during an import.
  /** Rejects with codebook.… for a change that cannot be made. All stored events follow at once. */
  changeCodebook(change: CodebookChange): Promise<CodebookView>;
  /** Goes back to the version before the one in use, exactly; without effect where there is none. */
  undoCodebook(): Promise<CodebookView>;
  redoCodebook(): Promise<CodebookView>;
  /** Takes over the codebook of a YAML file. Rejects with codebook.… that names the line of a mistake. */
  importCodebook(path: string): Promise<CodebookView>;
  exportCodebook(path: string): Promise<void>;

  /** The themes that match, as far as the log is measured; `rhythm` and `data` events follow when this changes. */
  themes(query: ThemesQuery): Promise<ThemesView>;
  /** The things of a theme. Rejects when the log cannot be measured. */
  themeThings(query: ThemeThingsQuery): Promise<ThemeThingsPage>;
  // What changes the table of themes is told by a `data` event, and refused with themes.import_active during an import. Stored events keep
  // their themes, and so does a run under way; runs from then on use it.
  /** Rejects with themes.… for a change that cannot be made. */
  changeThemes(change: ThemeChange): Promise<void>;
  /** Goes back to what was decided before the latest change, exactly; without effect where there is none. */
  undoThemes(): Promise<void>;
  redoThemes(): Promise<void>;
  /** Takes over the themes of a rules file, in place of what was decided. Rejects with rules.… that names the line of a mistake, themes.… */
  importThemes(path: string): Promise<void>;
  /** Writes the rules in use with all that was decided of themes as a rules file. */
  exportThemes(path: string): Promise<void>;

  /** What an induction of event types would take, and what keeps it from starting. */
  preflightInduction(request: InductionRequest): Promise<InductionPreflight>;
  inductionSnapshot(): Promise<InductionSnapshot>;
  // What asks a model is refused with induction.run_active or induction.import_active while one of those is active, and both are
  // refused while an induction is running or paused.
  startInduction(request: InductionRequest): Promise<InductionSnapshot>;
  pauseInduction(): Promise<InductionSnapshot>;
  /** Goes on with a paused, failed or interrupted one, perhaps with other caps. */
  resumeInduction(change?: ResumeRequest): Promise<InductionSnapshot>;
  cancelInduction(): Promise<InductionSnapshot>;
  /** Takes over these lines of its proposal as one change of the codebook. Rejects with codebook.… */
  acceptInduction(accept: InductionAccept): Promise<CodebookView>;
  /** Writes the codebook as it would be with every line of the proposal as YAML, and changes nothing; returns how many types it has. */
  exportProposal(path: string): Promise<number>;
  /** Puts its proposal, or the notice of its failure, away. */
  dismissInduction(): Promise<InductionSnapshot>;

  /**
   * Chooses a pack or a rules file for runs from now on. A file is read again at each start and resume. A bad one stays chosen
   * and is reported in `error`; no run starts or goes on with it.
   */
  useRules(choice: RulesChoice): Promise<Omit<RulesInfo, 'packVersions'>>;
  /** The pack that knows more of the log than the chosen one; null when there is none, or a file of the user is chosen. */
  suggestRules(): Promise<PackSuggestion | null>;
  rulesInfo(): Promise<RulesInfo>;

  /** The model and prompt for runs from now on. */
  useModel(config: ModelConfig): Promise<void>;
  /** What waits for the service of the model, e.g. because there was no network, asks it again at once. */
  tryModelNow(): Promise<void>;
  /** The machine was asleep for so many milliseconds: the run did not run meanwhile, and its speed is measured anew. */
  machineSlept(ms: number): Promise<void>;
  /**
   * Makes one tiny request with the model in use. Never rejects for what the provider says: that is in the report. `asker`: a number of who
   * asks; another test of the same asker, and `cancelModelTest`, end it with model.test_cancelled.
   */
  testModel(asker?: number): Promise<ModelTestReport>;
  /** Ends the test of an asker, and its request to the provider. */
  cancelModelTest(asker?: number): Promise<void>;
  /** The names of the models that the provider lists. Rejects with model.… */
  listModels(): Promise<string[]>;
  /** The prompt in force. One with a mistake is reported in `error`, and the built-in one applies. */
  promptView(): Promise<PromptView>;
  /** What would be sent for the first users of the workspace. Rejects with prompt.… when the template has a mistake. */
  previewPrompt(template: string | null, users: number): Promise<PromptPreview>;

  previewImport(options: ImportOptions): Promise<ImportPreview>;
  /** Stops the previews of a file that are being made; they reject with `import.cancelled`. */
  cancelPreview(path: string): Promise<void>;
  /** Starts an import and returns at once; the end is told by `import` events. */
  startImport(options: ImportOptions): Promise<ImportSnapshot>;
  /** Imports files one after the other; one that fails does not stop the others. Rejects as `startImport`. */
  startImports(files: readonly ImportOptions[]): Promise<ImportSnapshot>;
  /** Makes the sample log and profiles, then imports both; returns at once. */
  startSampleImport(): Promise<ImportSnapshot>;
  cancelImport(): Promise<ImportSnapshot>;
  /**
   * Imports a file of the import that is shown once more, without the rows that cannot be used; `place`: its place among the files, from
   * 0. Rejects with `import.bad_rows_gone` when it was not for its rows that it failed.
   */
  acceptRejects(place: number): Promise<ImportSnapshot>;
  dismissImport(): Promise<ImportSnapshot>;
  importSnapshot(): Promise<ImportSnapshot>;
  /** Writes rejected rows as CSV, reasons in a language; returns how many. */
  saveBadRows(of: readonly RejectedOf[], path: string, locale: Locale): Promise<number>;
  /** What there is to know of an import. Rejects with `import.unknown` when there is none with this id. */
  importDetails(importId: number): Promise<ImportDetails>;

  listUsers(query: UsersQuery): Promise<UsersPage>;
  /** The ids of the users that match, in the order of their first appearance. */
  userIds(query: UserIdsQuery): Promise<string[]>;
  /** A user with profile and the first events. */
  getUser(userId: string): Promise<UserDetail>;
  /** The events after those that are known. */
  listEvents(query: EventsQuery): Promise<EventsPage>;
  listBehaviours(query: BehavioursQuery): Promise<BehavioursPage>;
  /** The behaviours that an event stands for. */
  listEvidence(query: EvidenceQuery): Promise<BehavioursPage>;

  runSnapshot(): Promise<RunSnapshot>;
  // What changes a run is refused with run.import_active while an import holds the workspace, but for dismissRun.
  /** `extractor`: rules when left out. `fresh`: without the answers that are there already. `detail`: as in a request. */
  preflightRun(
    scope: RunScope,
    extractor?: ExtractorId,
    fresh?: boolean,
    detail?: Detail,
  ): Promise<RunPreflight>;
  /** What the silences and hours of the log say, as far as it is measured; `rhythm` events follow when this changes. */
  rhythm(): Promise<RhythmView>;
  /** Measures the log again after that failed. */
  measureRhythm(): Promise<RhythmView>;
  /** Sets the session gap of the workspace for runs from now on; null goes back to the proposal. Rejects with workspace.busy. */
  setSessionGap(gapMinutes: number | null): Promise<RhythmView>;

  /** What the rules would make of the scope at each detail. Rejects with a mistake in the rules. */
  previewDetails(scope: RunScope): Promise<DetailPreview>;
  /**
   * What becomes of the pilot of the newest run at each detail, from the events of its users as they are stored, without a request.
   * Rejects with run.no_pilot.
   */
  previewPilot(): Promise<DetailPreview>;
  startRun(request: RunRequest): Promise<RunSnapshot>;
  /** Goes on with the unfinished run when it has this very scope and extractor, else starts one. */
  continueRun(request: RunRequest): Promise<RunSnapshot>;
  pauseRun(): Promise<RunSnapshot>;
  /** Goes on with a paused, failed or interrupted run. */
  resumeRun(request?: ResumeRequest): Promise<RunSnapshot>;
  /**
   * Stops a run as closing the workspace does, which has to follow: nothing is committed any more, and the run is found interrupted at the
   * next opening. Until then what there is can be read.
   */
  suspendRun(): Promise<RunSnapshot>;
  /** Stops asking at once and keeps what is done. */
  cancelRun(): Promise<RunSnapshot>;
  dismissRun(): Promise<RunSnapshot>;
  runHistory(): Promise<RunRecord[]>;
  /** With which versions the results that stand now were made. */
  resultVersions(): Promise<ResultVersion[]>;
  runFailures(runId: number): Promise<RunFailureGroup[]>;
  /** What a run has made, as far as it is still there. About 700 ms for a million events. */
  runOutcome(runId: number): Promise<RunOutcome>;
  /** The latest requests to the model, newest first. */
  listRequests(limit: number): Promise<RequestSummary[]>;
  getRequest(id: number): Promise<RequestDetail | null>;
  /** The prompt of a request, as it was sent; null when it is no longer kept. */
  requestPrompt(id: number): Promise<SentPrompt | null>;
  /** From now on `requests` events follow for the list if it is shown, and `request` events for these requests; for no others. */
  watchRequests(watch: RequestWatch): Promise<void>;

  /** What the events that are stored are like, and the zone of their times. */
  exportBasis(): Promise<ExportBasis>;
  /** Starts an export and returns at once; the end is told by `export` events. Rejects with export.… for what is wrong with the request. */
  startExport(request: ExportRequest): Promise<ExportSnapshot>;
  /** Stops it; no file is left. */
  cancelExport(): Promise<ExportSnapshot>;
  dismissExport(): Promise<ExportSnapshot>;
  exportSnapshot(): Promise<ExportSnapshot>;
  /** Writes events as CSV, or JSON Lines when the name ends in .jsonl; returns how many. */
  exportEvents(path: string, options?: ExportOptions): Promise<number>;

  /** Answers a question about the events as they are now; `insight` events tell how far it is. Rejects with insight.… */
  askInsight(question: Question): Promise<InsightAnswer>;
  /** The users behind a figure of an answer. */
  insightUsers(query: InsightUsersQuery): Promise<InsightUsersPage>;
  /**
   * Writes an answer as a table, a picture or a graph, with the names of the codebook. Rejects with export.… where the file cannot be written,
   * insight.no_graph where the answer is none, and insight.no_font.
   */
  writeInsight(
    path: string,
    question: Question,
    as: PictureLook & { format: InsightFormat; table?: string },
  ): Promise<InsightWritten>;
  /** What an explanation of the answer to a question would take. Rejects with insight.… */
  preflightExplanation(question: Question): Promise<ExplainPreflight>;
  /**
   * Has a model explain the answer to a question from its table; what was asked before is not paid for again. Rejects with insight.…, model.…,
   * run.cap_needs_price, run.budget_reached, and insight.explain_busy while something else asks a model or writes.
   */
  explainInsight(request: ExplainRequest): Promise<Explanation>;
  /** Ends what is being asked of the model: it rejects with insight.explain_cancelled or insight.words_cancelled. */
  cancelExplanation(): Promise<void>;
  /** A window has shown what the model answered last: the others need not. Does nothing while the model is asked. */
  dismissAsking(): Promise<void>;
  /** What a question in words would take. Rejects with insight.… */
  preflightWords(words: string): Promise<WordsPreflight>;
  /**
   * Has a model say which question words mean; answering it costs nothing. Rejects with insight.words_unclear, insight.words_cancelled, model.…,
   * run.cap_needs_price, run.budget_reached, and insight.explain_busy and others while something else asks a model or writes.
   */
  understandWords(request: WordsRequest): Promise<UnderstoodWords>;
  /** The questions that were asked in words, the latest first. */
  askedWords(): Promise<AskedWords[]>;
  /** Takes one of them off the list, or all with null; an `insights` event follows. Rejects with workspace.busy during an import. */
  forgetWords(words: string | null): Promise<AskedWords[]>;
  /** Ends the questions that are being answered: they reject with insight.cancelled. */
  cancelInsight(): Promise<void>;
  /** The questions and selections that are saved in the workspace. */
  savedInsights(): Promise<SavedInsights>;
  /** Changes what is saved; an `insights` event follows. Rejects with insight.name_taken and others, and with workspace.busy during an import. */
  changeSavedInsights(change: SavedChange): Promise<SavedInsights>;
  /** A saved question by its name. Rejects with insight.unknown_question. */
  savedQuestion(name: string): Promise<Question>;
  /** The report of the workspace. */
  report(): Promise<Report>;
  /** Changes the report; an `insights` event follows. Rejects with insight.…, and with workspace.busy during an import. */
  changeReport(change: ReportChange): Promise<Report>;
  /** Computes the figures of the report of the data as they are now. */
  computeReport(): Promise<Report>;
  /** Writes the report with the figures that it has; returns how many items it has. Rejects with insight.report_empty, export.… */
  writeReport(path: string, look: { format: 'html' | 'xlsx'; locale: Locale }): Promise<number>;
  /** Saves the question of a YAML file; returns its name. Rejects with insight.… that names the line of a mistake. */
  readQuestionFile(path: string): Promise<string>;
  /** Writes a saved question as a YAML file. */
  writeQuestionFile(id: number, path: string): Promise<void>;
}

export interface ExportOptions {
  /** Whose events; everybody's when left out. */
  userIds?: string[];
  /** With the number of the stage of each event. */
  stages?: boolean;
}

/** What the engine tells without being asked. */
export interface EngineEvents {
  run: RunSnapshot;
  import: ImportSnapshot;
  export: ExportSnapshot;
  induction: InductionSnapshot;
  /** Requests to the model that are new or changed; only while the list is watched. */
  requests: RequestSummary[];
  /** A watched request. */
  request: RequestDetail;
  /** The rhythm of the log changed, or how much of it is measured. */
  rhythm: null;
  /** How far a question is that takes long; null when it has ended. */
  insight: InsightProgress | null;
  /** The explanation or the question in words that the model is asked for. */
  asking: AskingSnapshot;
  /** How much of a packed file is unpacked to be previewed. */
  unpacking: UnpackProgress;
  /** Saved questions or selections, or the report, changed. */
  insights: null;
  /** How far a rescue, a restore or a backup is. */
  fileTask: FileTaskProgress & { task: FileTask };
  /** Users, behaviours or events changed otherwise than by a run's progress. */
  data: null;
  /** Something that was asked for waits because another program keeps the workspace at the path locked; told once a wait. */
  locked: { path: string };
  /** The open workspace was found damaged, or replaced by another file, while it was in use; told each time this is met. */
  damaged: ErrorInfo;
}

export type EngineListener = <E extends keyof EngineEvents>(event: E, payload: EngineEvents[E]) => void;
