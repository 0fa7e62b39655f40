import { DatabaseSync } from 'node:sqlite';

/** The events of a run compared with its log, by the rules of the design and without code of the product. */
export interface EventFigures {
  users: number;
  succeeded: number;
  failed: number;
  /** Failed users without a reason of the catalogue. */
  failedWithoutReason: number;
  /** Succeeded users of whom each behaviour is in the evidence of an event. */
  complete: number;
  /** Behaviours in the evidence of an event of another user. */
  foreign: number;
  /** Conversion behaviours in the log, and those of them in the evidence of a conversion event. */
  conversions: number;
  conversionsFound: number;
  /** Other behaviours in the evidence of a conversion event. */
  falseConversions: number;
}

/** The default guardrail of the design. */
const IS_CONVERSION = `(lower(b.action) IN ('purchase', 'add_cart', 'add_to_cart')
  OR (lower(b.action) = 'visit_poi' AND (b.poi LIKE '%4S店%' OR b.poi LIKE '%经销商%')))`;

const EVIDENCE = `CREATE TEMP TABLE evidence (user_no INTEGER, category TEXT, behaviour INTEGER);
  INSERT INTO evidence SELECT e.user_no, e.category, j.value FROM events e, json_each(e.evidence) j;`;

/** Reads the workspace of a run that has ended. */
export function checkEvents(workspace: string): EventFigures {
  const db = new DatabaseSync(workspace);
  const count = (sql: string): number => Number(db.prepare(`SELECT count(*) AS n ${sql}`).get()?.['n']);
  try {
    db.exec(`PRAGMA temp_store = MEMORY; ${EVIDENCE}`);
    return {
      users: count('FROM users'),
      succeeded: count("FROM sequences WHERE status = 'succeeded'"),
      failed: count("FROM sequences WHERE status = 'failed'"),
      failedWithoutReason: count(
        "FROM sequences WHERE status = 'failed' AND (error ->> 'code') NOT LIKE 'model.%'",
      ),
      complete: count(`FROM sequences WHERE status = 'succeeded' AND user_no NOT IN (
        SELECT user_no FROM behaviours WHERE id NOT IN (SELECT behaviour FROM evidence))`),
      foreign: count(
        'FROM evidence v LEFT JOIN behaviours b ON b.id = v.behaviour WHERE b.user_no IS NOT v.user_no',
      ),
      conversions: count(`FROM behaviours b WHERE ${IS_CONVERSION}`),
      conversionsFound: count(`FROM behaviours b WHERE ${IS_CONVERSION}
        AND b.id IN (SELECT behaviour FROM evidence WHERE category = 'conversion')`),
      falseConversions: count(`FROM evidence v JOIN behaviours b ON b.id = v.behaviour
        WHERE v.category = 'conversion' AND NOT coalesce(${IS_CONVERSION}, 0)`),
    };
  } finally {
    db.close();
  }
}
