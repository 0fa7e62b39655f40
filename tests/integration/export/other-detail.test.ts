import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runExport } from '../../../src/core/export/run-export.ts';
import type { ExportProgress } from '../../../src/core/export/run-export.ts';
import { loadRules } from '../../../src/core/extract/rules/load-rules.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { ShapeName } from '../../../src/core/sample/generate-sample.ts';
import { connect } from '../../../src/core/store/database.ts';
import { DETAILS } from '../../../src/shared/abstraction.ts';
import type { Detail } from '../../../src/shared/abstraction.ts';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import type { ExportReport, ExportRequest, ExportSnapshot } from '../../../src/shared/export.ts';
import type { ExportWhat } from '../../../src/shared/export-formats.ts';
import { ENGINE_OPTIONS } from '../../support/bundled.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ModelHarness } from '../../support/model-harness.ts';
import { isConversion, themedShoppers } from '../../support/shoppers.ts';
import { tempFolder } from '../../support/temp.ts';

const WHATS: ExportWhat[] = ['events', 'stages', 'behaviours'];

async function exported(engine: EngineApi, request: ExportRequest): Promise<ExportSnapshot> {
  await engine.startExport(request);
  await expect
    .poll(async () => (await engine.exportSnapshot()).status, { timeout: 60_000 })
    .not.toBe('running');
  return engine.exportSnapshot();
}

/** The text of an export, and its report. */
async function written(
  engine: EngineApi,
  request: Omit<ExportRequest, 'path'>,
): Promise<{ text: string; report: ExportReport; manifest: Record<string, unknown> }> {
  const path = join(tempFolder(), `export.${request.format}`);
  const { report, error } = await exported(engine, { ...request, path });
  if (!report) throw new Error(`no report: ${JSON.stringify(error)}`);
  const manifest = JSON.parse(readFileSync(report.manifestPath, 'utf8')) as Record<string, unknown>;
  return { text: readFileSync(path, 'utf8'), report, manifest };
}

/** A workspace with a made-up log of a shape, open; the rules that are suggested for it are chosen. */
async function sampled(shape: ShapeName, users: number): Promise<{ harness: EngineHarness; path: string }> {
  const folder = tempFolder();
  const [behaviorsPath, path] = [join(folder, 'log.csv'), join(folder, 'w.eventloom')];
  await generateSample({ users, seed: 7, shape, behaviorsPath });
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  await harness.engine.startImport({ path: behaviorsPath, kind: 'behaviours' });
  await harness.importEnded();
  await harness.rhythmIs('measured');
  await harness.engine.useRules({ pack: (await harness.engine.suggestRules())?.pack ?? 'general' });
  return { harness, path };
}

async function abstracted(harness: EngineHarness, detail: Detail): Promise<void> {
  await harness.engine.startRun({ ...ALL, scope: { kind: 'all' }, detail });
  await harness.runIs('completed');
}

/** Exports in this thread. */
async function exportedHere(
  path: string,
  request: ExportRequest,
  parts: Partial<Parameters<typeof runExport>[0]> = {},
): Promise<ExportReport> {
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  const { codebook } = await harness.engine.codebook();
  await harness.engine.closeWorkspace();
  const db = connect(path, { readOnly: true });
  try {
    return await runExport({
      ...{ workspace: { db }, workspacePath: path, request, codebook, codebookVersion: 0 },
      ...{ rules: loadRules(ENGINE_OPTIONS.defaultRulesPath), program: 'EventLoom test' },
      ...{ clock: new ManualClock(), onProgress: () => undefined, isCancelled: () => false, ...parts },
    });
  } finally {
    db.close();
  }
}

describe('an export at another detail than that of the run', () => {
  test.each<[ShapeName, number]>([
    ['auto', 8],
    ['shop', 25],
    ['tickets', 12],
  ])('of a log of %s is that of a run at that detail, byte for byte', async (shape, users) => {
    const { harness } = await sampled(shape, users);
    const { engine } = harness;
    const computed = new Map<string, string>();
    const rows = new Map<Detail, number>();
    await abstracted(harness, 'standard');
    const before = await written(engine, { format: 'csv', what: 'events' });
    for (const detail of DETAILS)
      for (const what of WHATS) {
        const { text, report, manifest } = await written(engine, { format: 'csv', what, detail });
        computed.set(`${detail} ${what}`, text);
        if (what === 'events') rows.set(detail, report.rows);
        const codes = report.notes.map(({ code }) => code);
        expect(codes.includes('export.note.abstracted')).toBe(detail !== 'standard');
        expect(report.details).toEqual([{ detail, users }]);
        expect(manifest['computed']).toEqual(
          detail === 'standard'
            ? null
            : { detail, users_by_rules: users, users_by_model: 0, rules: (await engine.rulesInfo()).version },
        );
      }
    // Nothing of it is stored.
    expect((await written(engine, { format: 'csv', what: 'events' })).text).toBe(before.text);
    expect(rows.get('fine')).toBeGreaterThan(rows.get('standard') ?? 0);
    expect(rows.get('brief')).toBeLessThanOrEqual(rows.get('standard') ?? 0);
    for (const detail of DETAILS) {
      await abstracted(harness, detail);
      for (const what of WHATS)
        expect((await written(engine, { format: 'csv', what })).text).toBe(computed.get(`${detail} ${what}`));
    }
  });

  test('has every behaviour in one event, and conversions as they are', async () => {
    const { harness } = await sampled('auto', 6);
    const { engine } = harness;
    await abstracted(harness, 'brief');
    const { conversions, behaviours } = await engine.workspaceInfo();
    for (const detail of DETAILS) {
      const { text } = await written(engine, { format: 'jsonl', what: 'events', detail });
      const events = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { category: string; behavior_ids: number[]; event_id: number });
      expect(events.flatMap((event) => event.behavior_ids).sort((a, b) => a - b)).toEqual(
        Array.from({ length: behaviours }, (_, index) => index + 1),
      );
      expect(events.filter(({ category }) => category === 'conversion')).toHaveLength(conversions);
      expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
    }
  });

  test('follows rules, session gap and themes as they are now, as a run would', async () => {
    const { harness } = await sampled('auto', 6);
    const { engine } = harness;
    await abstracted(harness, 'fine');
    await engine.setSessionGap(5);
    const before = await written(engine, { format: 'csv', what: 'events', detail: 'standard' });
    const view = await engine.themes({ search: '', offset: 0, limit: 2, sortBy: 'behaviours' });
    const themes = view.status === 'ready' ? view.rows.map(({ name }) => name) : [];
    await engine.changeThemes({ kind: 'join', themes, into: '我的主题' });
    const { text } = await written(engine, { format: 'csv', what: 'events', detail: 'standard' });
    expect(text).not.toBe(before.text);
    expect(text).toContain('我的主题');
    await abstracted(harness, 'standard');
    expect((await written(engine, { format: 'csv', what: 'events' })).text).toBe(text);
  });

  test('of a log whose measure is not stored measures it', async () => {
    const { harness, path } = await sampled('shop', 20);
    await harness.engine.useRules({ pack: 'general' });
    await abstracted(harness, 'standard');
    const stored = await written(harness.engine, { format: 'csv', what: 'events' });
    await abstracted(harness, 'fine');
    await harness.engine.closeWorkspace();
    const db = connect(path);
    db.exec('DELETE FROM log_themes; DELETE FROM log_measures');
    db.close();
    const target = join(tempFolder(), 'out.csv');
    const report = await exportedHere(path, {
      format: 'csv',
      what: 'events',
      path: target,
      detail: 'standard',
    });
    expect(report.notes.map(({ code }) => code)).toContain('export.note.abstracted');
    expect(readFileSync(target, 'utf8')).toBe(stored.text);
  });

  test('tells how far it is by the behaviours, and can be cancelled within', async () => {
    const { harness, path } = await sampled('auto', 30);
    await abstracted(harness, 'standard');
    const { behaviours } = await harness.engine.workspaceInfo();
    await harness.engine.closeWorkspace();
    const target = join(tempFolder(), 'out.csv');
    const request = { format: 'csv', what: 'events', path: target, detail: 'fine' } as const;
    const told: ExportProgress[] = [];
    const { rows } = await exportedHere(path, request, { onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(3);
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(told.every(({ total }) => total === behaviours)).toBe(true);
    expect(told.at(-1)).toMatchObject({ done: behaviours, rows });

    // Looked at before each user: fewer looks than users, and the export has ended.
    let looks = 0;
    const cancelled = join(tempFolder(), 'cancelled.csv');
    await expect(
      exportedHere(path, { ...request, path: cancelled }, { isCancelled: () => (looks += 1) > 10 }),
    ).rejects.toMatchObject({ code: 'export.cancelled' });
    expect(looks).toBe(11);
    expect(existsSync(cancelled)).toBe(false);
  });

  test('leaves users of whom a later run failed at the detail of their events, and says whom a run would refuse', async () => {
    const { harness } = await sampled('auto', 4);
    const { engine } = harness;
    await abstracted(harness, 'fine');
    const stored = await written(engine, { format: 'csv', what: 'events' });
    const rules = join(tempFolder(), 'few.yaml');
    writeFileSync(rules, 'extends: general\nname: few\nversion: "1"\nlimits:\n  maxBehavioursPerUser: 3\n');
    await engine.useRules({ path: rules });
    await abstracted(harness, 'brief');
    expect((await engine.runSnapshot()).failedCount).toBe(4);
    expect((await engine.exportBasis()).details).toEqual([{ detail: 'fine', users: 4, byModel: 0 }]);
    expect((await written(engine, { format: 'csv', what: 'events', detail: 'fine' })).text).toBe(stored.text);
    const path = join(tempFolder(), 'out.csv');
    expect(await exported(engine, { format: 'csv', what: 'events', path, detail: 'brief' })).toMatchObject({
      status: 'failed',
      error: { code: 'export.user_too_large', params: { limit: 3, user: expect.any(String) as string } },
    });
    expect(existsSync(path)).toBe(false);
    // Rules that cannot be used compute nothing, and leave an export of what is stored alone.
    writeFileSync(rules, 'name: [');
    await expect(
      engine.startExport({ format: 'csv', what: 'events', path, detail: 'brief' }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^rules\./) as string });
    expect((await exported(engine, { format: 'csv', what: 'events', path })).status).toBe('completed');
  });

  test('says so in XES, too', async () => {
    const { harness } = await sampled('auto', 3);
    await abstracted(harness, 'standard');
    const { text } = await written(harness.engine, { format: 'xes', what: 'events', detail: 'fine' });
    expect(text).toContain('<string key="eventloom:detail" value="fine"/>');
    expect(text).toContain('<string key="eventloom:computed_users" value="3"/>');
  });
});

describe('events of a model', () => {
  const users = themedShoppers(8, 40);
  const CONVERSIONS = users.reduce((sum, user) => sum + user.behaviours.filter(isConversion).length, 0);

  /** Whose events stand for which behaviours, and their types. */
  const groups = (text: string): string[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map((event) => [event['user_id'], event['event_type'], event['behavior_ids']].join(' '));

  test('are joined to a coarser detail as a run at that detail does it, without a request', async () => {
    const harness = await ModelHarness.open({ users });
    await harness.run({ detail: 'fine' });
    const requests = harness.ledger().length;
    const stored = harness.events();
    const undisturbed = await ModelHarness.open({ users });
    await undisturbed.run({ detail: 'standard' });
    const wanted = await written(undisturbed.engine, { format: 'jsonl', what: 'events' });
    const { text, report, manifest } = await written(harness.engine, {
      ...{ format: 'jsonl', what: 'events', detail: 'standard' },
    });
    expect(groups(text)).toEqual(groups(wanted.text));
    expect(report.rows).toBeLessThan(stored.length);
    expect(report.notes.map(({ code }) => code)).toContain('export.note.joined');
    expect(manifest['computed']).toMatchObject({ detail: 'standard', users_by_rules: 0, users_by_model: 8 });
    const brief = await written(harness.engine, { format: 'jsonl', what: 'events', detail: 'brief' });
    expect(brief.report.rows).toBeLessThan(report.rows);
    for (const { text: each } of [{ text }, brief])
      expect(each.match(/"category":"conversion"/g)).toHaveLength(CONVERSIONS);
    expect(harness.events()).toEqual(stored);
    expect(harness.ledger()).toHaveLength(requests);
  });

  test('cannot be had finer: that is refused, with for how many users; those of rules can', async () => {
    const harness = await ModelHarness.open({ users });
    const [first, second] = users.map(({ id }) => id);
    await harness.run({ extractor: 'rules', detail: 'standard' });
    await harness.run({ scope: { kind: 'users', userIds: [first ?? '', second ?? ''] }, detail: 'brief' });
    const { engine } = harness;
    expect((await engine.exportBasis()).details).toEqual([
      { detail: 'standard', users: 6, byModel: 0 },
      { detail: 'brief', users: 2, byModel: 2 },
    ]);
    const path = join(tempFolder(), 'out.jsonl');
    const refused = await exported(engine, { format: 'jsonl', what: 'events', path, detail: 'standard' });
    expect(refused.error).toEqual({
      code: 'export.other_detail',
      params: { detail: 'export.detail.standard', stored: 'export.detail.brief', count: 2 },
    });
    expect(existsSync(path)).toBe(false);
    // Those of the model as they are, the others by the rules.
    const { report } = await written(engine, { format: 'jsonl', what: 'events', detail: 'brief' });
    expect(report.notes).toContainEqual({
      code: 'export.note.abstracted',
      params: expect.objectContaining({ count: 6 }) as Record<string, unknown>,
    });
    expect(report.details).toEqual([{ detail: 'brief', users: 8 }]);
  });
});
