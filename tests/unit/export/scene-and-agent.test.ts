import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportEvents } from '../../../src/core/export/export-events.ts';
import type { ExportedEvent } from '../../../src/core/store/event-store.ts';
import { agentOf } from '../../../src/shared/agent.ts';
import { sceneOf } from '../../../src/shared/scene.ts';
import { tempFolder } from '../../support/temp.ts';
import { defaultRules } from '../rules/helpers.ts';

const { agent: TEMPLATE } = defaultRules.rules;
const profileOf = (fields: Record<string, string>): { name: string; value: string }[] =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

describe('the scene of an event', () => {
  it.each([
    ['2026-03-02T05:00', 'workday morning'],
    ['2026-03-02T10:59', 'workday morning'],
    ['2026-03-02T11:00', 'workday noon'],
    ['2026-03-02T13:00', 'workday afternoon'],
    ['2026-03-06T18:00', 'workday evening'],
    ['2026-03-06T23:00', 'workday night'],
    ['2026-03-07T00:00', 'weekend night'],
    ['2026-03-07T04:59', 'weekend night'],
    ['2026-03-08T22:59', 'weekend evening'],
    ['2026-03-09T00:00', 'workday night'],
    ['1969-12-28T12:00', 'weekend noon'],
    ['1969-12-29T12:00', 'workday noon'],
  ])('at %s is %s', (time, scene) => {
    const { day, part } = sceneOf(Date.parse(`${time}Z`));
    expect(`${day} ${part}`).toBe(scene);
  });
});

describe('the agent of an event', () => {
  it('is age band, sex and occupation by the general rules, whatever the language of the profile', () => {
    const chinese = profileOf({ 城市: '上海', 年龄: '40', 性别: '男', 职业: '企业管理者' });
    expect(agentOf(chinese, TEMPLATE)).toBe('40–49 · 男 · 企业管理者');
    const english = profileOf({ Gender: 'female', Age: '37.5', Occupation: 'teacher' });
    expect(agentOf(english, TEMPLATE)).toBe('30–39 · female · teacher');
    expect(agentOf(profileOf({ age_band: '25-34', sex: 'f' }), TEMPLATE)).toBe('25-34 · f');
  });

  it('keeps an age that is no number, leaves out what is not known, and is null when nothing is', () => {
    expect(agentOf(profileOf({ age: '三十多岁', gender: ' ' }), TEMPLATE)).toBe('三十多岁');
    expect(agentOf(profileOf({ profile: '喜欢摄影' }), TEMPLATE)).toBeNull();
    expect(agentOf(null, TEMPLATE)).toBeNull();
    expect(agentOf(profileOf({ age: '40' }), [])).toBeNull();
    const long = agentOf(profileOf({ job: 'x'.repeat(100) }), TEMPLATE);
    expect(long).toBe(`${'x'.repeat(30)}…`);
  });
});

describe('an export', () => {
  const event = (userId: string, startTime: number, profile: ExportedEvent['profile']): ExportedEvent => ({
    id: 1,
    userId,
    profile,
    type: '浏览',
    category: 'engagement',
    startTime,
    endTime: startTime,
    origin: 'rule',
    confidence: 1,
    context: {},
    evidence: [1],
  });
  const man = profileOf({ age: '40', gender: '男' });
  const EVENTS = [
    event('a', Date.UTC(2026, 2, 2, 9), man),
    event('a', Date.UTC(2026, 2, 7, 20), man),
    event('b', Date.UTC(2026, 2, 2, 9), null),
    event('c', Date.UTC(2026, 2, 2, 9), profileOf({ occupation: '=1+1' })),
  ];

  it('has scene and agent in its last columns', async () => {
    const path = join(tempFolder(), 'events.csv');
    await exportEvents(EVENTS, path, { agent: TEMPLATE });
    const lines = readFileSync(path, 'utf8').trim().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(-2).join(','))).toEqual([
      'scene,agent',
      'workday morning,40–49 · 男',
      'weekend evening,40–49 · 男',
      'workday morning,',
      // A spreadsheet would run it.
      `workday morning,"'=1+1"`,
    ]);
  });

  it('has them in JSON Lines, too', async () => {
    const path = join(tempFolder(), 'events.jsonl');
    await exportEvents(EVENTS.slice(1, 3), path, { agent: TEMPLATE });
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { scene: 'weekend evening', agent: '40–49 · 男' },
      { scene: 'workday morning', agent: null },
    ]);
  });
});
