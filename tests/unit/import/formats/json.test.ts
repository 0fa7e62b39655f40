import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileOf, readTable } from './support.ts';

describe('JSON', () => {
  it('is read a record a line, each with the fields it has', async () => {
    const path = fileOf('log.txt', '{"u":"a","n":{"x":1}}\n\n{"u":"b","n":{"x":2,"y":null},"z":true}\n');
    const { format, names, unit, entries } = await readTable(path);
    expect([format, names, unit]).toEqual(['json', ['u', 'n.x', 'z'], 'line']);
    expect(entries).toEqual([
      { line: 1, cells: ['a', '1', ''] },
      { line: 3, cells: ['b', '2', 'true'] },
    ]);
  });

  it('is read from an array, on one line or many, and from objects behind each other', async () => {
    const compact = await readTable(fileOf('a.json', '[{"u":"a","t":"}"},{"u":"\\"b[","t":2}]'));
    expect(compact.rows).toEqual([
      ['a', '}'],
      ['"b[', '2'],
    ]);
    const pretty = JSON.stringify([{ u: 'a' }, { u: 'b' }], null, 2);
    expect((await readTable(fileOf('b.json', `\uFEFF${pretty}`))).rows).toEqual([['a'], ['b']]);
    const following = await readTable(fileOf('c.json', '{\n "u": "a"\n}\n{\n "u": "b"\n}\n'));
    expect(following.rows).toEqual([['a'], ['b']]);
  });

  it('is read where it is UTF-16 without a mark, or a sequence of texts, or has numbers that are none', async () => {
    const utf16 = fileOf('a', Buffer.from('{"u":"a"}\n{"u":"b"}\n', 'utf16le'));
    expect((await readTable(utf16)).rows).toEqual([['a'], ['b']]);
    const sequence = fileOf('b', '\x1e{"u":"a"}\n\x1e{"u":"b"}\n');
    expect((await readTable(sequence)).rows).toEqual([['a'], ['b']]);
    const returns = fileOf('c', '{"u":"a","n":NaN}\r{"u":"-Infinity \\"NaN","n":-Infinity}\r');
    const { entries } = await readTable(returns);
    expect(entries).toEqual([
      { line: 1, cells: ['a'] },
      { line: 2, cells: ['-Infinity "NaN'] },
    ]);
  });

  it('keeps a record with a beginning and an end, whatever lists it has', async () => {
    const stages = [
      {
        user_id: 'a',
        start_time: '2026-02-03 09:05:00',
        objects: [
          { name: 'x', events: 2 },
          { name: 'y', events: 1 },
        ],
      },
      { user_id: 'a', start_time: '2026-02-03 10:05:00', objects: [] },
    ];
    const { rows } = await readTable(fileOf('a', stages.map((stage) => JSON.stringify(stage)).join('\n')));
    expect(rows.map(([user, start]) => `${user} ${start}`)).toEqual([
      'a 2026-02-03 09:05:00',
      'a 2026-02-03 10:05:00',
    ]);
  });

  it('of which no record can be read is no empty file', async () => {
    const path = fileOf('a', `{"u":'a'}\n{"u":'b'}\n`);
    await expect(readTable(path)).rejects.toMatchObject({
      code: 'import.json_broken',
      params: { example: `{"u":'a'}` },
    });
    const cut = fileOf('b', '{"events":[{"u":"a"},{"u":');
    await expect(readTable(cut)).rejects.toMatchObject({ code: 'import.json_broken' });
  });

  it('is read where its first record is too long', async () => {
    const path = fileOf('a', `{"u":"${'x'.repeat(9_000_000)}"}\n{"u":"b"}\n`);
    const { rows, entries } = await readTable(path);
    expect([rows, entries[0]]).toEqual([
      [['b']],
      expect.objectContaining({ reason: expect.objectContaining({ code: 'import.row.too_long' }) as object }),
    ]);
  });

  it('gives a row for each event of a session, as OTTO writes them', async () => {
    const lines = [
      { session: 12, events: [{ aid: 59625, ts: 1661724000278, type: 'clicks' }] },
      { session: 13, events: [] },
      {
        session: 14,
        events: [
          { aid: 1, ts: 1661724000379, type: 'carts' },
          { aid: 2, ts: 1661724000400, type: 'orders' },
        ],
      },
    ];
    const path = fileOf('otto.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    const { names, unit, rows, entries } = await readTable(path);
    expect([names, unit]).toEqual([['session', 'aid', 'ts', 'type'], 'row']);
    expect(rows).toEqual([
      ['12', '59625', '1661724000278', 'clicks'],
      ['14', '1', '1661724000379', 'carts'],
      ['14', '2', '1661724000400', 'orders'],
    ]);
    expect(entries.map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  it('does not make an event of each thing that one event holds, and reads named parameters', async () => {
    const event = {
      event_name: 'purchase',
      event_timestamp: 1770109500123456,
      event_params: [
        { key: 'page_location', value: { string_value: '/checkout', int_value: null } },
        { key: 'engagement', value: { int_value: 7 } },
      ],
      items: [{ item_id: 'A' }, { item_id: 'B' }],
    };
    const { names, rows } = await readTable(fileOf('ga4.json', JSON.stringify([event, event])));
    expect(names).toEqual([
      'event_name',
      'event_timestamp',
      'event_params.page_location',
      'event_params.engagement',
      'items',
    ]);
    const row = ['purchase', '1770109500123456', '/checkout', '7', '[{"item_id":"A"},{"item_id":"B"}]'];
    expect(rows).toEqual([row, row]);
  });

  it('reads the types of MongoDB as plain values, in both of its versions', async () => {
    const lines = [
      '{"_id":{"$oid":"5f1"},"user":{"$numberLong":"9007199254740995"},"ts":{"$date":"2026-02-03T01:05:00Z"}}',
      '{"_id":{"$oid":"5f2"},"user":{"$numberLong":"9007199254740996"},"ts":{"$date":{"$numberLong":"1770109560000"}}}',
    ];
    const { names, rows } = await readTable(fileOf('mongo.json', lines.join('\n')));
    expect(names).toEqual(['_id', 'user', 'ts']);
    expect(rows).toEqual([
      ['5f1', '9007199254740995', '2026-02-03T01:05:00Z'],
      ['5f2', '9007199254740996', '1770109560000'],
    ]);
  });

  it('keeps numbers that are longer than a number holds, digit by digit', async () => {
    const path = fileOf('ids.jsonl', '{"id":12345678901234567890,"b":-9223372036854775807,"c":0.1}\n');
    expect((await readTable(path)).rows).toEqual([['12345678901234567890', '-9223372036854775807', '0.1']]);
  });

  it('keeps fields that only later records have', async () => {
    const path = fileOf('late.jsonl', '{"u":"a"}\n{"u":"b"}\n{"u":"c","late":1,"__proto__":2}\n');
    const { names, rows } = await readTable(path, null, { sampleRows: 2 });
    expect(names).toEqual(['u', '_other']);
    expect(rows).toEqual([
      ['a', ''],
      ['b', ''],
      ['c', '{"late":"1","__proto__":"2"}'],
    ]);
  });

  it('refuses a broken record alone, with its place', async () => {
    const path = fileOf('broken.jsonl', '{"u":"a"}\n{"u":"b\n{"u":"c"}\n[1]\n{"u":"d"}');
    const { rows, entries } = await readTable(path);
    expect(rows).toEqual([['a'], ['c'], ['d']]);
    expect(entries.filter((entry) => 'reason' in entry)).toEqual([
      { line: 2, reason: { code: 'import.row.bad_json' }, raw: '{"u":"b' },
      { line: 4, reason: { code: 'import.row.bad_json' }, raw: '[1]' },
    ]);
    const cut = await readTable(fileOf('cut.json', '[{"u":"a"},{"u":"b"},{"u":'));
    expect(cut.rows).toEqual([['a'], ['b']]);
    expect(cut.entries.at(-1)).toEqual({
      line: 3,
      reason: { code: 'import.row.json_unclosed' },
      raw: '{"u":',
    });
  });

  it('refuses a value that is too long, and reads on behind it', async () => {
    const long = JSON.stringify({ u: 'x'.repeat(300_000) });
    const reason = { code: 'import.row.too_long', params: { limit: 1000 } };
    for (const text of [`{"u":"a"}\n${long}\n{"u":"b"}\n`, `[{"u":"a"},${long},{"u":"b"}]`]) {
      const { rows, entries } = await readTable(fileOf('long.json', text), null, { valueChars: 1000 });
      expect(rows).toEqual([['a'], ['b']]);
      expect(entries[1]).toMatchObject({ line: 2, reason });
    }
  });

  it('finds the records in the array of one large object', async () => {
    const events = Array.from({ length: 40_000 }, (_, at) => ({ user: `u${at}`, time: 1770109500 + at }));
    const path = fileOf('export.json', JSON.stringify({ version: 1, about: { by: 'x' }, events }));
    const { names, rows } = await readTable(path);
    expect(names?.slice(0, 2)).toEqual(['user', 'time']);
    expect([rows.length, rows[0]?.slice(0, 2), rows.at(-1)?.slice(0, 2)]).toEqual([
      40_000,
      ['u0', '1770109500'],
      ['u39999', '1770149499'],
    ]);
  });

  it('is read from UTF-16, GB18030 and gzip as well', async () => {
    const text = '{"用户":"甲"}\n{"用户":"乙"}\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const gb = Buffer.from('7b22d3c3bba7223a22bcd7227d0a', 'hex');
    expect((await readTable(fileOf('a', utf16))).rows).toEqual([['甲'], ['乙']]);
    const fromGb = await readTable(fileOf('b', gb));
    expect([fromGb.names, fromGb.rows]).toEqual([['用户'], [['甲']]]);
    expect((await readTable(fileOf('c', gzipSync(text)))).rows).toEqual([['甲'], ['乙']]);
  });

  it('gives a row for each event of each session of a user, with what is around it', async () => {
    const user = (id: number, sessions: unknown[]): unknown => ({
      user_id: id,
      profile: { city: 'x' },
      sessions,
    });
    const event = (ts: number, action: string): unknown => ({
      ts,
      action,
      items: [{ sku: 'a' }, { sku: 'b' }],
    });
    const records = [
      user(1, [
        { id: 's1', started_at: 1770109000, events: [event(1770109500, 'view'), event(1770109560, 'buy')] },
        { id: 's2', started_at: 1770109900, events: [] },
      ]),
      user(2, [{ id: 's3', started_at: 1770119000, events: [event(1770119500, 'view')] }]),
      user(3, []),
    ];
    const { names, rows, told } = await readTable(fileOf('users.json', JSON.stringify(records)));
    expect(names).toEqual(['user_id', 'profile.city', 'id', 'started_at', 'ts', 'action', 'items']);
    const items = '[{"sku":"a"},{"sku":"b"}]';
    expect(rows).toEqual([
      ['1', 'x', 's1', '1770109000', '1770109500', 'view', items],
      ['1', 'x', 's1', '1770109000', '1770109560', 'buy', items],
      ['2', 'x', 's3', '1770119000', '1770119500', 'view', items],
    ]);
    expect(told).toEqual(['import.note.kept_lists items', 'import.note.empty_lists sessions.events 2']);
  });

  it('finds events in lists without a time around them, and keeps what an event holds together', async () => {
    const days = [
      { user: 'a', tags: [{ t: 1 }], days: [{ no: 1, log: [{ time: '2026-02-03 09:05', event: 'view' }] }] },
    ];
    const deep = await readTable(fileOf('days.json', JSON.stringify(days)));
    expect(deep.names).toEqual(['user', 'tags', 'no', 'time', 'event']);
    expect(deep.rows).toEqual([['a', '[{"t":1}]', '1', '2026-02-03 09:05', 'view']]);
    const changed = {
      ts: 1,
      action: 'edit',
      changes: [
        { time: 2, field: 'x' },
        { time: 3, field: 'y' },
      ],
    };
    const events = await readTable(
      fileOf('events.json', JSON.stringify([{ session: 's', events: [changed] }])),
    );
    expect(events.rows).toEqual([['s', '1', 'edit', JSON.stringify(changed.changes)]]);
  });

  it('reads rows of values, with a row of names or without, in an array or a line each', async () => {
    const array = await readTable(
      fileOf(
        'rows.json',
        '[["user","ts","n"],\n["u1",1770109500,12345678901234567890],["u2",null,[1,{"a":2}]]]',
      ),
    );
    expect([array.format, array.names, array.unit, array.rows]).toEqual([
      'json',
      null,
      'row',
      [
        ['user', 'ts', 'n'],
        ['u1', '1770109500', '12345678901234567890'],
        ['u2', '', '[1,{"a":2}]'],
      ],
    ]);
    const pretty = JSON.stringify(
      [
        ['u1', 1],
        ['u2', 2],
      ],
      null,
      2,
    );
    expect((await readTable(fileOf('pretty.json', pretty))).rows).toEqual([
      ['u1', '1'],
      ['u2', '2'],
    ]);
    const lines = await readTable(fileOf('lines.jsonl', '["u1","a, b"]\n["u2",true]\nu3\n'));
    expect([lines.format, lines.unit, lines.rows]).toEqual([
      'json',
      'line',
      [
        ['u1', 'a, b'],
        ['u2', 'true'],
      ],
    ]);
    expect(lines.entries[2]).toEqual({ line: 3, reason: { code: 'import.row.bad_json' }, raw: 'u3' });
    for (const header of ['[user],[time]\n', '[2026-02-03],u\n'])
      expect((await readTable(fileOf('c', header))).format).toBe('csv');
  });

  it('refuses what stands between the records of an array, and behind it', async () => {
    const { rows, entries } = await readTable(fileOf('a.json', '[{"u":1},null,["x"],"y" ,{"u":2}]\n{"u":3}'));
    expect(rows).toEqual([['1'], ['2']]);
    const refused = entries.filter((entry) => 'reason' in entry);
    expect(refused.map(({ line, raw }) => [line, raw.slice(0, 4)])).toEqual([
      [2, 'null'],
      [3, '["x"'],
      [4, '"y" '],
      [6, '{"u"'],
    ]);
    const following = await readTable(fileOf('b.json', '{\n"u":1\n},\n{\n"u":2\n}\nEND'));
    expect([following.rows, following.entries.length]).toEqual([[['1'], ['2']], 3]);
  });

  it('makes columns of one name of values that have one path, and tells a field that is there twice', async () => {
    const { names, rows, told } = await readTable(fileOf('a.jsonl', '{"a.b":1,"a":{"b":2},"c":3,"c":4}\n'));
    expect([names, rows, told]).toEqual([
      ['a.b', 'a.b', 'c'],
      [['1', '2', '4']],
      ['import.note.repeated_names c'],
    ]);
  });

  it('finds records below other objects of a large one, and sessions that are longer than its beginning', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => ({
      user: `u${at}`,
      time: 1770109500 + at,
      action: 'x',
    }));
    const nested = { meta: { page: { size: 1 } }, data: { total: 2, rows } };
    const below = await readTable(fileOf('a.json', JSON.stringify(nested)));
    expect([below.names?.slice(0, 3), below.rows.length]).toEqual([['user', 'time', 'action'], rows.length]);
    const long = await readTable(fileOf('b.json', JSON.stringify([{ session: 7, events: rows }])));
    expect([long.names?.slice(0, 4), long.rows.length]).toEqual([
      ['session', 'user', 'time', 'action'],
      rows.length,
    ]);
    const beside = await readTable(fileOf('c.json', JSON.stringify({ version: 1, by: 'x', rows })));
    expect([beside.rows.length, beside.told]).toEqual([
      rows.length,
      ['import.note.beside_records version, by'],
    ]);
  });

  it('without objects is refused', async () => {
    await expect(readTable(fileOf('n.json', '[1]'))).resolves.toMatchObject({ format: 'csv' });
    await expect(readTable(fileOf('e.json', '[]'))).resolves.toMatchObject({ names: [], rows: [] });
  });
});
