import { DatabaseSync } from 'node:sqlite';

/** What a workspace file says, read past the application. */
export interface Contents {
  /** Every event with its evidence, as one line each. */
  events: string[];
  /** How many behaviours are in the evidence of how many events: all in one means that nothing is lost or doubled. */
  evidence: { behaviours: number; inEvidence: number; different: number };
  sequences: Record<string, number>;
  runs: { id: number; status: string; total: number; processed: number; success: number; failed: number }[];
}

/** Reads a workspace file. The application may have it open. */
export function readWorkspace(path: string): Contents {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = (sql: string): Record<string, unknown>[] => db.prepare(sql).all();
    const one = (sql: string): number => Number(Object.values(rows(sql)[0] ?? {})[0]);
    return {
      events: rows(
        `SELECT u.id AS user, e.ordinal, e.type, e.category, e.start_time, e.end_time, e.origin, e.confidence, e.context, e.evidence
         FROM events e JOIN users u ON u.no = e.user_no ORDER BY u.id, e.ordinal`,
      ).map((row) => JSON.stringify(row)),
      evidence: {
        behaviours: one('SELECT count(*) FROM behaviours'),
        inEvidence: one('SELECT count(*) FROM events e, json_each(e.evidence)'),
        different: one('SELECT count(DISTINCT value) FROM events e, json_each(e.evidence)'),
      },
      sequences: Object.fromEntries(
        rows('SELECT status, count(*) AS users FROM sequences GROUP BY status').map((row) => [
          String(row['status']),
          Number(row['users']),
        ]),
      ),
      runs: rows(
        `SELECT id, status, total_users AS total, processed_users AS processed, success_count AS success, failed_count AS failed
         FROM runs ORDER BY id`,
      ) as unknown as Contents['runs'],
    };
  } finally {
    db.close();
  }
}
