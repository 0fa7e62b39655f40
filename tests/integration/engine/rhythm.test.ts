import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../../../src/shared/users.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.UTC(2026, 2, 2, 9);
const wall = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');

interface LogShape {
  prefix: string;
  users: number;
  /** Minutes between the behaviours of a session, and between two sessions. */
  within: number;
  between: number;
  items: string[];
}

/** A log of eight sessions of six behaviours for each user. */
function writeLog(folder: string, { prefix, users, within, between, items }: LogShape): string {
  const rows = ['user_id,action,timestamp,item_id'];
  for (let user = 0; user < users; user += 1) {
    let time = START + user * MINUTE;
    for (let n = 0; n < 48; n += 1) {
      rows.push(`${prefix}${user},browse,${wall(time)},${items[(user + n) % items.length]}`);
      time += (n % 6 === 5 ? between : within) * MINUTE;
    }
  }
  const path = join(folder, `${prefix}.csv`);
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

/** Two names of 本田 are too few for a theme. */
const FIRST: LogShape = {
  prefix: 'a',
  users: 30,
  within: 4,
  between: 300,
  items: ['大众_途观', '大众_迈腾', '大众_朗逸', '本田_雅阁', '本田_冠道'],
};
/** Others make it one, and have another rhythm: an hour between any two behaviours, and weeks away. */
const SECOND: LogShape = {
  prefix: 'b',
  users: 60,
  within: 60,
  between: 9 * 24 * 60,
  items: ['本田_思域', '本田_飞度', '本田_缤智', '本田_CR-V'],
};

async function open(folder: string, slowRulesMs = 0): Promise<EngineHarness> {
  const harness = new EngineHarness({ slowRulesMs });
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  return harness;
}

async function importLog(harness: EngineHarness, folder: string, shape: LogShape): Promise<void> {
  await harness.engine.startImport({ path: writeLog(folder, shape), kind: 'behaviours' });
  await harness.importEnded();
  expect((await harness.engine.importSnapshot()).status).toBe('completed');
}

async function eventsOf(harness: EngineHarness, { prefix, users }: LogShape): Promise<EventRecord[][]> {
  const all: EventRecord[][] = [];
  for (let user = 0; user < users; user += 1)
    all.push((await harness.engine.getUser(`${prefix}${user}`)).events);
  return all;
}

describe('the rhythm of the log', () => {
  it('is measured by itself after an import, told, and found again at the next opening', async () => {
    const folder = tempFolder();
    const first = await open(folder);
    expect(await first.engine.rhythm()).toEqual({ status: 'empty' });
    await importLog(first, folder, FIRST);
    const measured = await first.rhythmIs('measured');
    expect(measured.rhythm).toMatchObject({ users: 30, behaviours: 30 * 48 });
    expect(measured.proposal).toMatchObject({ by: 'valley' });
    const gap = measured.proposal.gapMs ?? 0;
    expect(gap).toBeGreaterThan(4 * MINUTE);
    expect(gap).toBeLessThan(300 * MINUTE);
    expect(first.told.map(({ event }) => event)).toContain('rhythm');
    await first.engine.closeWorkspace();

    const second = await open(folder);
    // At once: nothing is measured again.
    expect(await second.engine.rhythm()).toEqual(measured);
  });

  it('is measured anew when the log has grown, and is gone when the data is cleared', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importLog(harness, folder, FIRST);
    const before = await harness.rhythmIs('measured');
    await importLog(harness, folder, SECOND);
    const after = await harness.rhythmIs('measured');
    expect(after.rhythm.users).toBe(90);
    expect(after.themeGapMs).toBeGreaterThan(before.themeGapMs);
    await harness.engine.setSessionGap(45);
    await harness.engine.clearWorkspace('all');
    expect(await harness.engine.rhythm()).toEqual({ status: 'empty' });
    await importLog(harness, folder, FIRST);
    expect(await harness.rhythmIs('measured')).toEqual(before);
  });

  it('that is being measured does not keep a workspace from being closed', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importLog(harness, folder, FIRST);
    await harness.engine.closeWorkspace();
    const again = await open(folder);
    expect((await again.rhythmIs('measured')).rhythm.users).toBe(30);
  });

  it('is measured again after a rescue, which keeps the gap that the analyst has set', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importLog(harness, folder, FIRST);
    const { gapMinutes, ...before } = await harness.rhythmIs('measured');
    expect(gapMinutes).toBeNull();
    expect(await harness.engine.setSessionGap(45)).toMatchObject({ gapMinutes: 45 });
    await harness.engine.rescueWorkspace(join(folder, 'w.db'));
    const rescued = await open(folder);
    expect(await rescued.rhythmIs('measured')).toEqual({ ...before, gapMinutes: 45 });
    expect(await rescued.engine.setSessionGap(null)).toMatchObject({ gapMinutes: null });
  });
});

describe('a run', () => {
  it.each(['fine', 'standard'] as const)(
    'at %s goes on as it began, whatever was imported and set meanwhile',
    async (detail) => {
      const folder = tempFolder();
      const first = await open(folder, 20);
      await importLog(first, folder, FIRST);
      await first.engine.startRun({ ...ALL, detail });
      while ((await first.engine.runSnapshot()).processedUsers < 5)
        await new Promise((go) => setTimeout(go, 5));
      await first.engine.closeWorkspace();

      const second = await open(folder);
      expect(await second.engine.runSnapshot()).toMatchObject({ status: 'interrupted' });
      expect((await second.engine.runSnapshot()).processedUsers).toBeLessThan(30);
      await importLog(second, folder, SECOND);
      await second.rhythmIs('measured');
      await second.engine.setSessionGap(1);
      await second.engine.resumeRun();
      await second.runIs('completed');
      const resumed = await eventsOf(second, FIRST);

      const other = tempFolder();
      const undisturbed = await open(other);
      await importLog(undisturbed, other, FIRST);
      await undisturbed.engine.startRun({ ...ALL, detail });
      await undisturbed.runIs('completed');
      expect(resumed).toEqual(await eventsOf(undisturbed, FIRST));

      // What was imported and set matters to a run that begins now.
      const userIds = Array.from({ length: FIRST.users }, (_, user) => `a${user}`);
      await second.engine.startRun({ ...ALL, detail, scope: { kind: 'users', userIds } });
      await second.runIs('completed');
      expect(await eventsOf(second, FIRST)).not.toEqual(resumed);
    },
  );

  it('of rules with a session gap of their own follows neither the log nor the analyst', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importLog(harness, folder, { ...FIRST, items: ['大众_途观'] });
    const rules = join(folder, 'rules.yaml');
    writeFileSync(rules, RULES_OF_200_MINUTES);
    await harness.engine.useRules({ path: rules });
    await harness.engine.setSessionGap(1);
    await harness.engine.startRun(ALL);
    await harness.runIs('completed');
    // Eight sessions of one thing.
    expect((await harness.engine.getUser('a0')).events).toHaveLength(8);
    await harness.engine.useRules({ pack: 'general' });
    const again = { ...ALL, scope: { kind: 'users' as const, userIds: ['a0'] } };
    await harness.engine.startRun(again);
    await harness.runIs('completed');
    // Every behaviour is a session of its own.
    expect((await harness.engine.getUser('a0')).events).toHaveLength(48);
    await harness.engine.setSessionGap(null);
    await harness.engine.startRun(again);
    await harness.runIs('completed');
    expect((await harness.engine.getUser('a0')).events).toHaveLength(8);
  });

  it('takes the days of the log for sessions where its silences say nothing', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importLog(harness, folder, { ...FIRST, within: 100, between: 100, items: ['大众_途观'] });
    const { proposal } = await harness.rhythmIs('measured');
    expect(proposal).toMatchObject({ by: 'night', gapMs: null });
    await harness.engine.startRun(ALL);
    await harness.runIs('completed');
    const { events } = await harness.engine.getUser('a0');
    const days = new Set(
      Array.from({ length: 48 }, (_, n) =>
        Math.floor((START + n * 100 * MINUTE - proposal.dayStartMs) / DAY),
      ),
    );
    expect(events).toHaveLength(days.size);
  });
});

const RULES_OF_200_MINUTES = `
name: own
version: 1
session: { gapMinutes: 200 }
limits: { maxBehavioursPerUser: 1000 }
conversions: []
kinds:
  - { id: browse, zh: 浏览, en: Browse, thing: [item] }
classify:
  - { kind: browse, when: { action: browse } }
unknownAction: { thing: [item] }
other: { zh: 其他, en: Other, thing: [item] }
`;
