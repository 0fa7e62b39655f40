/**
 * The sums of each run's requests, kept by triggers: a snapshot and the history of runs read a few rows instead of the whole
 * ledger. There is a row for each reason why a run asked (`cause`; empty for a first request), so that retries are counted
 * by reason. `uncertain_cost` is the money set aside for requests of which nobody knows whether they were billed.
 */
const UNCERTAIN = (row: string): string =>
  `iif(${row}.state <> 'sending' AND ${row}.cost IS NULL, ${row}.reserved_cost, 0)`;

const CHANGED = ['input_tokens', 'output_tokens', 'cost'].map(
  (column) => `${column} = ${column} + coalesce(NEW.${column}, 0) - coalesce(OLD.${column}, 0)`,
);

export const migration = {
  version: 4,
  sql: `
    CREATE TABLE ledger_totals (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      cause TEXT NOT NULL,
      requests INTEGER NOT NULL DEFAULT 0,
      input_tokens INTEGER NOT NULL DEFAULT 0,
      output_tokens INTEGER NOT NULL DEFAULT 0,
      cost REAL NOT NULL DEFAULT 0,
      uncertain_cost REAL NOT NULL DEFAULT 0,
      PRIMARY KEY (run_id, cause)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO ledger_totals (run_id, cause, requests, input_tokens, output_tokens, cost, uncertain_cost)
      SELECT run_id, coalesce(cause, ''), count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0),
        coalesce(sum(cost), 0), coalesce(sum(${UNCERTAIN('requests')}), 0)
      FROM requests WHERE run_id IS NOT NULL GROUP BY run_id, coalesce(cause, '');

    CREATE TRIGGER ledger_totals_added AFTER INSERT ON requests WHEN NEW.run_id IS NOT NULL BEGIN
      INSERT INTO ledger_totals (run_id, cause, requests, input_tokens, output_tokens, cost, uncertain_cost)
        VALUES (NEW.run_id, coalesce(NEW.cause, ''), 1, coalesce(NEW.input_tokens, 0), coalesce(NEW.output_tokens, 0),
          coalesce(NEW.cost, 0), ${UNCERTAIN('NEW')})
        ON CONFLICT (run_id, cause) DO UPDATE SET
          requests = requests + 1,
          input_tokens = input_tokens + excluded.input_tokens,
          output_tokens = output_tokens + excluded.output_tokens,
          cost = cost + excluded.cost,
          uncertain_cost = uncertain_cost + excluded.uncertain_cost;
    END;

    -- A rescue can lose a run and keep its requests, and the numbers of lost runs are used again.
    CREATE TRIGGER ledger_totals_of_new_run AFTER INSERT ON runs BEGIN
      DELETE FROM ledger_totals WHERE run_id = NEW.id;
    END;

    CREATE TRIGGER ledger_totals_changed
      AFTER UPDATE OF state, input_tokens, output_tokens, cost, reserved_cost ON requests WHEN NEW.run_id IS NOT NULL BEGIN
      UPDATE ledger_totals SET ${CHANGED.join(', ')},
          uncertain_cost = uncertain_cost + ${UNCERTAIN('NEW')} - ${UNCERTAIN('OLD')}
        WHERE run_id = NEW.run_id AND cause = coalesce(NEW.cause, '');
    END;
  `,
};
