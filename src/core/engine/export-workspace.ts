import type { ErrorCode } from '../../shared/errors.ts';
import type { ExportReport, ExportRequest } from '../../shared/export.ts';
import type { RulesChoice } from '../../shared/workspace.ts';
import { rulesNow } from '../detail/abstraction-now.ts';
import { AppError } from '../errors.ts';
import { checkCarried } from '../export/check-carried.ts';
import { startExportJob } from '../export/export-job.ts';
import type { ExportJob } from '../export/export-job.ts';
import type { ExportProgress } from '../export/run-export.ts';
import { CodebookStore } from '../store/codebook-store.ts';
import { connect, FORMAT_VERSION, formatVersion } from '../store/database.ts';
import { knownErrors } from '../store/known-errors.ts';
import { Workspace } from '../store/workspace.ts';
import { codebookOfRules, codebookWith } from './codebook-service.ts';
import { RulesInUse } from './rules-in-use.ts';

export type { ExportJob } from '../export/export-job.ts';
export type { ExportProgress } from '../export/run-export.ts';

/** Why a workspace cannot be had for oneself, and can be read all the same. */
const READABLE: readonly ErrorCode[] = ['workspace.in_use', 'workspace.read_only'];

export interface WorkspaceExport {
  workspacePath: string;
  request: ExportRequest;
  /** The rules whose types are in the codebook, too. */
  rules: RulesChoice;
  defaultRulesPath: string;
  workerUrl: URL;
  program: string;
  onProgress: (progress: ExportProgress) => void;
  /** Called once the export can be cancelled. */
  onStarted: (job: ExportJob) => void;
}

/**
 * Exports a workspace that no engine of this process has open. One that another program has open, or that is write-protected, is
 * read as it is; any other is opened, which brings an older one to today's format: the report says where it was kept. Throws rules.…, workspace.…, export.…
 */
export async function exportWorkspace(options: WorkspaceExport): Promise<ExportReport> {
  const { workspacePath, request, workerUrl, program, onProgress, onStarted } = options;
  checkCarried(request);
  const rulesInUse = new RulesInUse(options.defaultRulesPath);
  rulesInUse.choose(options.rules);
  const loaded = rulesInUse.forRun;
  const { rules } = loaded;
  const workspace = openIfFree(workspacePath);
  try {
    const stored = storedCodebook(workspacePath);
    const job = startExportJob({
      ...{ workspacePath, workerUrl, program, request, onProgress },
      codebook: codebookWith(stored?.codebook ?? codebookOfRules(rules), rules),
      codebookVersion: stored?.version ?? 0,
      rules: rulesNow(loaded),
    });
    onStarted(job);
    const report = await job.done;
    const path = workspace?.formatBackup ?? null;
    if (path === null) return report;
    return { ...report, notes: [{ code: 'workspace.upgraded', params: { path } }, ...report.notes] };
  } finally {
    workspace?.close();
  }
}

/** The workspace, opened; null when another program has it, or it cannot be written. */
function openIfFree(path: string): Workspace | null {
  try {
    return Workspace.open(path, false);
  } catch (error) {
    if (error instanceof AppError && READABLE.includes(error.code)) return null;
    throw error;
  }
}

function storedCodebook(path: string): ReturnType<CodebookStore['current']> {
  return knownErrors(path, () => {
    const db = connect(path, { readOnly: true });
    try {
      // One that cannot be written cannot be brought to the format that is read here.
      if (formatVersion(db) !== FORMAT_VERSION) throw new AppError('workspace.read_only', { path });
      return new CodebookStore(db).current();
    } finally {
      db.close();
    }
  });
}
