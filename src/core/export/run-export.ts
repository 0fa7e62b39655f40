import { statSync } from 'node:fs';
import type { Codebook } from '../../shared/codebook.ts';
import type { ExportReport, ExportRequest } from '../../shared/export.ts';
import type { Clock } from '../clock.ts';
import type { RulesNow } from '../detail/abstraction-now.ts';
import { openEventsAt } from '../detail/events-at.ts';
import { AppError } from '../errors.ts';
import { sessionLimits } from '../extract/rules/session-limits.ts';
import type { Connected } from '../store/database.ts';
import { EventOwners } from '../store/event-owners.ts';
import { ExportStore } from '../store/export-store.ts';
import { knownError } from '../store/known-errors.ts';
import { latestSessions } from '../store/measure-store.ts';
import type { SessionLimits } from '../abstraction/sessions.ts';
import { checkCarried } from './check-carried.ts';
import { eventsAtDetail, storedEvents } from './event-source.ts';
import type { EventSource } from './event-source.ts';
import { computedNotes, detailNotes, detailsOf, zoneOf } from './export-basis.ts';
import type { ComputedEvents } from './export-basis.ts';
import type { ExportLine, ExportTable } from './export-table.ts';
import type { Written } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';
import { manifestOf, manifestText } from './manifest.ts';
import { openTable } from './table-reader.ts';
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
  /** Those in use: how a user is labelled and sessions are told apart, and what events are computed by. */
  rules: RulesNow;
  /** The program with its version. */
  program: string;
  clock: Clock;
  onProgress: (progress: ExportProgress) => void;
  isCancelled: () => boolean;
}

/**
 * Exports a workspace as it is at this moment, whatever is done to it meanwhile. The file appears whole or not at all, with its
 * manifest beside it. Throws export.…, workspace.…
 */
export async function runExport(context: ExportContext): Promise<ExportReport> {
  const { request, workspace, workspacePath, codebook, codebookVersion, rules, program } = context;
  const { agent } = rules.rules;
  checkCarried(request);
  const manifestPath = manifestOf(request.path);
  for (const path of [request.path, manifestPath]) checkTarget(path, 'export.unwritable');
  const { db } = workspace;
  // One moment for all pages. Nothing is written, so that no other program has to wait.
  db.exec('BEGIN');
  try {
    const store = new ExportStore(db);
    const zone = zoneOf(request, store);
    const { details, computed } = detailsOf(request, new EventOwners(db));
    const clock = new WallClock(zone.name);
    const onRead = (): void => {
      if (context.isCancelled()) throw new AppError('export.cancelled');
    };
    const table = openTable(request.what, {
      workspace,
      clock,
      codebook,
      details,
      events: await eventsOf(context, computed, onRead),
      computedUsers: computed ? computed.byRules + computed.byModel : 0,
      agent,
      sessions: sessionsNow(db, rules),
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
      const said = [...detailNotes(details), ...computedNotes(computed, rules.version)];
      written.notes = [...zone.notes, ...said, ...table.notes, ...written.notes];
      const parts = { request, table, store, program, zoneOrigin: zone.origin, ...written };
      const text = manifestText({
        ...parts,
        now: context.clock.now(),
        computed: computed && { ...computed, rules: rules.version },
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
    throw knownError(error, workspacePath);
  } finally {
    db.exec('ROLLBACK');
  }
}

/** The events as they are stored, or at the detail at which some are computed. */
async function eventsOf(
  { workspace, rules, codebook }: Pick<ExportContext, 'workspace' | 'rules' | 'codebook'>,
  computed: ComputedEvents | null,
  onRead: () => void,
): Promise<EventSource> {
  if (!computed) return storedEvents(workspace);
  const { db } = workspace;
  const { detail } = computed;
  return eventsAtDetail(workspace, await openEventsAt({ db, rules, codebook, detail, onRead }), onRead);
}

/** The size of a file that is being written; 0 before it is there. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** How the sessions of the log are told apart now, as a run that begins now would do it. */
const sessionsNow = (db: Connected['db'], rules: RulesNow): SessionLimits =>
  sessionLimits(rules.rules, latestSessions(db));

/** The same table, whose lines tell how far they are read and end when the export is cancelled. */
function withProgress(
  table: ExportTable,
  passes: number,
  {
    onProgress,
    isCancelled,
    workspacePath,
    clock,
  }: Pick<ExportContext, 'onProgress' | 'isCancelled' | 'workspacePath' | 'clock'>,
  bytesWritten: () => number,
): ExportTable {
  const total = table.expected * passes;
  let pass = 0;
  let linesBefore = 0;
  const startedAt = clock.now();
  const look = (lines: number, read: number): void => {
    if (isCancelled()) throw new AppError('export.cancelled');
    const done = Math.min(total, pass * table.expected + read);
    const seconds = (clock.now() - startedAt) / 1000;
    const perSecond = (count: number): number => Math.round(count / seconds);
    const pace =
      seconds < 1 ? null : { rows: perSecond(linesBefore + lines), bytes: perSecond(bytesWritten()) };
    onProgress({ done, total, rows: pass === passes - 1 ? lines : 0, pace });
  };
  return {
    ...table,
    *lines(): Generator<ExportLine> {
      let [lines, read] = [0, 0];
      look(0, 0);
      try {
        for (const line of table.lines()) {
          lines += 1;
          read += line.share ?? 1;
          if (lines % LINES_PER_LOOK === 0) look(lines, read);
          yield line;
        }
      } catch (error) {
        // What the workspace says is not taken for trouble with the file.
        throw knownError(error, workspacePath);
      }
      look(lines, read);
      pass += 1;
      linesBefore += lines;
    },
  };
}
