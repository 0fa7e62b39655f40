import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEventColumns } from '../../../src/core/store/event-columns.ts';
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

it('events are read as columns: their words, times, behaviours, and what they are about', () => {
  const workspace = Workspace.open(`${tempFolder()}/w.eventloom`, true);
  const { db } = workspace;
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
      const reading = readEventColumns(db);
      let step = reading.next();
      while (!step.done) step = reading.next();
      const columns = step.value;
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
  workspace.close();
});
