import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../../src/core/import/preview.ts';
import { fileOf, readTable } from './support.ts';

type Options = Partial<Parameters<typeof parquetWriteBuffer>[0]>;
type SchemaElement = NonNullable<Options['schema']>[number];

/** A file with columns of the types that `schema` says; without it those of the writer. */
function fileWith(columnData: ColumnSource[], schema?: SchemaElement[], more: Options = {}): string {
  const elements = schema && [{ name: 'root', num_children: columnData.length }, ...schema];
  const buffer = parquetWriteBuffer({ columnData, ...(elements ? { schema: elements } : {}), ...more });
  return fileOf('odd.parquet', new Uint8Array(buffer));
}

const optional = (name: string, rest: Omit<SchemaElement, 'name'>): SchemaElement => ({
  name,
  repetition_type: 'OPTIONAL',
  ...rest,
});

/** What is written of one column of a type. */
async function column(rest: Omit<SchemaElement, 'name'>, data: unknown[]): Promise<string[]> {
  const { rows } = await readTable(fileWith([{ name: 'c', data }], [optional('c', rest)]));
  return rows.map(([cell]) => cell ?? '');
}

describe('the values of a column', () => {
  it('of decimal numbers keep every digit, and their sign', async () => {
    const long = 12345678901234567890123456789n;
    expect(
      await column(
        { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', precision: 38, scale: 0 },
        [long, long + 1n, -1n, null],
      ),
    ).toEqual([String(long), String(long + 1n), '-1', '']);
    expect(
      await column({ type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 2 }, [1250n, -5n, 100n]),
    ).toEqual(['12.5', '-0.05', '1']);
    expect(
      await column({ type: 'BYTE_ARRAY', converted_type: 'DECIMAL', precision: 20, scale: 3 }, [1234n]),
    ).toEqual(['1.234']);
  });

  it('of dates and times of day are written as such', async () => {
    const day = new Date(Date.UTC(2026, 1, 3));
    expect(await column({ type: 'INT32', converted_type: 'DATE' }, [day, null])).toEqual(['2026-02-03', '']);
    const ms = 32_707_250;
    expect(await column({ type: 'INT32', converted_type: 'TIME_MILLIS' }, [ms, 32_707_000])).toEqual([
      '09:05:07.250',
      '09:05:07',
    ]);
    const micros: SchemaElement['logical_type'] = { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' };
    expect(await column({ type: 'INT64', logical_type: micros }, [BigInt(ms) * 1000n])).toEqual([
      '09:05:07.250',
    ]);
    const nanos: SchemaElement['logical_type'] = { type: 'TIME', isAdjustedToUTC: true, unit: 'NANOS' };
    expect(await column({ type: 'INT64', logical_type: nanos }, [BigInt(ms) * 1_000_000n])).toEqual([
      '09:05:07.250',
    ]);
  });

  it('of times are instants with a zone, and what a clock shows without one, in each unit', async () => {
    const time = new Date(Date.UTC(2026, 1, 3, 9, 5, 7));
    for (const unit of ['MILLIS', 'MICROS', 'NANOS'] as const) {
      for (const [isAdjustedToUTC, written] of [
        [true, '2026-02-03T09:05:07.000Z'],
        [false, '2026-02-03 09:05:07'],
      ] as const) {
        const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC, unit } as const;
        expect(await column({ type: 'INT64', logical_type }, [time, null])).toEqual([written, '']);
      }
    }
    // Beyond the dates of JavaScript there is none; the file is read all the same.
    const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } as const;
    expect(await column({ type: 'INT64', logical_type }, [9_000_000_000_000_000n, time])).toEqual([
      '',
      '2026-02-03 09:05:07',
    ]);
  });

  it('of INT96 are instants, as Spark and Impala write them', async () => {
    const int96 = (day: number, nanos: bigint): Uint8Array => {
      const bytes = Buffer.alloc(12);
      bytes.writeBigUInt64LE(nanos, 0);
      bytes.writeUInt32LE(day, 8);
      return new Uint8Array(bytes);
    };
    const nanos = (9n * 3600n + 5n * 60n) * 1_000_000_000n;
    const values = [int96(2_461_075, nanos), int96(2_461_075, nanos + 1_000_000_000n)];
    const bytes = Buffer.from(
      parquetWriteBuffer({
        columnData: [{ name: 'c', data: values, encoding: 'PLAIN', statistics: false }],
        schema: [
          { name: 'root', num_children: 1 },
          { name: 'c', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, repetition_type: 'REQUIRED' },
        ],
        codec: 'UNCOMPRESSED',
      }),
    );
    // No writer at hand makes the type: in the footer it is put in place of the one whose bytes are the same.
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    for (let at = footer; at < bytes.length - 8; at++)
      if (bytes[at] === 0x15 && bytes[at + 1] === 0x0e) bytes[at + 1] = 0x06;
    const { rows } = await readTable(fileOf('int96.parquet', bytes));
    expect(rows).toEqual([['2026-02-03T09:05:00.000Z'], ['2026-02-03T09:05:01.000Z']]);
  });

  it('without a type are their text, or their digits where they are none', async () => {
    const ids = [Uint8Array.of(0xff, 1), Uint8Array.of(0xfe, 1), Buffer.from('甲'), Uint8Array.of(0, 65)];
    expect(await column({ type: 'BYTE_ARRAY' }, ids)).toEqual(['ff01', 'fe01', '甲', '0041']);
    expect(await column({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2 }, [Uint8Array.of(0xff, 1)])).toEqual([
      'ff01',
    ]);
    expect(await column({ type: 'BYTE_ARRAY', converted_type: 'ENUM' }, [Buffer.from('VIEW')])).toEqual([
      'VIEW',
    ]);
    expect(
      await column({ type: 'BYTE_ARRAY', converted_type: 'BSON' }, [Uint8Array.of(5, 0, 0, 0, 0)]),
    ).toEqual(['0500000000']);
  });

  it('of intervals are a clock, with months as ISO 8601', async () => {
    const interval = (months: number, days: number, ms: number): Uint8Array =>
      new Uint8Array(Uint32Array.of(months, days, ms).buffer);
    expect(
      await column({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' }, [
        interval(0, 1, 9_000_000),
        interval(2, 3, 1500),
      ]),
    ).toEqual(['26:30:00', 'P2M3DT1.5S']);
  });

  it('of unsigned and short numbers are what they are, and nothing where all are null', async () => {
    expect(await column({ type: 'INT32', converted_type: 'UINT_32' }, [4_294_967_295, 7])).toEqual([
      '4294967295',
      '7',
    ]);
    expect(await column({ type: 'INT64', converted_type: 'UINT_64' }, [18_446_744_073_709_551_615n])).toEqual(
      ['18446744073709551615'],
    );
    expect(await column({ type: 'FLOAT' }, [Math.fround(0.1), 16_777_216, Number.NaN])).toEqual([
      '0.1',
      '16777216',
      'NaN',
    ]);
    expect(await column({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, [null, null])).toEqual(['', '']);
  });

  it('of JSON stay as they are written', async () => {
    expect(
      await column({ type: 'BYTE_ARRAY', converted_type: 'JSON' }, [{ a: 'b', n: [1, 2] }, null]),
    ).toEqual(['{"a":"b","n":[1,2]}', '']);
  });
});

it('the fields of structures are columns; lists and maps are kept as JSON', async () => {
  const schema: SchemaElement[] = [
    optional('user', { num_children: 2 }),
    optional('id', { type: 'INT64' }),
    optional('score', { type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 1 }),
    optional('tags', { num_children: 1, converted_type: 'LIST' }),
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    optional('element', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
    optional('extra', { num_children: 1, converted_type: 'MAP' }),
    { name: 'key_value', num_children: 2, repetition_type: 'REPEATED' },
    { name: 'key', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    optional('value', { type: 'INT64' }),
  ];
  const { names, rows, told } = await readTable(
    fileWith(
      [
        { name: 'user', data: [{ id: 9007199254740993n, score: 15n }, null] },
        { name: 'tags', data: [['a', 'b'], []] },
        { name: 'extra', data: [{ a: 9007199254740993n }, null] },
      ],
      schema,
    ),
  );
  expect(names).toEqual(['user.id', 'user.score', 'tags', 'extra']);
  expect(rows).toEqual([
    ['9007199254740993', '1.5', '["a","b"]', '{"a":"9007199254740993"}'],
    ['', '', '[]', ''],
  ]);
  expect(told).toEqual([]);
});

it('a list of structures is kept as JSON, and told', async () => {
  const schema: SchemaElement[] = [
    optional('session', { type: 'INT64' }),
    optional('events', { num_children: 1, converted_type: 'LIST' }),
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    optional('element', { num_children: 2 }),
    optional('ts', { type: 'INT64' }),
    optional('type', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
  ];
  const { names, rows, told } = await readTable(
    fileWith(
      [
        { name: 'session', data: [7n] },
        {
          name: 'events',
          data: [
            [
              { ts: 1n, type: 'view' },
              { ts: 2n, type: 'buy' },
            ],
          ],
        },
      ],
      schema,
    ),
  );
  expect([names, rows]).toEqual([
    ['session', 'events'],
    [['7', '[{"ts":"1","type":"view"},{"ts":"2","type":"buy"}]']],
  ]);
  expect(told).toEqual(['import.note.kept_lists events']);
});

it('columns of one name are all read, each with its own values', async () => {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  const schema = ['user_id', 'action', 'time', 'action'].map((name) => optional(name, text));
  const data = [
    ['u1', 'u2'],
    ['view', 'buy'],
    ['2026-02-03 09:05', '2026-02-03 09:06'],
    ['a', 'b'],
  ];
  const path = fileWith(
    schema.map(({ name }, at) => ({ name, data: data[at] ?? [] })),
    schema,
    { rowGroupSize: 1 },
  );
  const { names, rows } = await readTable(path);
  expect(names).toEqual(['user_id', 'action', 'time', 'action']);
  expect(rows).toEqual([
    ['u1', 'view', '2026-02-03 09:05', 'a'],
    ['u2', 'buy', '2026-02-03 09:06', 'b'],
  ]);
  const { doubts, columns } = await previewImport({ path, kind: 'behaviours' });
  expect(columns.map(({ name }) => name)).toEqual(['user_id', 'action', 'time', 'action (2)']);
  expect(doubts.map(({ code }) => code)).toEqual(['import.doubt.same_name_read']);
});

it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const)(
  'is read when it is packed by %s',
  async (codec) => {
    const data = Array.from({ length: 3000 }, (_, at) => `u${at % 7}`);
    const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync, ZSTD: zstdCompressSync };
    const path = fileWith([{ name: 'user', data, type: 'STRING' }], undefined, {
      codec,
      compressors,
      rowGroupSize: 1000,
    });
    const { rows } = await readTable(path);
    expect(rows).toEqual(data.map((user) => [user]));
  },
);

it('a file without rows has its columns, and is told to be empty when it is imported', async () => {
  const path = fileWith([{ name: 'user_id', data: [], type: 'STRING' }]);
  expect(await readTable(path)).toMatchObject({ names: ['user_id'], rows: [] });
});
