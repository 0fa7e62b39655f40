import { z } from 'zod';
import type { DetailPreview } from './abstraction.ts';
import { codebookChangeSchema } from './codebook.ts';
import type { CodebookUse, CodebookView } from './codebook.ts';
import type { ErrorInfo } from './errors.ts';
import { exportStartSchema } from './export.ts';
import type { ExportOffer, ExportSnapshot } from './export.ts';
import {
  filePathSchema,
  importKindSchema,
  importOptionsSchema,
  rejectedOfSchema,
  rememberedReadingSchema,
} from './import.ts';
import type {
  ImportDetails,
  ImportSnapshot,
  ImportUndo,
  RememberedPreview,
  UnpackProgress,
} from './import.ts';
import type { Licence } from './licences.ts';
import { inductionAcceptSchema, inductionRequestSchema } from './induction.ts';
import type { InductionPreflight, InductionSnapshot } from './induction.ts';
import { PICTURE_THEMES } from './drawing/paint.ts';
import { forgetWordsSchema, wordsRequestSchema, wordsSchema } from './asked-words.ts';
import type { AskedWords, UnderstoodWords, WordsPreflight } from './asked-words.ts';
import type { AskingSnapshot } from './asking.ts';
import { explainRequestSchema } from './explanation.ts';
import type { Explanation, ExplainPreflight } from './explanation.ts';
import { INSIGHT_FORMATS } from './insight-formats.ts';
import { insightUsersQuerySchema, questionSchema } from './insight.ts';
import type { InsightAnswer, InsightProgress, InsightUsersPage } from './insight.ts';
import { modelSettingsPatchSchema } from './model.ts';
import type {
  ModelTestReport,
  ModelView,
  PromptPreview,
  PromptView,
  RequestDetail,
  RequestSummary,
  SentPrompt,
} from './model.ts';
import { apiSettingsPatchSchema } from './local-api.ts';
import type { ApiChange, ApiView } from './local-api.ts';
import { REPORT_FORMATS, reportChangeSchema } from './report.ts';
import type { Report } from './report.ts';
import { SESSION_GAP_MINUTES } from './rhythm.ts';
import type { RhythmView } from './rhythm.ts';
import { EXTRACTOR_IDS, resumeRequestSchema, runRequestSchema, runScopeSchema } from './run.ts';
import type { RunFailureGroup, RunOutcome, RunPreflight, RunRecord, RunSnapshot } from './run.ts';
import { savedChangeSchema } from './saved-insights.ts';
import type { SavedInsights } from './saved-insights.ts';
import { settingsPatchSchema } from './settings.ts';
import type { AppInfo, SettingsView } from './settings.ts';
import { themeChangeSchema, themesQuerySchema, themeThingsQuerySchema } from './themes.ts';
import type { ThemesView, ThemeThingsPage } from './themes.ts';
import type { UpdateView } from './update.ts';
import {
  behavioursQuerySchema,
  eventsQuerySchema,
  evidenceQuerySchema,
  userIdSchema,
  userIdsQuerySchema,
  usersQuerySchema,
} from './users.ts';
import type { BehavioursPage, EventsPage, UserDetail, UsersPage } from './users.ts';
import { FILE_TASKS, RULES_PACKS } from './workspace.ts';
import type {
  BackupFile,
  PackSuggestion,
  RescueReport,
  RulesInfo,
  WorkspaceInfo,
  WorkspaceState,
} from './workspace.ts';

export { EVENT_CHANNEL, EVENT_NAMES, REQUEST_CHANNEL } from './channels.ts';

const nothing = z.undefined();

/** What a window may ask, and what it must send: inputs are values, because they are untrusted and parsed. */
export const requests = {
  'app.info': nothing,
  /** The licences of what the application is made of. */
  'app.licences': nothing,
  /** Asks where to save them, and shows the file; its path, or null when the user closes the dialog. */
  'app.exportDiagnostics': nothing,
  'settings.get': nothing,
  'settings.set': settingsPatchSchema,
  'settings.chooseRules': nothing,
  'settings.usePack': z.object({ pack: z.enum(RULES_PACKS) }),
  'rules.info': nothing,
  /** The pack that knows more of the log than the chosen one; null when there is none to speak of. */
  'rules.suggest': nothing,

  'workspace.state': nothing,
  'workspace.info': nothing,
  /** Opens (or with `create` makes) a workspace; asks for a file when no path is given. Null when the user closes the dialog. */
  'workspace.open': z.object({ path: filePathSchema.optional(), create: z.boolean().default(false) }),
  'workspace.retry': nothing,
  /** Refused unless the workspace is closed because it is damaged. */
  'workspace.rescue': nothing,
  /** The user has seen the report of a rescue. */
  'workspace.dismissRescue': nothing,
  /** The backups beside the workspace, newest first, open or not. */
  'workspace.backups': nothing,
  'workspace.backUp': nothing,
  /** One of those that `workspace.backups` gives; any other path is refused. What was there is kept under the name that comes back. */
  'workspace.restore': z.object({ path: filePathSchema }),
  /** Asks what every window shows as `fileTask` to stop. */
  'workspace.cancelFileTask': z.object({ task: z.enum(FILE_TASKS) }),
  'workspace.reveal': nothing,
  /** `events`: events, sequences and run history. `all`: behaviours and profiles too. */
  'workspace.clear': z.object({ what: z.enum(['events', 'all']) }),

  'import.chooseFiles': z.object({ kind: importKindSchema }),
  'import.preview': importOptionsSchema,
  /** Stops the preview of a file that is no longer wanted; it is answered with `import.cancelled`. */
  'import.cancelPreview': importOptionsSchema.pick({ path: true }),
  'import.start': importOptionsSchema,
  /** Files that are imported one after the other. */
  'import.startAll': z.object({ files: z.array(importOptionsSchema).min(1).max(1000) }),
  /** Keeps how files of a shape are read; null: forgets it. */
  'import.remember': z.object({ shape: z.string().max(100), reading: rememberedReadingSchema.nullable() }),
  /** Generates the sample log and profiles and imports both. */
  'import.sample': nothing,
  'import.cancel': nothing,
  /** Imports a file of the import that is shown which was not imported because of its rows, without those that cannot be used. */
  'import.acceptRejects': z.object({ place: z.number().int().min(0).max(999) }),
  'import.attach': nothing,
  'import.dismiss': nothing,
  /** Asks where to save rejected rows. Null when the user closes the dialog. */
  'import.saveBadRows': rejectedOfSchema,
  /** What there is to know of an import: warnings, and the first rejected rows. */
  'import.details': z.object({ importId: z.number().int() }),
  /** What undoing an import would take away. */
  'import.undoFigures': z.object({ importId: z.number().int() }),
  /** Starts to undo an import; `import.cancel` stops it. */
  'import.undo': z.object({ importId: z.number().int() }),

  /** The snapshot now; from then on `export.snapshot` events follow. */
  'export.attach': nothing,
  /** What there is to export, and what was exported last. */
  'export.offer': nothing,
  /** Asks where to save the file, then exports. Null when the user closes the dialog. */
  'export.start': exportStartSchema,
  'export.cancel': nothing,
  'export.dismiss': nothing,
  /** Shows the file of the export that has ended in the system's file manager. */
  'export.reveal': nothing,

  /** What the silences and hours of the log say; `rhythm.changed` tells when to ask again. */
  'rhythm.get': nothing,
  /** Measures the log again after that failed. */
  'rhythm.measure': nothing,
  /** Null goes back to the gap that the log proposes. */
  'rhythm.setGap': z.object({
    gapMinutes: z.number().min(SESSION_GAP_MINUTES.least).max(SESSION_GAP_MINUTES.most).nullable(),
  }),

  'users.list': usersQuerySchema,
  /** The ids of all users that the table shows under a search and a status. */
  'users.ids': userIdsQuerySchema,
  'users.get': z.object({ userId: userIdSchema }),
  /** The events after those that `users.get` or an earlier page gave. */
  'users.events': eventsQuerySchema,
  'users.behaviours': behavioursQuerySchema,
  /** The behaviours that an event stands for, in time order; none for an event that there is not. */
  'users.evidence': evidenceQuerySchema,

  /** The snapshot now; from then on `run.snapshot` events follow. Never changes a run. */
  'run.attach': nothing,
  'run.preflight': z.object({
    scope: runScopeSchema,
    extractor: z.enum(EXTRACTOR_IDS).optional(),
    /** As in `run.start`: answers that are there already are not counted on. */
    fresh: z.boolean().default(false),
    detail: runRequestSchema.shape.detail,
  }),
  /** What the rules would make of the scope at each detail. */
  'run.previewDetails': z.object({ scope: runScopeSchema }),
  'run.previewPilot': nothing,
  'run.start': runRequestSchema,
  'run.pause': nothing,
  'run.resume': resumeRequestSchema,
  'run.cancel': nothing,
  'run.dismiss': nothing,
  'run.history': nothing,
  'run.failures': z.object({ runId: z.number().int() }),
  /** What a run has made, as far as it is still there. */
  'run.outcome': z.object({ runId: z.number().int() }),
  /**
   * The latest requests to the model, newest first. From then on `run.requests` events tell this window what changed, until
   * it ends with `run.watchRequest` and null.
   */
  'run.requests': z.object({ limit: z.number().int().min(1).max(200) }),
  /**
   * One request with its answer; from then on `run.request` events follow for it, until another one is watched. Null: the
   * window shows no requests any more, neither the list nor a single one.
   */
  'run.watchRequest': z.object({ id: z.number().int().nullable() }),
  /** What was sent with a request; null when it is no longer kept. */
  'run.requestPrompt': z.object({ id: z.number().int() }),

  'codebook.get': nothing,
  /** How often its types are used, and the words that no type has. */
  'codebook.use': nothing,
  'codebook.change': codebookChangeSchema,
  'codebook.undo': nothing,
  'codebook.redo': nothing,
  /** Asks for a file to take over. Null when the user closes the dialog. */
  'codebook.import': nothing,
  /** Asks where to save it; its path then, null when the user closes the dialog. */
  'codebook.export': nothing,

  /** The themes that match, as far as the log is measured. */
  'themes.list': themesQuerySchema,
  'themes.things': themeThingsQuerySchema,
  'themes.change': themeChangeSchema,
  'themes.undo': nothing,
  'themes.redo': nothing,
  /** Asks for a rules file whose themes are taken over; its path, or null when the user closes the dialog. */
  'themes.import': nothing,
  /** Asks where to save the rules with the themes; the path then, null when the user closes the dialog. */
  'themes.export': nothing,

  /** What the model is asked now, and how far a question is that takes long; `insight.asking` and `insight.progress` events follow. */
  'insight.attach': nothing,
  /** Answers a question about the events as they are now; `insight.progress` events tell how far it is. */
  'insight.ask': questionSchema,
  /** The users behind a figure of an answer. */
  'insight.users': insightUsersQuerySchema,
  'insight.cancel': nothing,
  /** What an explanation by the model would take, and what keeps it from being asked for. */
  'insight.explainPreflight': z.object({ question: questionSchema }),
  /** Has the model explain an answer from its table. */
  'insight.explain': explainRequestSchema,
  'insight.cancelExplanation': nothing,
  /** This window has shown what the model answered: the others need not. */
  'insight.dismissAsking': nothing,
  /** What a question in words would take, and what keeps it from being asked. */
  'insight.wordsPreflight': z.object({ words: wordsSchema }),
  /** Has the model say which question words mean. */
  'insight.words': wordsRequestSchema,
  'insight.askedWords': nothing,
  'insight.forgetWords': forgetWordsSchema,
  'insight.saved': nothing,
  'insight.changeSaved': savedChangeSchema,
  /** Asks for a question file and saves its question; its name then, null when the user closes the dialog. */
  'insight.importQuestion': nothing,
  'insight.report': nothing,
  /** Adds an answer to the report, or changes what is in it. */
  'insight.changeReport': reportChangeSchema,
  /** Computes the figures of the report of the data as they are now. */
  'insight.computeReport': nothing,
  /** Asks where to save the report; the path then, null when the user closes the dialog. */
  'insight.exportReport': z.object({ format: z.enum(REPORT_FORMATS) }),
  /** Stops the PDF that this window waits for, which gets null then; false when there is none. */
  'insight.cancelPdf': nothing,
  /** Asks where to write a saved question as a file; the path then, null when the user closes the dialog. */
  'insight.exportQuestion': z.object({ id: z.number().int() }),
  /** Asks where to save an answer, and writes it there: a table, a picture in the look of the window, or a graph. Null when the user closes the dialog. */
  'insight.export': z.object({
    question: questionSchema,
    format: z.enum(INSIGHT_FORMATS),
    theme: z.enum(PICTURE_THEMES).default('light'),
  }),

  /** The snapshot now; from then on `induction.snapshot` events follow. */
  'induction.attach': nothing,
  /** What it would take, and what keeps it from starting. */
  'induction.preflight': inductionRequestSchema,
  'induction.start': inductionRequestSchema,
  'induction.pause': nothing,
  'induction.resume': resumeRequestSchema,
  'induction.cancel': nothing,
  /** Takes over the lines chosen of a proposal, as the analyst edited them; the others are dropped. */
  'induction.accept': inductionAcceptSchema,
  'induction.dismiss': nothing,

  'model.get': nothing,
  'model.set': modelSettingsPatchSchema,
  /** `session`: the key is kept in memory only. The answer never carries the key. */
  'model.setKey': z.object({ key: z.string().min(1).max(4096), keep: z.enum(['stored', 'session']) }),
  'model.clearKey': nothing,
  /** Makes one tiny request with the settings in force. */
  'model.test': nothing,
  /** Ends the test that this window has asked for, and its request to the provider. */
  'model.cancelTest': nothing,
  'model.list': nothing,
  'update.get': nothing,
  'update.check': nothing,
  'update.download': nothing,
  'update.setAtQuit': z.object({ atQuit: z.boolean() }),
  /** Quits, installs and starts again. Refused while work is going on, unless the user has said so. */
  'update.install': z.object({ evenWhileWorking: z.boolean() }),
  'prompt.get': nothing,
  /** Null goes back to the built-in prompt. */
  'prompt.set': z.object({ template: z.string().max(100_000).nullable() }),
  'prompt.preview': z.object({
    template: z.string().max(100_000).nullable(),
    users: z.number().int().min(1).max(20),
  }),

  /** The local API, without its token. */
  'api.get': nothing,
  /** The answer has the token when one was made. */
  'api.set': apiSettingsPatchSchema,
  'api.renewToken': nothing,
} as const satisfies Record<keyof Replies, z.ZodType>;

export type Route = keyof typeof requests;
/** What a window sends. */
export type RequestInput<R extends Route> = z.input<(typeof requests)[R]>;
/** What a handler gets, after parsing. */
export type ParsedInput<R extends Route> = z.output<(typeof requests)[R]>;

/** What comes back for each request. */
export interface Replies {
  'app.info': AppInfo;
  'app.licences': Licence[];
  'app.exportDiagnostics': string | null;
  'settings.get': SettingsView;
  'settings.set': SettingsView;
  'settings.chooseRules': RulesInfo | null;
  'settings.usePack': RulesInfo;
  'rules.info': RulesInfo;
  'rules.suggest': PackSuggestion | null;
  'workspace.state': WorkspaceState;
  'workspace.info': WorkspaceInfo;
  'workspace.open': WorkspaceState | null;
  'workspace.retry': WorkspaceState;
  'workspace.rescue': RescueReport;
  'workspace.dismissRescue': null;
  'workspace.backups': BackupFile[];
  'workspace.backUp': BackupFile;
  'workspace.restore': string | null;
  'workspace.cancelFileTask': null;
  'workspace.reveal': null;
  'workspace.clear': WorkspaceInfo;
  /** Empty when the dialog was closed. */
  'import.chooseFiles': string[];
  'import.preview': RememberedPreview;
  'import.cancelPreview': null;
  'import.start': ImportSnapshot;
  'import.startAll': ImportSnapshot;
  'import.remember': null;
  'import.sample': ImportSnapshot;
  'import.cancel': ImportSnapshot;
  'import.acceptRejects': ImportSnapshot;
  'import.attach': ImportSnapshot;
  'import.dismiss': ImportSnapshot;
  'import.saveBadRows': string | null;
  'export.attach': ExportSnapshot;
  'export.offer': ExportOffer;
  'export.start': ExportSnapshot | null;
  'export.cancel': ExportSnapshot;
  'export.dismiss': ExportSnapshot;
  'export.reveal': null;
  'import.details': ImportDetails;
  'import.undoFigures': ImportUndo;
  'import.undo': ImportSnapshot;
  'rhythm.get': RhythmView;
  'rhythm.measure': RhythmView;
  'rhythm.setGap': RhythmView;
  'users.list': UsersPage;
  'users.ids': string[];
  'users.get': UserDetail;
  'users.events': EventsPage;
  'users.behaviours': BehavioursPage;
  'users.evidence': BehavioursPage;
  'run.attach': RunSnapshot;
  'run.preflight': RunPreflight;
  'run.previewDetails': DetailPreview;
  'run.previewPilot': DetailPreview;
  'run.start': RunSnapshot;
  'run.pause': RunSnapshot;
  'run.resume': RunSnapshot;
  'run.cancel': RunSnapshot;
  'run.dismiss': RunSnapshot;
  'run.history': RunRecord[];
  'run.failures': RunFailureGroup[];
  'run.outcome': RunOutcome;
  'run.requests': RequestSummary[];
  'run.watchRequest': RequestDetail | null;
  'run.requestPrompt': SentPrompt | null;
  'codebook.get': CodebookView;
  'codebook.use': CodebookUse;
  'codebook.change': CodebookView;
  'codebook.undo': CodebookView;
  'codebook.redo': CodebookView;
  'codebook.import': CodebookView | null;
  'codebook.export': string | null;
  'themes.list': ThemesView;
  'themes.things': ThemeThingsPage;
  'themes.change': null;
  'themes.undo': null;
  'themes.redo': null;
  'themes.import': string | null;
  'themes.export': string | null;
  'insight.attach': { asking: AskingSnapshot; progress: InsightProgress | null };
  'insight.ask': InsightAnswer;
  'insight.users': InsightUsersPage;
  'insight.cancel': null;
  'insight.explainPreflight': ExplainPreflight;
  'insight.explain': Explanation;
  'insight.cancelExplanation': null;
  'insight.dismissAsking': null;
  'insight.wordsPreflight': WordsPreflight;
  'insight.words': UnderstoodWords;
  'insight.askedWords': AskedWords[];
  'insight.forgetWords': AskedWords[];
  'insight.saved': SavedInsights;
  'insight.changeSaved': SavedInsights;
  'insight.report': Report;
  'insight.changeReport': Report;
  'insight.computeReport': Report;
  'insight.exportReport': string | null;
  'insight.cancelPdf': boolean;
  'insight.importQuestion': string | null;
  'insight.exportQuestion': string | null;
  'insight.export': { path: string; lacksChineseFont: boolean } | null;
  'induction.attach': InductionSnapshot;
  'induction.preflight': InductionPreflight;
  'induction.start': InductionSnapshot;
  'induction.pause': InductionSnapshot;
  'induction.resume': InductionSnapshot;
  'induction.cancel': InductionSnapshot;
  'induction.accept': CodebookView;
  'induction.dismiss': InductionSnapshot;
  'model.get': ModelView;
  'model.set': ModelView;
  'model.setKey': ModelView;
  'model.clearKey': ModelView;
  'model.test': ModelTestReport;
  'model.cancelTest': null;
  'model.list': string[];
  'update.get': UpdateView;
  'update.check': UpdateView;
  'update.download': UpdateView;
  'update.setAtQuit': UpdateView;
  'update.install': UpdateView;
  'prompt.get': PromptView;
  'prompt.set': PromptView;
  'prompt.preview': PromptPreview;
  'api.get': ApiView;
  'api.set': ApiChange;
  'api.renewToken': ApiChange;
}

/** `json`: large data as JSON text. Data is copied value by value on its way into a page, a text all at once. */
export type Reply<T> = { ok: true; data: T } | { ok: true; json: string } | { ok: false; error: ErrorInfo };

/** What the application menu asks a window to do. */
export type ShellCommand =
  | {
      do:
        | 'import'
        | 'open-workspace'
        | 'new-workspace'
        | 'export-types'
        | 'export-themes'
        | 'export-diagnostics'
        | 'palette'
        | 'shortcuts';
    }
  | { do: 'import' | 'open-workspace' | 'new-workspace' | 'export' | 'export-types' | 'export-themes' }
  | { do: 'open-recent'; path: string };

/** What main pushes to the windows: types only, because main is trusted. */
export interface Events {
  'run.snapshot': RunSnapshot;
  'import.snapshot': ImportSnapshot;
  'export.snapshot': ExportSnapshot;
  'induction.snapshot': InductionSnapshot;
  'settings.changed': SettingsView;
  /** The model settings or the key changed. */
  'model.changed': ModelView;
  /** The local API was changed, started or ended. */
  'api.changed': ApiView;
  'update.changed': UpdateView;
  /** Requests to the model that are new or changed; only to a window that shows them. */
  'run.requests': RequestSummary[];
  /** The request that this window watches, with what has come of its answer. */
  'run.request': RequestDetail;
  'workspace.state': WorkspaceState;
  /** Users, behaviours or events changed otherwise than by a run's progress (import, clear). */
  'data.changed': null;
  /** How far a question is that takes long; null when it has ended. */
  'insight.progress': InsightProgress | null;
  /** The explanation or the question in words that the model is asked for. */
  'insight.asking': AskingSnapshot;
  /** How much of a packed file is unpacked to be previewed. */
  'import.unpacking': UnpackProgress;
  /** Saved questions or selections, or the report, changed. */
  'insight.savedChanged': null;
  /** A backup was made, or put in the place of the workspace. */
  'backups.changed': null;
  /** The rhythm of the log changed, or how much of it is measured. */
  'rhythm.changed': null;
  /** A one-shot wish of the shell, e.g. from the tray: show this page. */
  'app.navigate': {
    page: 'data' | 'extract' | 'insight' | 'types' | 'themes' | 'history' | 'settings';
    /** A section of the page of settings. */
    section?: 'model' | 'rules' | 'update' | 'about';
  };
  /** A command of the application menu, once: the window does it as it does for its own buttons. */
  'app.command': ShellCommand;
  /** A notice of the shell to show once, by its message code. */
  'app.notice': ErrorInfo;
}

export type EventName = keyof Events;

/** `window.eventloom`, made by the preload. */
export interface Bridge {
  request<R extends Route>(route: R, input?: RequestInput<R>): Promise<Reply<Replies[R]>>;
  /** Returns the function that unsubscribes. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
  /** The path of a file the user dropped on the window. */
  pathForFile(file: File): string;
}
