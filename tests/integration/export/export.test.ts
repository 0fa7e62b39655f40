import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { runExport } from '../../../src/core/export/run-export.ts';
import type { ExportProgress } from '../../../src/core/export/run-export.ts';
import { loadRules } from '../../../src/core/extract/rules/load-rules.ts';
import { previewImport } from '../../../src/core/import/preview.ts';
import { connect } from '../../../src/core/store/database.ts';
import { EXPORT_FORMATS } from '../../../src/shared/export-formats.ts';
import type { ExportReport, ExportRequest, ExportSnapshot } from '../../../src/shared/export.ts';
import type { WorkspaceInfo } from '../../../src/shared/workspace.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { ENGINE_OPTIONS } from '../../support/bundled.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { eventloom } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** The hour from two to three came twice on 25 October 2026 in Berlin; the second time is written in UTC. */
const LOG = [
  'user_id,timestamp,action,item,shop,note',
  'a,2026-10-24T08:00:00Z,browse,Lamp,"=HYPERLINK(""x"")",plain',
  'a,2026-10-24T08:05:00Z,search,Lamp,shop 1,-5',
  'a,2026-10-25T00:30:00Z,purchase,Lamp,shop 1,',
  'a,2026-10-25T01:30:00Z,browse,Sofa,shop 2,',
  '007,2026-10-24T09:00:00Z,browse,Sofa,,x',
  '007,2026-10-24T09:01:00Z,purchase,Sofa,,',
  '+86 138,2026-10-24T10:00:00Z,browse,Desk,,',
].join('\n');
const GENERAL = loadRules(ENGINE_OPTIONS.defaultRulesPath);
const PROFILES = 'user_id,age,status\na,41,gold\n007,33,silver\n';

async function open(path: string): Promise<EngineHarness> {
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  return harness;
}

async function load(
  harness: EngineHarness,
  path: string,
  kind: 'behaviours' | 'profiles' = 'behaviours',
): Promise<void> {
  await harness.engine.startImport({ path, kind, timeZone: 'Europe/Berlin' });
  await harness.importEnded();
  expect(await harness.engine.importSnapshot()).toMatchObject({ status: 'completed' });
}

interface Filled {
  harness: EngineHarness;
  folder: string;
  info: WorkspaceInfo;
}

/** A workspace with events, open. */
async function filled(): Promise<Filled> {
  const folder = tempFolder();
  const harness = await open(join(folder, 'w.eventloom'));
  writeFileSync(join(folder, 'log.csv'), LOG);
  writeFileSync(join(folder, 'profiles.csv'), PROFILES);
  await load(harness, join(folder, 'log.csv'));
  await load(harness, join(folder, 'profiles.csv'), 'profiles');
  await harness.engine.startRun({ ...ALL, detail: 'fine' });
  await harness.runIs('completed');
  return { harness, folder, info: await harness.engine.workspaceInfo() };
}

async function ended({ engine }: EngineHarness): Promise<ExportSnapshot> {
  await expect
    .poll(async () => (await engine.exportSnapshot()).status, { timeout: 20_000 })
    .not.toBe('running');
  return engine.exportSnapshot();
}

async function exported(harness: EngineHarness, request: ExportRequest): Promise<ExportReport> {
  await harness.engine.startExport(request);
  const { report, error } = await ended(harness);
  if (!report) throw new Error(`no report: ${JSON.stringify(error)}`);
  return report;
}

const table = (path: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  }).data;

describe('an export', () => {
  test('has every row in every format, with a manifest that knows no key', async () => {
    const { harness, folder, info } = await filled();
    const rows = { events: info.events, stages: null, behaviours: 7, users: 3 };
    const wanted: [ExportRequest['format'], ExportRequest['what']][] = [
      ...EXPORT_FORMATS.map((format): [typeof format, 'events'] => [format, 'events']),
      ...(
        [
          ['csv', 'stages'],
          ['parquet', 'behaviours'],
          ['xes', 'behaviours'],
          ['xlsx', 'users'],
        ] as const
      ).map(([format, what]): [typeof format, typeof what] => [format, what]),
    ];
    for (const [format, what] of wanted) {
      const path = join(folder, `${what}.${format}`);
      const report = await exported(harness, { format, what, path });
      expect(report.rows).toBe(rows[what] ?? report.rows);
      expect(report.rows).toBeGreaterThan(0);
      expect(report).toMatchObject({ timeZone: 'Europe/Berlin', zoneOrigin: 'log' });
      expect(report.bytes).toBe(readFileSync(path).length);
      const manifest = JSON.parse(readFileSync(report.manifestPath, 'utf8')) as Record<string, unknown>;
      expect(manifest).toMatchObject({
        ...{ format, what, rows: report.rows, program: 'EventLoom test', time_zone: 'Europe/Berlin' },
        workspace: { users: 3, behaviours: 7, events: info.events },
        runs: [{ extractor: 'rules', status: 'completed', detail: 'fine', cost: null }],
        codebook: { version: 0 },
      });
      expect(JSON.stringify(manifest)).not.toMatch(/api.?key/i);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('says to which event a behaviour belongs, and to which stage an event', async () => {
    const { harness, folder, info } = await filled();
    const at = (name: string): string => join(folder, name);
    await exported(harness, { format: 'csv', what: 'behaviours', path: at('b.csv') });
    await exported(harness, { format: 'csv', what: 'events', path: at('e.csv') });
    await exported(harness, { format: 'csv', what: 'stages', path: at('s.csv') });
    const events = table(at('e.csv'));
    for (const behaviour of table(at('b.csv'))) {
      const own = events.filter(({ user_id: user }) => user === behaviour['user_id']);
      const event = own.find(({ event_no: number }) => number === behaviour['event_no']);
      expect(event?.['behavior_ids']?.split(';')).toContain(behaviour['behavior_id']);
      expect(event?.['event_type']).toBe(behaviour['event_type']);
    }
    // Of each user, as a silence of the usual half hour parts them; the last two are at the same time by the clock.
    const sessions = table(at('b.csv')).map((row) => [row['user_id']?.replace(/^'/, ''), row['session']]);
    expect(Object.groupBy(sessions, ([user = '']) => user)).toEqual({
      a: ['1', '1', '2', '2'].map((session) => ['a', session]),
      '007': ['1', '1'].map((session) => ['007', session]),
      '+86 138': [['+86 138', '1']],
    });
    const stages = table(at('s.csv'));
    for (const { user_id: user, stage, events: count } of stages.filter(({ kind }) => kind === 'stage'))
      expect(events.filter((event) => event['user_id'] === user && event['stage'] === stage)).toHaveLength(
        Number(count),
      );
    expect(stages.filter(({ kind }) => kind === 'conversion')).toHaveLength(info.conversions);
    expect(events.map((event) => event['utc_offset'])).toContain('UTC+02:00');
  });

  test('is imported again with equal counts, ids, times and texts, in every format that is read', async () => {
    const { harness, folder, info } = await filled();
    const formats = ['csv', 'xlsx', 'jsonl', 'parquet', 'xes'] as const;
    for (const format of formats)
      await exported(harness, { format, what: 'behaviours', path: join(folder, `again.${format}`) });
    // What a spreadsheet would run does not stand at the beginning of a cell of CSV.
    expect(readFileSync(join(folder, 'again.csv'), 'utf8')).toContain(`"'=HYPERLINK(""x"")"`);
    await harness.engine.closeWorkspace();
    for (const format of formats) {
      const other = await open(join(tempFolder(), 'w.eventloom'));
      await load(other, join(folder, `again.${format}`));
      const copy = await other.engine.workspaceInfo();
      expect([format, copy.users, copy.behaviours, copy.firstTime, copy.lastTime]).toEqual([
        format,
        info.users,
        info.behaviours,
        info.firstTime,
        info.lastTime,
      ]);
      for (const userId of ['a', '007', '+86 138']) {
        const { rows: found } = await other.engine.listBehaviours({ userId, offset: 0, limit: 10 });
        expect(found.length).toBeGreaterThan(0);
      }
      const { rows: first } = await other.engine.listBehaviours({ userId: 'a', offset: 0, limit: 2 });
      expect([format, first[0]]).toEqual([
        format,
        expect.objectContaining({ action: 'browse', item: 'Lamp' }),
      ]);
      expect([format, first[0]?.extra]).toEqual([
        format,
        expect.objectContaining({ shop: '=HYPERLINK("x")', note: 'plain' }),
      ]);
      expect([format, first[1]?.extra]).toEqual([
        format,
        expect.objectContaining({ shop: 'shop 1', note: '-5' }),
      ]);
    }
  });

  test.each<[ExportRequest['format'], ExportRequest['what']]>([
    ...EXPORT_FORMATS.map((format): [typeof format, 'events'] => [format, 'events']),
    ...(['csv', 'xlsx', 'jsonl', 'parquet', 'xes', 'pm4py-csv'] as const).map(
      (format): [typeof format, 'stages'] => [format, 'stages'],
    ),
    ['pm4py-csv', 'behaviours'],
  ])('as %s of %s is imported again with equal counts, without a question', async (format, what) => {
    const { harness, folder } = await filled();
    const path = join(folder, `out.${format}`);
    const { rows } = await exported(harness, { format, what, path });
    await harness.engine.closeWorkspace();
    const preview = await previewImport({ path, kind: 'behaviours', timeZone: 'Europe/Berlin' });
    expect(preview).toMatchObject({
      problem: null,
      partIsOpen: false,
      dateOrders: [],
      encodingAsked: false,
      tried: { rows, refused: 0 },
    });
    const other = await open(join(folder, 'again.eventloom'));
    await load(other, path);
    expect(await other.engine.workspaceInfo()).toMatchObject({ users: 3, behaviours: rows });
    const { rows: first } = await other.engine.listBehaviours({
      userId: format === 'amplitude' ? 'user-a' : 'a',
      offset: 0,
      limit: 1,
    });
    // The first of them is at ten in Berlin, and is about a lamp.
    expect(first[0]).toMatchObject({ time: Date.UTC(2026, 9, 24, 10) });
    expect(first[0]?.action).toBe(
      { events: '浏览', stages: '阶段 1', behaviours: 'browse', users: '' }[what],
    );
  });

  test('is of one moment, whatever is written meanwhile', async () => {
    const { harness, folder, info } = await filled();
    const { codebook } = await harness.engine.codebook();
    await harness.engine.closeWorkspace();
    const workspacePath = join(folder, 'w.eventloom');
    const [reading, writing] = [connect(workspacePath, { readOnly: true }), connect(workspacePath)];
    try {
      const path = join(folder, 'moment.jsonl');
      const report = await runExport({
        ...{ workspace: { db: reading }, workspacePath, codebook, codebookVersion: 0, rules: GENERAL },
        ...{ request: { format: 'jsonl', what: 'events', path }, program: 'EventLoom test' },
        clock: new ManualClock(),
        // Told before the first line is read, among others.
        onProgress: () => writing.exec('DELETE FROM events'),
        isCancelled: () => false,
      });
      expect(report.rows).toBe(info.events);
      expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(info.events);
    } finally {
      reading.close();
      writing.close();
    }
  });

  test('tells its pace, once a second has passed', async () => {
    const { harness, folder } = await filled();
    const { codebook } = await harness.engine.codebook();
    await harness.engine.closeWorkspace();
    const workspacePath = join(folder, 'w.eventloom');
    const db = connect(workspacePath, { readOnly: true });
    // Each look at the clock is two seconds later.
    let late = 0;
    const clock = { ...systemClock, now: () => (late += 2_000) };
    try {
      const told: ExportProgress[] = [];
      const path = join(folder, 'pace.jsonl');
      await runExport({
        ...{ workspace: { db }, workspacePath, codebook, codebookVersion: 0, rules: GENERAL, clock },
        ...{ request: { format: 'jsonl', what: 'behaviours', path }, program: 'EventLoom test' },
        onProgress: (progress) => told.push(progress),
        isCancelled: () => false,
      });
      // All seven rows are read at the second look, after four seconds.
      expect(told.map(({ done, pace }) => [done, pace?.rows])).toEqual([
        [0, 0],
        [7, Math.round(7 / 4)],
      ]);
      expect(told.at(-1)?.pace?.bytes).toBeGreaterThanOrEqual(0);
    } finally {
      db.close();
    }
  });

  test('of users has the fields of profiles, and tells one that a column has already', async () => {
    const { harness, folder } = await filled();
    const path = join(folder, 'users.csv');
    await exported(harness, { format: 'csv', what: 'users', path });
    expect(table(path)[0]).toMatchObject({
      user_id: 'a',
      status: 'succeeded',
      behaviors: '4',
      age: '41',
      profile_status: 'gold',
    });
  });

  test('that is cancelled leaves no file, and one that cannot be written says why', async () => {
    const { harness, folder } = await filled();
    const path = join(folder, 'cancelled.csv');
    await harness.engine.startExport({ format: 'csv', what: 'events', path });
    expect(await harness.engine.cancelExport()).toMatchObject({
      status: 'cancelled',
      error: { code: 'export.cancelled' },
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('cancelled'))).toEqual([]);

    const refused = async (request: Partial<ExportRequest>): Promise<unknown> =>
      harness.engine
        .startExport({ format: 'csv', what: 'events', path, ...request })
        .catch((error: unknown) => error);
    expect(await refused({ format: 'xes', what: 'users' })).toMatchObject({
      code: 'export.not_carried',
      params: { possible: 'events, stages, behaviours', formats: 'csv, xlsx, jsonl, parquet' },
    });
    expect(await refused({ path: join(folder, 'w.eventloom') })).toMatchObject({
      code: 'export.over_database',
    });
    expect(await refused({ path: join(folder, 'missing', 'x.csv') })).toMatchObject({
      code: 'export.unwritable',
    });
    // An export that is a database may be replaced by the next one.
    for (let times = 0; times < 2; times += 1)
      await exported(harness, { format: 'ocel-sqlite', what: 'events', path: join(folder, 'ocel.sqlite') });
  });

  test('of a workspace without events says that there is nothing', async () => {
    const harness = await open(join(tempFolder(), 'w.eventloom'));
    const path = join(tempFolder(), 'none.csv');
    await harness.engine.startExport({ format: 'csv', what: 'events', path });
    expect(await ended(harness)).toMatchObject({ status: 'failed', error: { code: 'export.nothing' } });
    expect(existsSync(path)).toBe(false);
  });

  test('on the command line tells the format by the name, and reads a workspace that is open elsewhere', async () => {
    const { harness, folder, info } = await filled();
    await harness.engine.closeWorkspace();
    const workspace = join(folder, 'w.eventloom');
    const out = join(folder, 'cli.xes.gz');
    const free = await eventloom(folder, ['export', '--workspace', workspace, '--out', out]);
    expect(free).toMatchObject({ code: 0, stdout: `${info.events} events written to ${out}\n` });
    expect(readFileSync(out).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));

    await open(workspace);
    const args = [
      'export',
      '--workspace',
      workspace,
      '--what',
      'users',
      '--json',
      '--out',
      join(folder, 'cli.jsonl'),
    ];
    const inUse = await eventloom(folder, args);
    expect(inUse.code).toBe(0);
    expect(JSON.parse(inUse.stdout)).toMatchObject({ what: 'users', format: 'jsonl', rows: 3 });

    const wrong = await eventloom(folder, ['export', '--workspace', workspace, '--out', 'x.docx']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('csv, xlsx, jsonl, parquet, xes');
    const users = await eventloom(folder, [
      'export',
      '--workspace',
      workspace,
      '--what',
      'users',
      '--out',
      'x.xes',
    ]);
    expect(users.code).toBe(2);
    expect(users.stderr).toContain('cannot carry users');
  });
});
