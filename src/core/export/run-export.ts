import { statSync } from 'node:fs';
import type { AgentPart } from '../../shared/agent.ts';
import type { Codebook } from '../../shared/codebook.ts';
import type { ExportReport, ExportRequest } from '../../shared/export.ts';
import { AppError } from '../errors.ts';
import { USUAL_SESSIONS } from '../abstraction/rhythm.ts';
import { storeError } from '../store/database.ts';
import type { Connected } from '../store/database.ts';
import { ExportStore } from '../store/export-store.ts';
import { latestSessions } from '../store/measure-store.ts';
import type { SessionLimits } from '../abstraction/sessions.ts';
import { checkCarried } from './check-carried.ts';
import { detailNotes, detailsOf, zoneOf } from './export-basis.ts';
import { openTable } from './export-table.ts';
import type { ExportLine, ExportTable } from './export-table.ts';
import type { Written } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';
import { manifestOf, manifestText } from './manifest.ts';
import { WallClock } from './wall-clock.ts';
import { checkTarget, writeFileWhole, writeWhole } from './write-whole.ts';

/** After so many lines it is looked whether the export was cancelled, and how far it is. */
const LINES_PER_LOOK = 500;

/** How far an export is. */
export interface ExportProgress {
  /** Lines read of all that are to be read. */
  done: number;
  total: number;
  /** Of them, lines that are in the file. */
  rows: number;
  /** Lines read, and bytes of the file written, a second; null in the first second. */
  pace: { rows: number; bytes: number } | null;
}

export interface ExportContext {
  /** The workspace, with a connection of the export’s own. */
  workspace: Connected;
  workspacePath: string;
  request: ExportRequest;
  /** The codebook in use with the types of the rules, and its version. */
  codebook: Codebook;
  codebookVersion: number;
  /** How a user is labelled from the profile. */
  agent: readonly AgentPart[];
  /** The session gap of the rules. */
  gapMinutes: number | 'auto';
  /** The program with its version. */
  program: string;
  now: number;
  onProgress: (progress: ExportProgress) => void;
  isCancelled: () => boolean;
}

/**
 * Exports a workspace as it is at this moment, whatever is done to it meanwhile. The file appears whole or not at all, with its
 * manifest beside it. Throws export.…, workspace.…
 */
export async function runExport(context: ExportContext): Promise<ExportReport> {
  const { request, workspace, workspacePath, codebook, codebookVersion, program, now } = context;
  checkCarried(request);
  const manifestPath = manifestOf(request.path);
  for (const path of [request.path, manifestPath]) checkTarget(path, 'export.unwritable');
  const { db } = workspace;
  // One moment for all pages. Nothing is written, so that no other program has to wait.
  db.exec('BEGIN');
  try {
    const store = new ExportStore(db);
    const zone = zoneOf(request, store);
    const details = detailsOf(request, store);
    const clock = new WallClock(zone.name);
    const onRead = (): void => {
      if (context.isCancelled()) throw new AppError('export.cancelled');
    };
    const table = openTable(request.what, {
      workspace,
      clock,
      codebook,
      details,
      agent: context.agent,
      sessions: sessionsNow(db, context.gapMinutes),
      onRead,
    });
    if (table.expected === 0) throw new AppError('export.nothing', { what: request.what });
    const format = FORMATS[request.format];
    const gzip = format.isText && request.path.toLowerCase().endsWith('.gz');
    let written: Written = { rows: 0, notes: [] };
    let target: string | null = null;
    const metered = withProgress(table, format.passes, context, () => (target === null ? 0 : sizeOf(target)));
    await writeFileWhole(request.path, 'export.unwritable', async (path) => {
      target = path;
      written = await format.write(metered, { path, gzip, program });
      written.notes = [...zone.notes, ...detailNotes(details), ...table.notes, ...written.notes];
      const parts = { request, table, store, program, now, zoneOrigin: zone.origin, ...written };
      const text = manifestText({
        ...parts,
        codebook: { version: codebookVersion, language: codebook.language },
      });
      await writeWhole(manifestPath, [text], 'export.unwritable');
    });
    return {
      ...{ format: request.format, what: request.what, path: request.path },
      ...written,
      manifestPath,
      bytes: statSync(request.path).size,
      timeZone: zone.name,
      zoneOrigin: zone.origin,
      details,
    };
  } catch (error) {
    throw storeError(error, workspacePath);
  } finally {
    db.exec('ROLLBACK');
  }
}

/** The size of a file that is being written; 0 before it is there. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** How the sessions of the log are told apart now, as a run that begins now would do it. */
function sessionsNow(db: Connected['db'], gapMinutes: number | 'auto'): SessionLimits {
  const ofLog = latestSessions(db) ?? USUAL_SESSIONS;
  return gapMinutes === 'auto' ? ofLog : { ...ofLog, sessionGapMs: gapMinutes * 60_000 };
}

/** The same table, whose lines tell how far they are read and end when the export is cancelled. */
function withProgress(
  table: ExportTable,
  passes: number,
  {
    onProgress,
    isCancelled,
    workspacePath,
  }: Pick<ExportContext, 'onProgress' | 'isCancelled' | 'workspacePath'>,
  bytesWritten: () => number,
): ExportTable {
  const total = table.expected * passes;
  let pass = 0;
  const startedAt = performance.now();
  const look = (lines: number): void => {
    if (isCancelled()) throw new AppError('export.cancelled');
    const done = Math.min(total, pass * table.expected + lines);
    const seconds = (performance.now() - startedAt) / 1000;
    const pace =
      seconds < 1 ? null : { rows: Math.round(done / seconds), bytes: Math.round(bytesWritten() / seconds) };
    onProgress({ done, total, rows: pass === passes - 1 ? lines : 0, pace });
  };
  return {
    ...table,
    *lines(): Generator<ExportLine> {
      let lines = 0;
      look(0);
      try {
        for (const line of table.lines()) {
          lines += 1;
          if (lines % LINES_PER_LOOK === 0) look(lines);
          yield line;
        }
      } catch (error) {
        // What the workspace says is not taken for trouble with the file.
        throw storeError(error, workspacePath);
      }
      look(lines);
      pass += 1;
    },
  };
}
