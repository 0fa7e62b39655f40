import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JournalEntry } from './fault-process.ts';

const rowSchema = z.object({
  clientId: z.string(),
  state: z.enum(['sending', 'answered', 'failed', 'aborted', 'lost']),
  asked: z.string().transform((text) => unitsSchema.parse(JSON.parse(text))),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
});
/** User and part; what follows does not matter here. */
const unitsSchema = z.array(z.tuple([z.number(), z.number()]).rest(z.unknown()));
type Row = z.infer<typeof rowSchema>;

export interface LedgerFigures {
  /** Lines of the ledger. */
  lines: number;
  /** Lines that the server's journal contradicts, and lines of the journal that are not in the ledger. */
  differing: number;
  /** Requests that were in flight when their process was killed. */
  lost: number;
  /** Those of them whose answer was written in full before the connection broke. */
  lostBilled: number;
  /** Requests with a unit that an earlier request contained. */
  repeatedRequests: number;
  /** Units requested again although no request with them was lost. */
  repeatedNotLost: number;
}

/** Compares the ledger of a workspace with the journal of its only server. Meant for runs without faults. */
export function compareLedger(workspace: string, journal: JournalEntry[]): LedgerFigures {
  const db = new DatabaseSync(workspace, { readOnly: true });
  const rows = db
    .prepare(
      `SELECT client_id AS clientId, state, asked, input_tokens AS inputTokens, output_tokens AS outputTokens
       FROM requests ORDER BY id`,
    )
    .all()
    .map((row) => rowSchema.parse(row));
  db.close();
  const entries = new Map(journal.map((entry) => [entry.requestId, entry]));
  const known = new Set(rows.map((row) => row.clientId));
  const unknown = journal.filter(({ requestId }) => requestId === null || !known.has(requestId));
  const lost = rows.filter(({ state }) => state === 'lost');
  return {
    lines: rows.length,
    differing: unknown.length + rows.filter((row) => differs(row, entries.get(row.clientId))).length,
    lost: lost.length,
    lostBilled: lost.filter(({ clientId }) => entries.get(clientId)?.billed).length,
    ...repeats(rows),
  };
}

function differs(row: Row, entry: JournalEntry | undefined): boolean {
  // A process can die between writing a line and sending the request.
  if (row.state === 'lost') return row.inputTokens !== null;
  if (!entry) return true;
  if (!entry.billed) return row.state === 'answered';
  return row.inputTokens !== entry.inputTokens || row.outputTokens !== entry.outputTokens;
}

function repeats(rows: Row[]): Pick<LedgerFigures, 'repeatedRequests' | 'repeatedNotLost'> {
  /** By unit: whether a request about it was lost and not yet repeated. */
  const asked = new Map<string, boolean>();
  const figures = { repeatedRequests: 0, repeatedNotLost: 0 };
  for (const row of rows) {
    const units = row.asked.map(([userNo, part]) => `${userNo} ${part}`);
    const before = units.filter((unit) => asked.has(unit));
    if (before.length > 0) figures.repeatedRequests += 1;
    figures.repeatedNotLost += before.filter((unit) => asked.get(unit) === false).length;
    for (const unit of units) asked.set(unit, row.state === 'lost');
  }
  return figures;
}
