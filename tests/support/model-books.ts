import type { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { JournalEntry } from '../../tools/fault-server/journal.ts';
import { isConversion } from './shoppers.ts';
import type { TestUser } from './shoppers.ts';

export interface LedgerRow {
  id: number;
  runId: number | null;
  clientId: string;
  state: string;
  inputTokens: number | null;
  outputTokens: number | null;
  cost: number | null;
  reservedCost: number;
  failure: string | null;
  cause: string | null;
  judged: number;
}

export interface StoredEvent {
  userId: string;
  type: string;
  category: string;
  startTime: number;
  endTime: number;
  origin: string;
  context: string;
  evidence: number[];
}

/** Every request in the ledger of the workspace, in order. */
export function ledgerIn(db: DatabaseSync): LedgerRow[] {
  return db
    .prepare(
      `SELECT id, run_id AS runId, client_id AS clientId, state, input_tokens AS inputTokens,
        output_tokens AS outputTokens, cost, reserved_cost AS reservedCost, failure, cause, judged
       FROM requests ORDER BY id`,
    )
    .all() as unknown as LedgerRow[];
}

export function eventsIn(db: DatabaseSync): StoredEvent[] {
  return db
    .prepare(
      `SELECT u.id AS userId, e.type, e.category, e.start_time AS startTime, e.end_time AS endTime, e.origin, e.context, e.evidence
       FROM events e JOIN users u ON u.no = e.user_no ORDER BY e.id`,
    )
    .all()
    .map((row) => ({
      ...(row as unknown as StoredEvent),
      evidence: JSON.parse(String(row['evidence'])) as number[],
    }));
}

/** What is wrong with the events of users whose behaviours are numbered from 1; none when each is accounted for. */
export function eventProblems(users: readonly TestUser[], events: readonly StoredEvent[]): string[] {
  const problems: string[] = [];
  const owners = users.flatMap(({ id, behaviours }) => behaviours.map((behaviour) => ({ id, behaviour })));
  const seen = new Set<number>();
  for (const { userId, category, evidence, type } of events) {
    if (evidence.length === 0) problems.push(`an event of ${userId} has no evidence`);
    for (const number of evidence) {
      const owner = owners[number - 1];
      if (seen.has(number)) problems.push(`behaviour ${number} is in two events`);
      seen.add(number);
      if (owner?.id !== userId) problems.push(`an event of ${userId} has evidence of ${owner?.id}`);
      if (owner && isConversion(owner.behaviour) !== (category === 'conversion')) {
        problems.push(`behaviour ${number} (${owner.behaviour.action}) is in a ${category} ${type}`);
      }
    }
  }
  const missing = owners.length - seen.size;
  if (missing > 0) problems.push(`${missing} behaviours are in no event`);
  return problems;
}

/**
 * Compares a ledger with the server's journal: each request once in both, answered ones with the same tokens. `unheard`:
 * states besides `answered` that a request may have whose answer the server saw off, because it was let go that moment.
 */
export function expectSameBooks(
  ledger: readonly LedgerRow[],
  journal: readonly JournalEntry[],
  unheard: string[] = [],
): void {
  const rows = new Map(ledger.map((row) => [row.clientId, row]));
  const entries = new Map(journal.map((entry) => [entry.requestId, entry]));
  expect(entries.size).toBe(journal.length);
  expect(journal.filter(({ requestId }) => !rows.has(requestId ?? ''))).toEqual([]);
  const answered = ledger.filter(({ state }) => state === 'answered');
  expect(answered.map((row) => [row.clientId, row.inputTokens, row.outputTokens])).toEqual(
    answered.map(({ clientId }) => {
      const entry = entries.get(clientId);
      return [clientId, entry?.inputTokens, entry?.outputTokens];
    }),
  );
  const billed = journal.filter((entry) => entry.billed).map(({ requestId }) => rows.get(requestId ?? ''));
  expect(billed.filter((row) => !['answered', ...unheard].includes(row?.state ?? ''))).toEqual([]);
}

/** What requests of so many tokens cost, by prices per million. */
export function priceOf(
  rows: readonly { inputTokens: number | null; outputTokens: number | null }[],
  { priceIn, priceOut }: { priceIn: number | null; priceOut: number | null },
): number {
  return rows.reduce(
    (sum, row) =>
      sum + ((row.inputTokens ?? 0) * (priceIn ?? 0) + (row.outputTokens ?? 0) * (priceOut ?? 0)) / 1e6,
    0,
  );
}
