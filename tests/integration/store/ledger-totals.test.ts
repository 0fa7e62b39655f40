import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RequestTotals } from '../../../src/core/extract/ports.ts';
import { Random } from '../../../src/core/sample/random.ts';
import { DiskSync } from '../../../src/core/store/disk-sync.ts';
import { RequestStore } from '../../../src/core/store/request-store.ts';
import { RunTables } from '../../../src/core/store/run-tables.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { BEFORE_FORMAT_13 } from '../../support/before-format-13.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

let path: string;
let workspace: Workspace;
let requests: RequestStore;
let runIds: number[];

function reopen(): void {
  workspace = Workspace.open(path, true);
  requests = new RequestStore(workspace.db, new DiskSync(workspace.db));
}

beforeEach(() => {
  path = join(tempFolder(), 'test.db');
  reopen();
  fillWorkspace(workspace.db, 2, 1);
  const runs = new RunTables(workspace.db);
  runIds = ['u1', 'u2'].map((userId) => {
    const scope = { kind: 'users' as const, userIds: [userId] };
    return (
      runs.create({
        extractor: 'llm',
        extractorVersion: 'm',
        detail: 'fine',
        scope,
        startTime: 0,
        packing: null,
        basis: null,
      })?.id ?? 0
    );
  });
  onTestFinished(() => workspace.close());
});

/** Makes requests that end in every way there is. */
function fillLedger(count: number): void {
  const random = new Random(4, 0);
  for (let n = 0; n < count; n += 1) {
    const id = requests.begin({
      runId: random.pick(runIds as [number, number]),
      clientId: `c${n}`,
      startTime: n,
      asked: [[1, 0, 1, 1, 'k']],
      cause: random.pick([null, null, 'timeout', 'rate_limited'] as const),
      prompt: { system: '', user: '' },
      reservedTokens: 0,
      reservedCost: random.int(1, 9) / 100,
    });
    const billing = {
      inputTokens: random.int(1, 1000),
      outputTokens: random.int(1, 100),
      reported: true,
      cost: random.int(1, 1000) / 1000,
    };
    const times = { firstTokenMs: 1, latencyMs: 2, httpStatus: 200 };
    const said = { text: '{}', reasoning: '' };
    const end = random.int(0, 4);
    if (end === 0) requests.answered(id, { ...billing, ...times, ...said, finishReason: 'stop' });
    const failed = { state: 'failed', failure: 'timeout', detail: '', ...times, ...said } as const;
    if (end === 1) requests.failed(id, { ...failed, ...billing });
    // The cost is unknown, or zero.
    if (end === 2)
      requests.failed(id, { ...failed, ...billing, inputTokens: null, outputTokens: null, cost: null });
    if (end === 3)
      requests.failed(id, { ...failed, ...billing, inputTokens: null, outputTokens: null, cost: 0 });
  }
}

/** The sums as the whole ledger gives them. */
function summed(db: DatabaseSync, runId: number): RequestTotals {
  const row = db
    .prepare(
      `SELECT count(*) AS requests, count(cause) AS retries, sum(input_tokens) AS inputTokens,
        sum(output_tokens) AS outputTokens, sum(cost) AS cost,
        sum(iif(state <> 'sending' AND cost IS NULL, reserved_cost, 0)) AS uncertainCost
       FROM requests WHERE run_id = ?`,
    )
    .get(runId) as unknown as Omit<RequestTotals, 'retriesByReason'>;
  const byReason = db
    .prepare(
      'SELECT cause, count(*) AS n FROM requests WHERE run_id = ? AND cause IS NOT NULL GROUP BY cause',
    )
    .all(runId)
    .map(({ cause, n }) => [String(cause), Number(n)]);
  return { ...row, retriesByReason: Object.fromEntries(byReason) as RequestTotals['retriesByReason'] };
}

function expectSums(): void {
  for (const runId of runIds) {
    const { cost, uncertainCost, ...counts } = summed(workspace.db, runId);
    const totals = requests.totals(runId);
    expect(totals).toMatchObject(counts);
    expect(totals.cost).toBeCloseTo(cost, 9);
    expect(totals.uncertainCost).toBeCloseTo(uncertainCost, 9);
  }
}

describe('the sums of the requests of a run', () => {
  it('are those of the ledger, whatever becomes of the requests', () => {
    fillLedger(200);
    expectSums();
    requests.markLost(null);
    expectSums();
  });

  it('are none for a run without requests', () => {
    expect(requests.totals(runIds[0] ?? 0)).toEqual({
      requests: 0,
      retries: 0,
      retriesByReason: {},
      inputTokens: 0,
      outputTokens: 0,
      cost: 0,
      uncertainCost: 0,
      uncertainTokens: 0,
    });
  });

  it('are read for many runs without a look at the ledger', () => {
    fillLedger(200);
    const expected = new Map(runIds.map((runId) => [runId, requests.totals(runId)]));
    workspace.db.exec('DROP TABLE requests');
    expect(requests.totalsOf(runIds)).toEqual(expected);
  });

  it('are made for a workspace of an older version', () => {
    fillLedger(100);
    workspace.db.exec(
      `DROP INDEX requests_by_induction; ALTER TABLE requests DROP COLUMN induction_id; DROP TABLE inductions;
       DROP TABLE induction_answers;`,
    );
    workspace.db.exec(
      `DROP TRIGGER ledger_totals_added; DROP TRIGGER ledger_totals_changed; DROP TRIGGER ledger_totals_of_new_run; DROP TABLE ledger_totals;
       DROP TABLE sent_prompts; DROP TABLE codebooks; DROP TABLE theme_tables; DROP TABLE saved_insights; DROP TABLE report_items; ${BEFORE_FORMAT_13} ALTER TABLE runs DROP COLUMN detail;
       DROP TABLE log_themes; DROP TABLE log_measures; ALTER TABLE runs DROP COLUMN basis; PRAGMA user_version = 4;`,
    );
    workspace.close();
    reopen();
    expectSums();
  });
});

describe('the history of runs', () => {
  it('tells the kind of a scope without its list of users', () => {
    const runs = new RunTables(workspace.db);
    const scope = { kind: 'users' as const, userIds: Array.from({ length: 1000 }, (_, n) => `u${n}`) };
    const chosen = {
      extractor: 'rules',
      extractorVersion: '1',
      detail: 'fine',
      startTime: 0,
      packing: null,
      basis: null,
    } as const;
    runs.create({ ...chosen, scope });
    runs.create({ ...chosen, scope: { kind: 'remaining' } });
    expect(runs.history(2).map((run) => run.scope)).toEqual(['remaining', 'users']);
    expect(runs.get(3)?.scope).toEqual(scope);
  });
});
