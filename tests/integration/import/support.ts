import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { startImportJob } from '../../../src/core/import/import-job.ts';
import type { ImportJob, ImportProgress } from '../../../src/core/import/import-job.ts';
import { runImport } from '../../../src/core/import/run-import.ts';
import { connect, migrate } from '../../../src/core/store/database.ts';
import { ImportStore } from '../../../src/core/store/import-store.ts';
import type { ImportKind, ImportOptions, ImportReport } from '../../../src/shared/import.ts';
import { bundled } from '../../support/bundled.ts';

type Rest = Omit<ImportOptions, 'path' | 'kind'>;

/** A workspace in a folder of its own, which goes when the test ends. */
export class TestWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'eventloom-import-'));
  readonly path = join(this.folder, 'workspace.db');
  readonly db: DatabaseSync;
  readonly #twoThreadsFrom: number | undefined;
  readonly #workerUrl: URL;

  /** `twoThreadsFrom`: files of so many bytes are imported by two threads. */
  constructor({
    twoThreadsFrom,
    workerUrl = bundled('import-worker'),
  }: { twoThreadsFrom?: number; workerUrl?: URL } = {}) {
    this.#twoThreadsFrom = twoThreadsFrom;
    this.#workerUrl = workerUrl;
    this.db = connect(this.path);
    migrate(this.db);
    onTestFinished(() => {
      this.db.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Imports in the worker thread, as the application does. */
  import(path: string, kind: ImportKind = 'behaviours', rest: Rest = {}): Promise<ImportReport> {
    return this.start(path, kind, rest).done;
  }

  start(
    path: string,
    kind: ImportKind = 'behaviours',
    rest: Rest = {},
    onProgress: (progress: ImportProgress) => void = () => undefined,
  ): ImportJob {
    const options = { path, kind, timeZone: 'Asia/Shanghai', ...rest };
    return startImportJob({
      workspacePath: this.path,
      options,
      workerUrl: this.#workerUrl,
      onProgress,
      ...(this.#twoThreadsFrom === undefined ? {} : { twoThreadsFrom: this.#twoThreadsFrom }),
    });
  }

  /** Imports in this thread over a connection that the test prepared. */
  importOver(
    db: DatabaseSync,
    path: string,
    onProgress: (progress: ImportProgress) => void = () => undefined,
  ) {
    const options: ImportOptions = { path, kind: 'behaviours', timeZone: 'Asia/Shanghai' };
    const context = {
      store: new ImportStore(db),
      workspacePath: this.path,
      options,
      onProgress,
      isCancelled: () => false,
      now: () => 1,
    };
    return runImport(context);
  }

  rows(sql: string, params: Record<string, string | number> = {}): Record<string, unknown>[] {
    return this.db
      .prepare(sql)
      .all(params)
      .map((row) => ({ ...row }));
  }

  /** Everything that is in the workspace, schema included: equal dumps are equal workspaces. */
  dump(): Record<string, unknown[]> {
    const schema = this.rows('SELECT type, name, sql FROM sqlite_master ORDER BY name');
    const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => String(name));
    return {
      schema,
      ...Object.fromEntries(tables.map((name) => [name, this.rows(`SELECT * FROM "${name}"`)])),
    };
  }
}

const pairs = new Map<string, Map<string, [number, number]>>();

function pairsOf(encoding: string): Map<string, [number, number]> {
  const known = pairs.get(encoding);
  if (known) return known;
  const decoder = new TextDecoder(encoding);
  const found = new Map<string, [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail !== 0x7f) found.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    }
  }
  pairs.set(encoding, found);
  return found;
}

/** Text in an encoding of East Asia; characters of two bytes at most. */
export function encodeText(text: string, encoding: 'gb18030' | 'big5' | 'euc-kr'): Buffer {
  const bytes = pairsOf(encoding);
  return Buffer.from(
    [...text].flatMap((character) => {
      if (character < '\u0080') return [character.charCodeAt(0)];
      const pair = bytes.get(character);
      if (!pair) throw new Error(`${character} has no two bytes in ${encoding}`);
      return pair;
    }),
  );
}

/** Text as GB18030. */
export const encodeGb18030 = (text: string): Buffer => encodeText(text, 'gb18030');

/** A log of `rows` behaviours of `users` users, a minute apart. */
export function makeLog(rows: number, users: number, from = 0): string {
  const lines = ['user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration'];
  for (let index = from; index < from + rows; index++) {
    const time = new Date(Date.UTC(2025, 0, 1) + index * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    lines.push(`user-${index % users},browse,${time},长城_哈弗H6,,汽车之家,,${index % 300}`);
  }
  return `${lines.join('\n')}\n`;
}
