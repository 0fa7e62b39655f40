import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { inSteps } from '../../../src/core/store/in-steps.ts';

function table(keys: readonly bigint[]): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (no INTEGER PRIMARY KEY, seen INTEGER NOT NULL DEFAULT 0)');
  const insert = db.prepare('INSERT INTO t (no) VALUES (?)');
  db.exec('BEGIN');
  for (const key of keys) insert.run(key);
  db.exec('COMMIT');
  return db;
}

it('covers each row once, in as many steps as there are rows for, however far apart their keys are', () => {
  const near = Array.from({ length: 25_000 }, (_, n) => BigInt(n));
  const db = table([-(2n ** 63n), ...near, 2n ** 60n, 2n ** 63n - 1n]);
  const steps: number[] = [];
  inSteps(
    db,
    'UPDATE t SET seen = seen + 1 WHERE no BETWEEN :first AND :last',
    { table: 't', key: 'no' },
    { onStep: (rows) => steps.push(rows) },
  );
  expect(steps).toEqual([10_000, 10_000, 5003]);
  expect(db.prepare('SELECT DISTINCT seen FROM t').all()).toEqual([{ seen: 1 }]);
});

it('covers only what is from the first to the last key, also where the statement deletes it', () => {
  const db = table(Array.from({ length: 30_000 }, (_, n) => BigInt(n)));
  const steps: number[] = [];
  inSteps(
    db,
    'DELETE FROM t WHERE no BETWEEN :first AND :last',
    { table: 't', key: 'no', first: 100, last: 20_199 },
    { onStep: (rows) => steps.push(rows) },
  );
  expect(steps).toEqual([10_000, 10_000, 100]);
  expect(db.prepare('SELECT count(*) AS n, min(no) AS least FROM t WHERE no > 50').get()).toEqual({
    ...{ n: 9849, least: 51 },
  });
  inSteps(db, 'DELETE FROM t WHERE no BETWEEN :first AND :last', { table: 't', key: 'no', first: 90_000 });
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 9900 });
});
