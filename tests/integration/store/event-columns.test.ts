import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DatabaseSync } from 'node:sqlite';
import { readEvents } from '../../../src/core/store/event-columns.ts';
import type { EventSnapshot } from '../../../src/core/store/event-columns.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { themesOf } from '../../../src/shared/stages.ts';
import { tempFolder } from '../../support/temp.ts';

const text = fc.oneof(fc.constantFrom('', 'a', '"object":"x"', '{"object":"y"}', 'b\\', '大众'), fc.string());
const contexts = fc.record(
  {
    object: fc.oneof(text, fc.integer(), fc.constant(null)),
    objects: fc.array(fc.tuple(text, fc.integer({ min: 1, max: 5 })), { maxLength: 3 }),
    item: text,
    note: text,
    nested: fc.record({ object: text }),
  },
  { requiredKeys: [] },
);

function readNow(db: DatabaseSync, known: EventSnapshot | null = null): EventSnapshot {
  const reading = readEvents(db, known);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

it('events are read as columns: their words, times, behaviours, and what they are about', () => {
  const workspace = Workspace.open(`${tempFolder()}/w.eventloom`, true);
  const { db } = workspace;
  db.exec('BEGIN');
  fc.assert(
    fc.property(fc.array(fc.array(contexts, { minLength: 1, maxLength: 4 }), { maxLength: 4 }), (users) => {
      db.exec('DELETE FROM events; DELETE FROM sequences; DELETE FROM users;');
      users.forEach((own, at) => {
        const no = at * 3 + 1;
        db.prepare('INSERT INTO users (no, id) VALUES (?, ?)').run(no, `u${no}`);
        db.prepare("INSERT INTO sequences (user_no, status, event_count) VALUES (?, 'succeeded', ?)").run(
          no,
          own.length,
        );
        own.forEach((context, place) => {
          db.prepare(
            `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
             VALUES (?, ?, 'engagement', ?, ?, 'rule', 1, ?, ?)`,
          ).run(
            no * 2 ** 21 + place + 1,
            `t${place}`,
            place * 1000,
            place * 1000 + 5,
            JSON.stringify(context),
            JSON.stringify(Array.from({ length: place }, (_, id) => id)),
          );
        });
      });
      const { columns } = readNow(db);
      const events = users.flat();
      expect([...columns.userNo]).toEqual(users.map((_, at) => at * 3 + 1));
      expect([...columns.first]).toEqual(
        users.reduce((all, own) => [...all, (all.at(-1) ?? 0) + own.length], [0]),
      );
      expect(Array.from(columns.subject, (index) => columns.subjects[index])).toEqual(
        events.map((context) => themesOf(context, 1).map(([name]) => name)),
      );
      expect(Array.from(columns.word, (index) => columns.words[index]?.word)).toEqual(
        users.flatMap((own) => own.map((_, place) => `t${place}`)),
      );
      expect([...columns.behaviours]).toEqual(users.flatMap((own) => own.map((_, place) => place)));
      expect([...columns.start]).toEqual(users.flatMap((own) => own.map((_, place) => place * 1000)));
      expect([...columns.end]).toEqual(users.flatMap((own) => own.map((_, place) => place * 1000 + 5)));
    }),
    { numRuns: 60, seed: 7 },
  );
  db.exec('ROLLBACK');
  workspace.close();
});

it('after changes only the users concerned are read anew, and the outcome is that of reading all', () => {
  const workspace = Workspace.open(`${tempFolder()}/w.eventloom`, true);
  const { db } = workspace;
  // Nothing is to last: the commits would take most of the time.
  db.exec('PRAGMA foreign_keys = OFF; BEGIN');
  const removeEvents = db.prepare('DELETE FROM events WHERE user_no = ?');
  const addEvent = db.prepare(
    `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, '[1]')`,
  );
  const setState = db.prepare(
    `INSERT INTO sequences (user_no, status, event_count, updated_at, run_id) VALUES (?, 'succeeded', ?, ?, ?)
     ON CONFLICT (user_no) DO UPDATE SET event_count = excluded.event_count, updated_at = excluded.updated_at, run_id = excluded.run_id`,
  );
  const event = fc.record({
    type: fc.constantFrom('a', 'b', 'c', 'd'),
    isConversion: fc.boolean(),
    byModel: fc.boolean(),
    start: fc.nat(100),
    object: fc.constantFrom('x', 'y', 'z'),
  });
  const changes = fc.array(
    fc.record({
      no: fc.integer({ min: 1, max: 12 }),
      run: fc.constantFrom(1, 2),
      events: fc.array(event, { maxLength: 4 }),
    }),
    { maxLength: 5 },
  );
  for (let no = 1; no <= 12; no += 1)
    db.prepare('INSERT INTO users (no, id) VALUES (?, ?)').run(no, `u${no}`);
  let now = 1;
  let extended = 0;
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 4 }), (steps) => {
      db.exec('DELETE FROM events; DELETE FROM sequences;');
      for (let no = 1; no <= 12; no += 3) {
        addEvent.run(no * 2 ** 21 + 1, 'first', 'engagement', 1, 2, 'rule', '{"object":"w"}');
        setState.run(no, 1, ++now, 1);
      }
      let known = readNow(db);
      for (const step of steps) {
        for (const { no, run, events } of step) {
          removeEvents.run(no);
          for (const [place, { type, isConversion, byModel, start, object }] of events.entries()) {
            const category = isConversion ? 'conversion' : 'engagement';
            const context = JSON.stringify({ object });
            const id = no * 2 ** 21 + place + 1;
            addEvent.run(id, type, category, start, start + 1, byModel ? 'llm' : 'rule', context);
          }
          setState.run(no, events.length, ++now, run);
        }
        if (step.length === 1) extended += 1;
        known = readNow(db, known);
        expect(known).toEqual(readNow(db));
      }
    }),
    { numRuns: 100, seed: 3 },
  );
  expect(extended).toBeGreaterThan(20);
  db.exec('ROLLBACK');
  workspace.close();
});

it('a user who did not change is not read again', () => {
  const workspace = Workspace.open(`${tempFolder()}/w.eventloom`, true);
  const { db } = workspace;
  for (const no of [1, 2, 3]) {
    db.prepare('INSERT INTO users (no, id) VALUES (?, ?)').run(no, `u${no}`);
    db.prepare(
      "INSERT INTO sequences (user_no, status, event_count, updated_at) VALUES (?, 'succeeded', 1, 5)",
    ).run(no);
    db.prepare(
      `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
       VALUES (?, 'old', 'engagement', 1, 2, 'rule', 1, '{}', '[1]')`,
    ).run(no * 2 ** 21 + 1);
  }
  const known = readNow(db);
  // All are changed behind the back of the marks, and one with its mark.
  db.exec("UPDATE events SET type = 'new'; UPDATE sequences SET updated_at = 6 WHERE user_no = 2;");
  const { columns } = readNow(db, known);
  expect(Array.from(columns.word, (index) => columns.words[index]?.word)).toEqual(['old', 'new', 'old']);
  workspace.close();
});
