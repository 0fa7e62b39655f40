import { basename } from 'node:path';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportRequest, ZoneOrigin } from '../../shared/export.ts';
import { formatMessage } from '../i18n.ts';
import type { ExportStore } from '../store/export-store.ts';
import type { ComputedEvents } from './export-basis.ts';
import type { ExportTable } from './export-table.ts';

/** Of the history of runs. */
const MOST_RUNS = 200;

/** The name of the file that tells where an exported file comes from. */
export function manifestOf(path: string): string {
  return `${path}.manifest.json`;
}

export interface ManifestParts {
  request: ExportRequest;
  table: ExportTable;
  store: ExportStore;
  zoneOrigin: ZoneOrigin;
  /** Which events were computed for the export, by which rules; null for none. */
  computed: (ComputedEvents & { rules: string }) | null;
  /** The version of the codebook in use; 0 for that of the rules. */
  codebook: { version: number; language: string };
  rows: number;
  notes: readonly ErrorInfo[];
  program: string;
  now: number;
}

/** The text of the manifest: what the file has, and by what it was made. No key is in it: a workspace has none. */
export function manifestText({
  request: { path, format, what },
  table,
  store,
  zoneOrigin,
  computed,
  codebook,
  rows,
  notes,
  program,
  now,
}: ManifestParts): string {
  const { runs, results } = store.runs(MOST_RUNS);
  const manifest = {
    program,
    exported_at: new Date(now).toISOString(),
    workspace_id: table.workspaceId,
    file: basename(path),
    format,
    what,
    rows,
    columns: table.columns,
    time_zone: table.clock.zone,
    time_zone_from: zoneOrigin,
    details: table.details,
    computed: computed && {
      detail: computed.detail,
      users_by_rules: computed.byRules,
      users_by_model: computed.byModel,
      rules: computed.rules,
    },
    notes: notes.map((note) => formatMessage('en', note)),
    workspace: store.figures(),
    sources: store.imports().map(({ fileName }) => fileName),
    codebook,
    results,
    runs,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
