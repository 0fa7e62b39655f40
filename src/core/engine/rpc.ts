import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { EngineApi, EngineEvents } from './engine-api.ts';

/** Every method of the engine. A message from the other thread can call nothing else, and none can be left out. */
const methods: Record<keyof EngineApi, true> = {
  openWorkspace: true,
  closeWorkspace: true,
  restoreWorkspace: true,
  rescueWorkspace: true,
  dismissRescue: true,
  listBackups: true,
  backUpWorkspace: true,
  restoreBackup: true,
  cancelFileTask: true,
  workspaceInfo: true,
  clearWorkspace: true,
  undoFigures: true,
  startUndo: true,
  eventTypes: true,
  codebook: true,
  codebookUse: true,
  changeCodebook: true,
  undoCodebook: true,
  redoCodebook: true,
  importCodebook: true,
  exportCodebook: true,
  themes: true,
  themeThings: true,
  changeThemes: true,
  undoThemes: true,
  redoThemes: true,
  importThemes: true,
  exportThemes: true,
  preflightInduction: true,
  inductionSnapshot: true,
  startInduction: true,
  pauseInduction: true,
  resumeInduction: true,
  cancelInduction: true,
  acceptInduction: true,
  exportProposal: true,
  dismissInduction: true,
  useRules: true,
  suggestRules: true,
  rulesInfo: true,
  useModel: true,
  tryModelNow: true,
  machineSlept: true,
  testModel: true,
  cancelModelTest: true,
  listModels: true,
  promptView: true,
  previewPrompt: true,
  previewImport: true,
  cancelPreview: true,
  startImport: true,
  startImports: true,
  startSampleImport: true,
  cancelImport: true,
  acceptRejects: true,
  dismissImport: true,
  importSnapshot: true,
  saveBadRows: true,
  importDetails: true,
  listUsers: true,
  userIds: true,
  getUser: true,
  listEvents: true,
  listBehaviours: true,
  listEvidence: true,
  runSnapshot: true,
  preflightRun: true,
  rhythm: true,
  measureRhythm: true,
  setSessionGap: true,
  previewDetails: true,
  previewPilot: true,
  startRun: true,
  continueRun: true,
  pauseRun: true,
  resumeRun: true,
  suspendRun: true,
  cancelRun: true,
  dismissRun: true,
  runHistory: true,
  resultVersions: true,
  runFailures: true,
  runOutcome: true,
  listRequests: true,
  getRequest: true,
  requestPrompt: true,
  watchRequests: true,
  exportEvents: true,
  askInsight: true,
  insightUsers: true,
  writeInsight: true,
  cancelInsight: true,
  preflightExplanation: true,
  explainInsight: true,
  cancelExplanation: true,
  dismissAsking: true,
  preflightWords: true,
  understandWords: true,
  askedWords: true,
  forgetWords: true,
  exportBasis: true,
  savedInsights: true,
  changeSavedInsights: true,
  savedQuestion: true,
  report: true,
  changeReport: true,
  computeReport: true,
  writeReport: true,
  readQuestionFile: true,
  writeQuestionFile: true,
  startExport: true,
  cancelExport: true,
  dismissExport: true,
  exportSnapshot: true,
};

export type EngineMethod = keyof EngineApi;
export const ENGINE_METHODS = Object.keys(methods) as EngineMethod[];

/** Whether a message names a method of the engine. */
export function isEngineMethod(name: string): name is EngineMethod {
  return Object.hasOwn(methods, name);
}

/** A call to the engine's thread. Both threads are one program, so arguments are typed by EngineApi and not parsed again. */
export interface EngineCall {
  id: number;
  method: EngineMethod;
  args: unknown[];
}

/** What the engine's thread sends: the answer to a call, or an event. */
export type EngineMessage =
  | { kind: 'reply'; id: number; ok: true; data: unknown }
  | { kind: 'reply'; id: number; ok: false; error: ErrorInfo }
  | { [E in keyof EngineEvents]: { kind: 'event'; event: E; payload: EngineEvents[E] } }[keyof EngineEvents];

/** What the engine's thread is started with. */
export const engineWorkerDataSchema = z.object({
  importWorkerUrl: z.string(),
  insightWorkerUrl: z.string(),
  exportWorkerUrl: z.string(),
  measureWorkerUrl: z.string(),
  fileTaskWorkerUrl: z.string(),
  program: z.string(),
  defaultRulesPath: z.string(),
  promptsFolder: z.string(),
  slowRulesMs: z.number().min(0),
});
export type EngineWorkerData = z.infer<typeof engineWorkerDataSchema>;
