import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import type { ExportReport, ExportRequest } from '../../../src/shared/export.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { eventloom } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** Times without a zone: the zone is not that of the log, but what an analyst says it is. */
const LOG = `user_id,timestamp,action,item
a,2026-07-01 09:00:00,browse,Lamp
a,2026-07-01 09:02:00,search,Lamp
b,2026-07-02 10:00:00,purchase,Sofa
`;

/** A workspace with events at a detail, open. */
async function filled(
  detail: 'fine' | 'brief',
): Promise<{ harness: EngineHarness; folder: string; workspace: string }> {
  const folder = tempFolder();
  const workspace = join(folder, 'w.eventloom');
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path: workspace, create: true, resumePolicy: 'leave' });
  writeFileSync(join(folder, 'log.csv'), LOG);
  await harness.engine.startImport({ path: join(folder, 'log.csv'), kind: 'behaviours' });
  await harness.importEnded();
  await harness.engine.startRun({ ...ALL, detail });
  await harness.runIs('completed');
  return { harness, folder, workspace };
}

async function ended({ engine }: EngineHarness, request: ExportRequest) {
  await engine.startExport(request);
  await expect
    .poll(async () => (await engine.exportSnapshot()).status, { timeout: 60_000 })
    .not.toBe('running');
  return engine.exportSnapshot();
}

const text = (path: string): string => readFileSync(path, 'utf8');

test('the zone that is chosen is that of the times in the file, and a re-import in it shows the same times', async () => {
  const { harness, folder } = await filled('fine');
  expect(await harness.engine.exportBasis()).toMatchObject({
    details: [{ detail: 'fine', users: 2, byModel: 0 }],
    zoneOrigin: 'machine',
  });
  const timeZone = 'America/New_York';
  const path = join(folder, 'events.jsonl');
  const { report } = await ended(harness, { format: 'jsonl', what: 'behaviours', path, timeZone });
  expect(report).toMatchObject({ timeZone, zoneOrigin: 'chosen', details: [{ detail: 'fine', users: 2 }] });
  expect(text(path)).toContain('"2026-07-01T09:00:00.000-04:00"');
  const manifest = JSON.parse(text((report as ExportReport).manifestPath)) as unknown;
  expect(manifest).toMatchObject({
    time_zone: timeZone,
    time_zone_from: 'chosen',
    details: [{ detail: 'fine' }],
  });
  const again = await previewImport({ path, kind: 'behaviours', timeZone });
  expect(
    again.stored.map((row) => ('time' in row ? new Date(row.time).toISOString().slice(0, 16) : null)),
  ).toEqual(['2026-07-01T09:00', '2026-07-01T09:02', '2026-07-02T10:00']);

  const xes = join(folder, 'log.xes');
  await ended(harness, { format: 'xes', what: 'events', path: xes, timeZone: 'Asia/Tokyo', detail: 'fine' });
  expect(text(xes)).toContain('<string key="eventloom:time_zone" value="Asia/Tokyo"/>');
  expect(text(xes)).toContain('<string key="eventloom:detail" value="fine"/>');
  expect(text(xes)).toContain('value="2026-07-02T10:00:00.000+09:00"');
});

test('events of several details are told apart, in the report and the manifest', async () => {
  const { harness, folder } = await filled('fine');
  await harness.engine.startRun({ ...ALL, scope: { kind: 'users', userIds: ['a'] }, detail: 'brief' });
  await harness.runIs('completed');
  const path = join(folder, 'events.csv');
  const { report } = await ended(harness, { format: 'csv', what: 'events', path });
  expect(report?.details).toEqual([
    { detail: 'brief', users: 1 },
    { detail: 'fine', users: 1 },
  ]);
  expect(report?.notes.map(({ code }) => code)).toContain('export.note.details');
});

test('on the command line, --zone and --detail say it', async () => {
  const { harness, folder, workspace } = await filled('brief');
  await harness.engine.closeWorkspace();
  const run = (...args: string[]) =>
    eventloom(folder, ['export', '--workspace', workspace, '--out', 'out.jsonl', ...args]);
  const computed = await run('--detail', 'fine');
  expect(computed.code).toBe(0);
  expect(computed.stderr).toMatch(/events of 2 users were abstracted for this export at the detail Fine/);
  expect(text(join(folder, 'out.jsonl')).trimEnd().split('\n')).toHaveLength(3);
  expect((await run('--detail', 'coarse')).stderr).toContain('fine, standard, brief');
  const stored = await run('--detail', 'brief', '--zone', 'Asia/Tokyo');
  expect([stored.code, stored.stderr.includes('abstracted for this export')]).toEqual([0, false]);
  expect(text(join(folder, 'out.jsonl'))).toContain('+09:00"');
  expect((await run('--zone', 'Mars/X')).stderr).toContain('--time-zone cannot be “Mars/X”');
});
