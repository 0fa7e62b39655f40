import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunScope } from '../../../../src/shared/run.ts';
import { answerUnit } from '../../../../tools/fault-server/answer-from-prompt.ts';
import { eventProblems } from '../../../support/model-books.ts';
import { DEFAULT_PROMPT, DEFAULT_RULES } from '../../../support/bundled.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { startScriptedModel } from '../../../support/scripted-model.ts';
import type { ScriptedModel } from '../../../support/scripted-model.ts';
import { shoppers } from '../../../support/shoppers.ts';
import { tempFolder } from '../../../support/temp.ts';

const USERS = 20;

/** A workspace whose users all have their answers, without their events. */
async function answered(): Promise<ModelHarness> {
  const harness = await ModelHarness.open({ users: USERS });
  expect(await harness.run()).toMatchObject({ status: 'completed', successCount: USERS });
  await harness.engine.clearWorkspace('events');
  await harness.server.control({ clearJournal: true });
  return harness;
}

describe('an answer that is there', () => {
  it('is not asked for again after the events were cleared', async () => {
    const harness = await answered();
    const estimate = await harness.engine.preflightRun({ kind: 'remaining' }, 'llm', false, 'fine');
    expect(estimate.estimate).toMatchObject({ cachedUsers: USERS, requests: 0, cost: 0 });
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'completed', successCount: USERS });
    expect(figuresOf(last)).toMatchObject({ cachedUsers: USERS, requests: 0, inputTokens: 0, cost: 0 });
    expect(harness.server.journal.entries).toEqual([]);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
  });

  it('holds after a restart, and for the same behaviours under other numbers', async () => {
    const harness = await answered();
    await harness.tamper((db) => {
      db.exec('UPDATE behaviours SET id = id + 1000000');
    });
    await harness.reopen();
    expect(figuresOf(await harness.run())).toMatchObject({ cachedUsers: USERS, requests: 0 });
    const evidence = harness.events().flatMap((event) => event.evidence);
    expect(Math.min(...evidence)).toBe(1_000_001);
    expect(new Set(evidence).size).toBe(USERS * 10);
  });

  it('is one of the same address, however that is written', async () => {
    const harness = await answered();
    await harness.use({ baseUrl: ` ${harness.server.url}/v1/chat/completions/ ` });
    expect(figuresOf(await harness.run())).toMatchObject({ cachedUsers: USERS, requests: 0 });
  });

  it('is asked for again when the user wants it so', async () => {
    const harness = await answered();
    const estimate = await harness.engine.preflightRun({ kind: 'remaining' }, 'llm', true, 'fine');
    expect(estimate.estimate).toMatchObject({ cachedUsers: 0 });
    const last = await harness.run({ fresh: true });
    expect(figuresOf(last).cachedUsers).toBe(0);
    expect(harness.server.journal.entries.reduce((sum, { units }) => sum + units, 0)).toBe(USERS);
  });

  const CHANGES: [string, (harness: ModelHarness) => Promise<unknown>][] = [
    ['model', (harness) => harness.use({ model: 'another-model' })],
    ['address', (harness) => harness.use({ baseUrl: `${harness.server.url}/other/v1` })],
    ['temperature', (harness) => harness.use({ temperature: 0.5 })],
    ['choice to send ids', (harness) => harness.use({ sendUserIds: true })],
    [
      'prompt',
      (harness) => harness.use({ promptTemplate: `${readFileSync(DEFAULT_PROMPT, 'utf8')}\n\n再仔细一点。` }),
    ],
    [
      'rules',
      (harness) => {
        const path = join(tempFolder(), 'rules.yaml');
        writeFileSync(
          path,
          readFileSync(DEFAULT_RULES, 'utf8').replace('gapMinutes: auto', 'gapMinutes: 31'),
        );
        return harness.engine.useRules({ path });
      },
    ],
  ];
  it.each(CHANGES)('is asked for again with another %s', async (_what, change) => {
    const harness = await answered();
    await change(harness);
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'completed', successCount: USERS });
    expect(figuresOf(last).cachedUsers).toBe(0);
    expect(harness.server.journal.entries.reduce((sum, { units }) => sum + units, 0)).toBe(USERS);
  });

  it('is asked for again for just the users whose profile or behaviours changed', async () => {
    const harness = await answered();
    await harness.tamper((db) => {
      db.exec(`INSERT INTO profiles (user_no, fields) VALUES (3, '[{"name":"年龄","value":"35"}]')`);
      db.exec(
        "UPDATE behaviours SET item = '别的' WHERE id = (SELECT min(id) FROM behaviours WHERE user_no = 7)",
      );
    });
    await harness.reopen();
    expect(figuresOf(await harness.run())).toMatchObject({ cachedUsers: USERS - 2 });
    expect(harness.server.journal.entries.reduce((sum, { units }) => sum + units, 0)).toBe(2);
  });
});

describe('an answer that was stored and not judged when the process died', () => {
  /** What a process leaves that dies between the two: as if a request of a run had not been judged. */
  async function unjudged(atLeast = 1): Promise<{ harness: ModelHarness; asked: number[] }> {
    const harness = await ModelHarness.open({ users: USERS });
    await harness.run();
    let asked: number[] = [];
    await harness.tamper((db) => {
      const row = db
        .prepare(
          'SELECT id, asked FROM requests WHERE json_array_length(asked) >= ? ORDER BY id DESC LIMIT 1',
        )
        .get(atLeast);
      asked = (JSON.parse(String(row?.['asked'])) as number[][]).map(([userNo]) => userNo ?? 0);
      const users = asked.join(', ');
      db.exec(`
        UPDATE requests SET judged = 0, verdicts = NULL WHERE id = ${Number(row?.['id'])};
        UPDATE sequences SET status = 'pending', event_count = 0, run_id = NULL WHERE user_no IN (${users});
        DELETE FROM events WHERE user_no IN (${users});
        UPDATE run_users SET outcome = NULL WHERE user_no IN (${users});
        UPDATE runs SET status = 'running', end_time = NULL, processed_users = processed_users - ${asked.length},
          success_count = success_count - ${asked.length}, done_batches = done_batches - 1,
          done_weight = done_weight - ${asked.length * 11};
        DELETE FROM answers WHERE key IN (SELECT value ->> 4 FROM requests r, json_each(r.asked) WHERE r.id = ${Number(row?.['id'])});
      `);
    });
    return { harness, asked };
  }

  it('is used when the run goes on, without asking', async () => {
    const { harness, asked } = await unjudged();
    expect(asked.length).toBeGreaterThan(0);
    await harness.server.control({ clearJournal: true });
    await harness.reopen('resume');
    const last = await harness.untilStatus('completed');
    expect(last).toMatchObject({ successCount: USERS, resumedAutomatically: true });
    expect(harness.server.journal.entries).toEqual([]);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expect(harness.ledger().every(({ judged }) => judged === 1)).toBe(true);
  });

  it('is not taken for an answer to what would be asked now', async () => {
    const { harness, asked } = await unjudged();
    await harness.use({ model: 'another-model' });
    await harness.server.control({ clearJournal: true });
    await harness.reopen('resume');
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: USERS });
    expect(harness.server.journal.entries.reduce((sum, { units }) => sum + units, 0)).toBe(asked.length);
  });

  it('is used for those it is still an answer for, when one of its users has changed', async () => {
    const { harness, asked } = await unjudged(2);
    expect(asked.length).toBeGreaterThan(1);
    await harness.tamper((db) => {
      db.prepare("UPDATE behaviours SET item = '别的' WHERE user_no = ? AND action = 'browse'").run(
        asked[0] ?? 0,
      );
    });
    await harness.server.control({ clearJournal: true });
    await harness.reopen('resume');
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: USERS });
    expect(harness.server.journal.entries.map(({ units }) => units)).toEqual([1]);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
  });
});

describe('an answer that covers too little', () => {
  const byId = { page: 1, pageSize: 10, search: '', sortBy: 'userId', sortOrder: 'asc' } as const;
  const lowCoverage: RunScope = { kind: 'lowCoverage' };

  /** A model that tells only the first event of anyone who has a lazy behaviour, until it is no longer so. */
  async function lazyModel(): Promise<{ harness: ModelHarness; model: ScriptedModel; wakeUp: () => void }> {
    let lazy = true;
    const model = await startScriptedModel((units) => ({
      users: units.map((unit) => {
        const { id, events } = answerUnit(unit);
        const isLazy = lazy && unit.behaviours.some(({ text }) => text.includes('懒'));
        return { id, events: isLazy ? events.slice(0, 1) : events };
      }),
    }));
    const users = shoppers(6, { seed: 4, behaviours: 12 });
    users[0]?.behaviours.push({ time: Date.UTC(2026, 1, 1), action: 'browse', item: '懒' });
    const harness = await ModelHarness.open({ users, settings: { baseUrl: model.baseUrl } });
    return { harness, model, wakeUp: () => void (lazy = false) };
  }

  it('is asked for once more, then kept, marked and found', async () => {
    const { harness, model } = await lazyModel();
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'completed', successCount: 6 });
    expect(figuresOf(last)).toMatchObject({ lowCoverageUsers: 1, retriesByReason: { low_coverage: 1 } });
    const askedOfHim = model.asked.filter((units) =>
      units.some(({ behaviours }) => behaviours.some(({ text }) => text.includes('懒'))),
    );
    expect(askedOfHim).toHaveLength(2);
    const page = await harness.engine.listUsers({ ...byId, status: 'lowCoverage' });
    expect(page.rows).toMatchObject([{ userId: 'user-0000', status: 'succeeded', lowCoverage: true }]);
    expect(page.rows[0]?.coverage).toBeLessThan(1);
    expect(page.counts.lowCoverage).toBe(1);
  });

  it('counts when nobody asks for better, and is not paid for again', async () => {
    const { harness, model } = await lazyModel();
    await harness.run();
    await harness.engine.clearWorkspace('events');
    const requests = model.asked.length;
    expect(figuresOf(await harness.run())).toMatchObject({
      cachedUsers: 6,
      lowCoverageUsers: 1,
      requests: 0,
    });
    expect(model.asked).toHaveLength(requests);
  });

  it.each<[string, RunScope]>([
    ['the users of low coverage', lowCoverage],
    ['this very user', { kind: 'users', userIds: ['user-0000'] }],
  ])('is asked for anew by a run over %s', async (_whom, scope) => {
    const { harness, model, wakeUp } = await lazyModel();
    await harness.run();
    const requests = model.asked.length;
    wakeUp();
    const preflight = await harness.engine.preflightRun(scope, 'llm', false, 'fine');
    expect(preflight).toMatchObject({ users: 1, estimate: { requests: 1, cachedUsers: 0 } });
    const last = await harness.run({ scope });
    expect(last).toMatchObject({ status: 'completed', totalUsers: 1, successCount: 1 });
    expect(figuresOf(last)).toMatchObject({ lowCoverageUsers: 0 });
    expect(model.asked.slice(requests).map((units) => units.length)).toEqual([1]);
    const { user } = await harness.engine.getUser('user-0000');
    expect(user).toMatchObject({ lowCoverage: false, coverage: 1 });
    expect((await harness.engine.listUsers({ ...byId, status: 'lowCoverage' })).total).toBe(0);
  });
});
