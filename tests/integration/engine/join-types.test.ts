import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { EventRecord } from '../../../src/shared/users.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const USERS = 120;
const ROWS = 60;
const KEPT = '浏览';
const GONE = '搜索';

function rowsIn(path: string): unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare('SELECT * FROM events ORDER BY id').all();
  db.close();
  return rows;
}

it('two types that are joined are one for every event of every user, and two again when that is undone', async () => {
  const folder = tempFolder();
  const [log, path] = [join(folder, 'log.csv'), join(folder, 'w.db')];
  await generateSample({ users: USERS, rowsPerUser: ROWS, seed: 12, behaviorsPath: log });
  const harness = new EngineHarness();
  const { engine } = harness;
  await engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  await engine.startImport({ path: log, kind: 'behaviours' });
  await harness.importEnded();
  await engine.startRun({ ...ALL, detail: 'fine' });
  await harness.runIs('completed');
  const ids = Array.from({ length: USERS }, (_, index) => `u${String(index + 1).padStart(7, '0')}`);
  const eventsOf = async (): Promise<EventRecord[][]> =>
    Promise.all(ids.map(async (id) => (await engine.getUser(id)).events));
  const stored = rowsIn(path);
  const [events, use, counts] = [await eventsOf(), await engine.codebookUse(), await engine.eventTypes()];
  const has = (type: string) => (list: EventRecord[]) => list.some((event) => event.type === type);
  expect(events.filter(has(GONE)).length).toBeGreaterThan(USERS / 2);

  await engine.changeCodebook({ kind: 'join', ids: [GONE], into: KEPT });
  const expected = events.map((list) =>
    list.map((event) => (event.type === GONE ? { ...event, type: KEPT } : event)),
  );
  expect(await eventsOf()).toEqual(expected);
  const types = (await engine.codebookUse()).types;
  const both = expected.flat().filter(({ type }) => type === KEPT).length;
  expect(types[KEPT]).toEqual({
    events: both,
    users: events.filter((list) => has(KEPT)(list) || has(GONE)(list)).length,
  });
  expect(types[GONE]).toBeUndefined();

  await engine.undoCodebook();
  expect(await eventsOf()).toEqual(events);
  expect(await engine.codebookUse()).toEqual(use);
  expect(await engine.eventTypes()).toEqual(counts);
  await engine.closeWorkspace();
  // No stored event is touched by either.
  expect(rowsIn(path)).toEqual(stored);
});
