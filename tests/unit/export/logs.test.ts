import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amplitude } from '../../../src/core/export/formats/amplitude.ts';
import { mixpanel } from '../../../src/core/export/formats/mixpanel.ts';
import { ocelJson } from '../../../src/core/export/formats/ocel-json.ts';
import { ocelSqlite } from '../../../src/core/export/formats/ocel-sqlite.ts';
import { xes } from '../../../src/core/export/formats/xes.ts';
import { lacks } from '../../support/readers.ts';
import { ocelSchema } from './support/ocel-schema.ts';
import { readXml, xesProblems } from './support/read-xes.ts';
import type { XesElement } from './support/read-xes.ts';
import { hostileLines, hostileText, sampleTable, writtenFile } from './support/sample-table.ts';
import type { SampleLine } from './support/sample-table.ts';

const AT = Date.UTC(2026, 1, 3, 9, 5, 7);
const LINES: SampleLine[] = [
  { user: 'u1', type: '了解', start: AT, end: AT + 500, ids: [1, 2], objects: ['大众', '奥迪'], share: 0.5 },
  { user: 'u1', type: '购买', start: AT + 60_000, count: 2, objects: ['大众'], ready: false },
  { user: '用户 2', type: '了解', start: AT, note: 'a\nb' },
];
const PROFILES = { u1: { 年龄: '41', 'a b': 'x', a_b: 'y' } };

const XSD = fileURLToPath(new URL('support/xes.xsd', import.meta.url));
const lacksXmllint = lacks('xmllint', ['--version']);

/** What a text comes back as: XML cannot have all characters. */
const legal = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '');
const valueOf = ({ children }: XesElement, key: string): string | undefined =>
  children.find(({ attributes }) => attributes['key'] === key)?.attributes['value'];

describe('XES', () => {
  test('has a trace a user and its dates with the offset of the zone', async () => {
    const { path } = await writtenFile(xes, sampleTable(LINES, { profiles: PROFILES }));
    const log = readXml(readFileSync(path, 'utf8'));
    expect(xesProblems(log)).toEqual([]);
    const traces = log.children.filter(({ tag }) => tag === 'trace');
    expect(traces.map((trace) => valueOf(trace, 'concept:name'))).toEqual(['u1', '用户 2']);
    const [first] = traces;
    expect(
      first && ['profile:年龄', 'profile:a_b', 'profile:a_b_2'].map((key) => valueOf(first, key)),
    ).toEqual(['41', 'x', 'y']);
    const events = first?.children.filter(({ tag }) => tag === 'event') ?? [];
    expect(events.map((event) => [valueOf(event, 'concept:name'), valueOf(event, 'time:timestamp')])).toEqual(
      [
        ['了解', '2026-02-03T09:05:07.000+08:00'],
        ['购买', '2026-02-03T09:06:07.000+08:00'],
      ],
    );
    expect(events[0] && valueOf(events[0], 'end_time')).toBe('2026-02-03T09:05:07.500+08:00');
  });

  test('gives every text back but for characters that XML lacks, which it counts', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, fc.dictionary(hostileText, hostileText), async (lines, fields) => {
        const profiles = Object.fromEntries(lines.map(({ user }) => [user, fields]));
        const { path, notes } = await writtenFile(xes, sampleTable(lines, { profiles }));
        const log = readXml(readFileSync(path, 'utf8'));
        expect(xesProblems(log)).toEqual([]);
        const events = log.children.flatMap(({ children }) => children).filter(({ tag }) => tag === 'event');
        expect(events.map((event) => valueOf(event, 'concept:name'))).toEqual(
          lines.map(({ type }) => legal(type)),
        );
        expect(events.map((event) => valueOf(event, '备注_note'))).toEqual(
          lines.map(({ note }) => (note === null || note === undefined ? undefined : legal(note))),
        );
        const isChanged = (text: string | null | undefined): boolean =>
          typeof text === 'string' && legal(text) !== text;
        if (lines.some(({ type, note }) => isChanged(type) || isChanged(note)))
          expect(notes).toMatchObject([{ code: 'export.note.illegal_characters' }]);
      }),
      { numRuns: 40 },
    );
  });

  test.skipIf(lacksXmllint)(
    'is valid by its schema, as xmllint sees it (skipped where libxml2-utils is not installed)',
    async () => {
      const samples = fc.sample(hostileLines, { numRuns: 15, seed: 1 });
      for (const lines of [LINES, ...samples, []]) {
        const fields = { ...PROFILES.u1, '1 <&>': '\u0001' };
        const profiles = Object.fromEntries(lines.map(({ user }) => [user, fields]));
        const { path } = await writtenFile(xes, sampleTable(lines, { profiles }));
        const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', XSD, path], {
          encoding: 'utf8',
        });
        expect(stderr).toContain('validates');
        expect(status).toBe(0);
      }
    },
  );
});

interface Ocel {
  eventTypes: { name: string; attributes: { name: string }[] }[];
  objectTypes: { name: string; attributes: { name: string }[] }[];
  events: {
    id: string;
    type: string;
    time: string;
    attributes: { name: string }[];
    relationships: { objectId: string }[];
  }[];
  objects: { id: string; type: string; attributes: { name: string; value: unknown }[] }[];
}

/** Whether ids are unique, nothing dangles and every attribute is declared. */
function expectWhole({ eventTypes, objectTypes, events, objects }: Ocel): void {
  const ids = new Set(objects.map(({ id }) => id));
  expect(ids.size).toBe(objects.length);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const check = (of: { type: string; attributes: { name: string }[] }, types: Ocel['eventTypes']): void => {
    const declared = types.find(({ name }) => name === of.type)?.attributes.map(({ name }) => name);
    expect(declared).toEqual(expect.arrayContaining(of.attributes.map(({ name }) => name)));
  };
  for (const event of events) {
    check(event, eventTypes);
    for (const { objectId } of event.relationships) expect(ids.has(objectId)).toBe(true);
  }
  for (const object of objects) check(object, objectTypes);
}

describe('OCEL 2.0', () => {
  const validate = new Ajv({ strict: false }).compile(ocelSchema);

  test('as JSON fits the schema, with nothing dangling or undeclared', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, fc.dictionary(hostileText, hostileText), async (lines, fields) => {
        const profiles = Object.fromEntries(lines.map(({ user }) => [user, fields]));
        const { path, rows } = await writtenFile(ocelJson, sampleTable(lines, { profiles }));
        const log = JSON.parse(readFileSync(path, 'utf8')) as Ocel;
        expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
        expectWhole(log);
        expect(rows).toBe(lines.length);
        expect(log.events.map(({ type }) => type)).toEqual(lines.map(({ type }) => type));
        expect(log.objects.filter(({ type }) => type === 'user').map(({ id }) => id)).toEqual([
          ...new Set(lines.map(({ user }) => user)),
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test('has the instants of the zone, and objects that no user can be taken for', async () => {
    const lines = [...LINES, { user: 'object:大众', type: '了解', start: AT }];
    const { path } = await writtenFile(ocelJson, sampleTable(lines));
    const log = JSON.parse(readFileSync(path, 'utf8')) as Ocel;
    expectWhole(log);
    expect(log.events[0]?.time).toBe('2026-02-03T01:05:07.000Z');
    expect(log.events[0]?.relationships).toEqual([
      { objectId: 'u1', qualifier: 'actor' },
      { objectId: 'object:大众~', qualifier: 'about' },
      { objectId: 'object:奥迪', qualifier: 'about' },
    ]);
  });

  test('as a database has the common tables, one for each type, and no dangling key', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, fc.dictionary(hostileText, hostileText), async (lines, fields) => {
        const profiles = Object.fromEntries(lines.map(({ user }) => [user, fields]));
        const { path } = await writtenFile(ocelSqlite, sampleTable(lines, { profiles }));
        const db = new DatabaseSync(path, { readOnly: true });
        try {
          expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
          expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
          const types = db
            .prepare('SELECT ocel_type AS type, ocel_type_map AS map FROM event_map_type')
            .all();
          expect(types.map(({ type }) => type)).toEqual([...new Set(lines.map(({ type }) => type))]);
          let events = 0;
          for (const { type, map } of types) {
            // As readers do: the name goes into the statement as it is.
            const rows = db
              .prepare(`SELECT e.ocel_type FROM event_${String(map)} t JOIN event e USING (ocel_id)`)
              .all();
            expect(rows.every((row) => row['ocel_type'] === type)).toBe(true);
            events += rows.length;
          }
          expect(events).toBe(lines.length);
          const users = db.prepare('SELECT * FROM object_User').all();
          expect(users).toHaveLength(new Set(lines.map(({ user }) => user)).size);
          expect(Object.values(users[0] ?? {})).toEqual(expect.arrayContaining(Object.values(fields)));
        } finally {
          db.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

interface MixpanelEvent {
  event: string;
  properties: Record<string, unknown>;
}

describe('services', () => {
  test('Mixpanel has one id for an event, whenever it is exported, and the instant', async () => {
    const read = async (): Promise<MixpanelEvent[]> => {
      const { path } = await writtenFile(mixpanel, sampleTable(LINES));
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line) as MixpanelEvent);
    };
    const events = await read();
    expect(events[0]).toMatchObject({
      event: '了解',
      properties: { distinct_id: 'u1', time: AT - 8 * 3_600_000, behavior_ids: [1, 2], share: 0.5 },
    });
    const ids = events.map(({ properties }) => String(properties['$insert_id']));
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(await read()).toEqual(events);
  });

  test('Amplitude has ids that are long enough and that nobody else has, with the id as it is beside them', async () => {
    const lines = [...LINES, { user: 'user-u1', type: '了解', start: AT }];
    const { path, notes } = await writtenFile(amplitude, sampleTable(lines, { profiles: PROFILES }));
    const { events } = JSON.parse(readFileSync(path, 'utf8')) as { events: Record<string, unknown>[] };
    expect(events.map((event) => event['user_id'])).toEqual([
      'user-user-u1',
      'user-user-u1',
      'user-用户 2',
      'user-u1',
    ]);
    expect(events[0]).toMatchObject({
      user_properties: { original_user_id: 'u1', 年龄: '41' },
      event_type: '了解',
      time: AT - 8 * 3_600_000,
    });
    expect(events.every((event) => /^[0-9a-f]{32}$/.test(String(event['insert_id'])))).toBe(true);
    expect(notes).toEqual([{ code: 'export.note.short_ids', params: { users: 2, least: 5 } }]);
  });

  test('get every text as it is', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, async (lines) => {
        const table = sampleTable(lines);
        const mix = await writtenFile(mixpanel, table);
        const events = readFileSync(mix.path, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as MixpanelEvent);
        expect(events.map(({ event }) => event)).toEqual(lines.map(({ type }) => type));
        expect(events.map(({ properties }) => properties['distinct_id'])).toEqual(
          lines.map(({ user }) => user),
        );
        const amp = await writtenFile(amplitude, table);
        const { events: sent } = JSON.parse(readFileSync(amp.path, 'utf8')) as {
          events: { event_type: string }[];
        };
        expect(sent.map(({ event_type: type }) => type)).toEqual(lines.map(({ type }) => type));
      }),
      { numRuns: 30 },
    );
  });
});
