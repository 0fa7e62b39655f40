import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/core/engine/engine.ts';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { DETAILS } from '../../../src/shared/abstraction.ts';
import type { Detail } from '../../../src/shared/abstraction.ts';
import { ENGINE_OPTIONS } from '../../support/bundled.ts';
import { ALL } from '../../support/engine-harness.ts';

/** A log of car shoppers; the seed makes it the same everywhere. */
const SAMPLE = { users: 200, seed: 20_251_124 };
/** Of the events at the detail fine with a session gap of 30 minutes, as JSON Lines. It changes only with what an event is. */
const FINE_DIGEST = '6c7af727875c474a0a60282e4712b8fc7adbdd8e50ab2ffd1d0aa5162fd3cb75';

interface Made {
  user_id: string;
  event_type: string;
  category: string;
  behavior_ids: number[];
}

const folder = mkdtempSync(join(tmpdir(), 'eventloom-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = { rows: 0, conversions: {} as Record<string, number> };
const made = {} as Record<Detail, { text: string; events: Made[] }>;

/** What a row of the log converts to by its words, apart from any rules. */
function conversionOf({ action, poi_id: poi = '' }: Record<string, string>): string | null {
  if (action === 'purchase') return '购买';
  if (action === 'add_cart') return '加购';
  return action === 'visit_poi' && /4S店|经销商/.test(poi) ? '到店' : null;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

async function eventsAt(engine: EngineApi, detail: Detail): Promise<string> {
  await engine.startRun({ ...ALL, scope: { kind: 'all' }, detail });
  while ((await engine.runSnapshot()).status !== 'completed') await pause();
  const path = join(folder, `${detail}.jsonl`);
  await engine.exportEvents(path);
  return readFileSync(path, 'utf8');
}

const parsed = (text: string): Made[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Made);

beforeAll(async () => {
  const path = join(folder, 'log.csv');
  await generateSample({ ...SAMPLE, behaviorsPath: path });
  const rows = Papa.parse<Record<string, string>>(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  }).data;
  log.rows = rows.length;
  for (const row of rows) {
    const type = conversionOf(row);
    if (type !== null) log.conversions[type] = (log.conversions[type] ?? 0) + 1;
  }
  const engine = createEngine({ ...ENGINE_OPTIONS, slowRulesMs: 0 }, () => undefined);
  await engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  await engine.startImport({ path, kind: 'behaviours' });
  while ((await engine.importSnapshot()).status === 'running') await pause();
  while ((await engine.rhythm()).status !== 'measured') await pause();
  const gap = join(folder, 'gap.yaml');
  writeFileSync(gap, 'extends: general\nname: gap\nversion: 1\nsession: { gapMinutes: 30 }\n');
  for (const detail of DETAILS) {
    await engine.useRules(detail === 'fine' ? { path: gap } : { pack: 'general' });
    const text = await eventsAt(engine, detail);
    expect(await eventsAt(engine, detail)).toBe(text);
    made[detail] = { text, events: parsed(text) };
  }
  await engine.closeWorkspace();
}, 300_000);

const byUser = (events: readonly Made[]): Made[][] => [
  ...Map.groupBy(events, ({ user_id: id }) => id).values(),
];

/** Lines of a sequence folded into stages. */
const stageLines = (events: readonly Made[]): number =>
  byUser(events).reduce(
    (sum, own) =>
      sum +
      own.filter(
        ({ category }, place) =>
          category === 'conversion' || place === 0 || own[place - 1]?.category === 'conversion',
      ).length,
    0,
  );

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

describe('what the rules make of a log of car shoppers', () => {
  it('is byte for byte the same at the detail fine with a session gap of 30 minutes', () => {
    expect(createHash('sha256').update(made.fine.text).digest('hex')).toBe(FINE_DIGEST);
  });

  it('is an abstraction: the few events that matter', () => {
    const share = (detail: Detail): number => made[detail].events.length / log.rows;
    // Measured: 87.8 %, 42.1 %, 14.8 % and 2.7 % of 18,750 behaviours; 83, 38 and 13 events of the median user; 6 types.
    const between = (figure: number, least: number, most: number): void => {
      expect(figure).toBeGreaterThanOrEqual(least);
      expect(figure).toBeLessThanOrEqual(most);
    };
    between(share('standard'), 0.39, 0.44);
    between(share('brief'), 0.13, 0.16);
    between(stageLines(made.standard.events) / log.rows, 0.025, 0.03);
    between(median(byUser(made.standard.events).map((own) => own.length)), 35, 40);
    between(median(byUser(made.brief.events).map((own) => own.length)), 11, 14);
    for (const detail of ['standard', 'brief'] as const)
      between(new Set(made[detail].events.map(({ event_type: type }) => type)).size, 5, 10);
  });

  it.each(DETAILS)('has each behaviour once and each conversion, of its type, at the detail %s', (detail) => {
    const { events } = made[detail];
    const ids = events.flatMap(({ behavior_ids: own }) => own);
    expect(ids).toHaveLength(log.rows);
    expect(new Set(ids).size).toBe(log.rows);
    const conversions = events.filter(({ category }) => category === 'conversion');
    const counts: Record<string, number> = {};
    for (const { event_type: type, behavior_ids: own } of conversions)
      counts[type] = (counts[type] ?? 0) + own.length;
    expect(counts).toEqual(log.conversions);
    // Neighbouring visits of one place within a session are one event of the detail fine.
    if (detail !== 'fine') expect(conversions.every(({ behavior_ids: own }) => own.length === 1)).toBe(true);
  });
});
