import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** Stands in for the thread of the engine: within a transaction it begins a statement that takes hours. */
const db = new DatabaseSync((workerData as { importWorkerUrl: string }).importWorkerUrl);
db.exec('BEGIN; DELETE FROM users;');
parentPort?.postMessage({ kind: 'event', event: 'data', payload: null });
db.prepare(
  'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT count(*) FROM n',
).get();
