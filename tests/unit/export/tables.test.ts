import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { readXlsx } from 'hucre/xlsx';
import Papa from 'papaparse';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { csv } from '../../../src/core/export/formats/csv.ts';
import { FORMATS } from '../../../src/core/export/formats/index.ts';
import { jsonl } from '../../../src/core/export/formats/jsonl.ts';
import { parquet } from '../../../src/core/export/formats/parquet.ts';
import { pm4pyCsv } from '../../../src/core/export/formats/pm4py-csv.ts';
import { MOST_CELL_CHARS, MOST_ZIP_BYTES, xlsx, xlsxFormat } from '../../../src/core/export/formats/xlsx.ts';
import { formatWallTime } from '../../../src/core/wall-time.ts';
import { cellValue } from '../../../src/core/import/cell.ts';
import type { ExportCell } from '../../../src/core/export/export-table.ts';
import {
  cellsOf,
  COLUMNS,
  hostileLines,
  hostileText,
  sampleTable,
  writtenFile,
} from './support/sample-table.ts';
import type { SampleLine } from './support/sample-table.ts';
import { unzip } from './support/unzip.ts';

const AT = Date.UTC(2026, 1, 3, 9, 5, 7);
const LINE: SampleLine = {
  user: '=cmd()',
  type: '购买',
  start: AT,
  end: AT + 1500,
  count: 3,
  share: 0.25,
  ready: true,
  ids: [1, 22],
  context: { object: '大众', n: 2 },
  note: '-5',
};

/** A cell of CSV as it was: an apostrophe before a formula, or before apostrophes before one, is taken away. */
const plain = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

/** A cell as the text that CSV has for it. */
function asText(cell: ExportCell, index: number): string {
  if (cell === null) return '';
  return COLUMNS[index]?.type === 'time' ? formatWallTime(Number(cell)) : String(cell);
}

describe('CSV', () => {
  test('has wall-clock times, and no cell that a spreadsheet would run', async () => {
    const { path, rows } = await writtenFile(csv, sampleTable([LINE]));
    expect(rows).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(
      '\uFEFFuser_id,event_type,start_time,end_time,count,share,ready,behavior_ids,context,备注 note\r\n' +
        `'=cmd(),购买,2026-02-03 09:05:07,2026-02-03 09:05:08.500,3,0.25,true,1;22,"{""object"":""大众"",""n"":2}",'-5\r\n`,
    );
  });

  test('gives every cell back, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, async (lines) => {
        const { path } = await writtenFile(csv, sampleTable(lines));
        const { data } = Papa.parse<string[]>(readFileSync(path, 'utf8').slice(1), {
          delimiter: ',',
          newline: '\r\n',
        });
        expect(data.pop()).toEqual(['']);
        const [, ...rows] = data;
        for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=@\t\r]/);
        expect(rows.map((row) => row.map(plain))).toEqual(lines.map((line) => cellsOf(line).map(asText)));
      }),
      { numRuns: 60 },
    );
  });

  test('of which an import makes the texts that they were, without the space around them', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        // What means nothing, and Excel's own way to keep digits, are read as an import has always read them.
        fc.pre(cellValue(text) !== null && !text.trim().startsWith('="'));
        const wanted = text.trim();
        fc.pre(wanted === cellValue(wanted));
        const cell = /^'*[=+\-@\t\r]/.test(wanted) ? `'${wanted}` : wanted;
        expect(cellValue(cell)).toBe(wanted);
      }),
    );
  });

  test('is compressed where the name says so', async () => {
    const { path } = await writtenFile(csv, sampleTable([LINE]), { gzip: true });
    expect(gunzipSync(readFileSync(path)).toString()).toContain('购买');
  });
});

test('JSON Lines give every value back, with times in the zone of the log', async () => {
  await fc.assert(
    fc.asyncProperty(hostileLines, async (lines) => {
      const { path } = await writtenFile(jsonl, sampleTable(lines));
      const texts = readFileSync(path, 'utf8').split('\n');
      expect(texts.pop()).toBe('');
      const read = texts.map((text) => JSON.parse(text) as Record<string, unknown>);
      for (const [index, line] of lines.entries()) {
        const { start_time: start, context, behavior_ids: ids, ...rest } = read[index] ?? {};
        expect(start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[89]:00$/);
        expect(String(start).slice(0, 23)).toBe(new Date(line.start).toISOString().slice(0, 23));
        expect(context).toEqual(JSON.parse(JSON.stringify(line.context)));
        expect(ids).toEqual(line.ids);
        expect(rest).toMatchObject({ user_id: line.user, event_type: line.type, ready: line.ready ?? null });
        expect(rest['备注 note']).toBe(line.note ?? null);
      }
    }),
    { numRuns: 40 },
  );
});

const withoutMark = (cell: ExportCell): ExportCell =>
  typeof cell === 'string' && cell.startsWith('\uFEFF') ? cell.slice(1) : cell;

describe('Parquet', () => {
  const read = async (path: string): Promise<{ rows: Record<string, unknown>[]; zone: unknown }> => {
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const metadata = await parquetMetadataAsync(file);
    const rows = await parquetReadObjects({ file });
    return { rows, zone: metadata.key_value_metadata?.find(({ key }) => key === 'time_zone')?.value };
  };

  test('gives every value back; times are instants', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, async (lines) => {
        const table = sampleTable(lines, { zone: 'Asia/Tokyo' });
        const { path, rows } = await writtenFile(parquet, table);
        expect(rows).toBe(lines.length);
        const file = await read(path);
        expect(file.zone).toBe('Asia/Tokyo');
        expect(file.rows).toEqual(
          lines.map((line) => {
            const cells = cellsOf(line);
            const at = (name: string): ExportCell =>
              cells[COLUMNS.findIndex((column) => column.name === name)] ?? null;
            const count = at('count');
            const end = at('end_time');
            return {
              // The library that reads takes a byte order mark away at the beginning of a text; the file has it.
              ...Object.fromEntries(COLUMNS.map(({ name }) => [name, withoutMark(at(name))])),
              start_time: new Date(line.start - 9 * 3_600_000),
              end_time: end === null ? null : new Date(Number(end) - 9 * 3_600_000),
              count: count === null ? null : BigInt(Number(count)),
            };
          }),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('is written in groups of rows that stay small', async () => {
    const lines = Array.from({ length: 45_000 }, (_each, index) => ({ ...LINE, count: index }));
    const { path } = await writtenFile(parquet, sampleTable(lines));
    const bytes = readFileSync(path);
    const metadata = await parquetMetadataAsync(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    );
    expect(metadata.row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([20_000, 20_000, 5_000]);
    const { rows } = await read(path);
    expect(rows[44_999]).toMatchObject({ count: 44_999n, user_id: '=cmd()' });
  });
});

/** The cells of the sheets of a workbook, by plain XML: texts as they are shown, and numbers. */
function sheetsOf(path: string): (string | number | boolean | null)[][][] {
  const files = unzip(readFileSync(path));
  const names = [...files.keys()].filter((name) => name.startsWith('xl/worksheets/')).sort();
  return names.map((name) => {
    const rows: (string | number | boolean | null)[][] = [];
    let [column, type, text] = [0, '', ''];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name: tag, attributes }) => {
      if (tag === 'row') rows[Number(attributes['r']) - 1] = COLUMNS.map(() => null);
      if (tag !== 'c') return;
      const letters = /^[A-Z]+/.exec(attributes['r'] ?? '')?.[0] ?? '';
      column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      [type, text] = [attributes['t'] ?? 'n', ''];
    });
    parser.on('text', (part) => (text += part));
    parser.on('closetag', ({ name: tag }) => {
      if (tag !== 'c' || text === '') return;
      const row = rows.at(-1);
      if (!row) throw new Error('a cell without a row');
      const shown = text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) =>
        String.fromCharCode(parseInt(hex, 16)),
      );
      row[column] = type === 'inlineStr' ? shown : type === 'b' ? text === '1' : Number(text);
    });
    parser.write(files.get(name)?.toString('utf8') ?? '').close();
    return rows;
  });
}

/** Days since 1899-12-30, as a sheet counts. */
const serial = (time: number): number => time / 86_400_000 + 25_569;

describe('XLSX', () => {
  test('gives every cell back, by plain XML: ids are texts, times are dates', async () => {
    await fc.assert(
      fc.asyncProperty(hostileLines, async (lines) => {
        const { path, notes } = await writtenFile(xlsx, sampleTable(lines));
        expect(notes).toEqual([]);
        const [sheet = []] = sheetsOf(path);
        expect(sheet[0]).toEqual(COLUMNS.map(({ name }) => name));
        for (const [index, line] of lines.entries()) {
          const row = sheet[index + 1] ?? [];
          for (const [place, cell] of cellsOf(line).entries()) {
            const found = row[place] ?? null;
            if (COLUMNS[place]?.type === 'time' && cell !== null)
              expect(found).toBeCloseTo(serial(Number(cell)), 7);
            else expect(found).toEqual(cell);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('is read by a library, too', async () => {
    const { path } = await writtenFile(xlsx, sampleTable([LINE]));
    const { sheets } = await readXlsx(readFileSync(path));
    expect(sheets.map(({ name }) => name)).toEqual(['events']);
    expect(sheets[0]?.rows[1]?.slice(0, 3)).toEqual(['=cmd()', '购买', new Date(AT)]);
  });

  test('goes on in further sheets, each with the header, and says so', async () => {
    const lines = Array.from({ length: 5 }, (_each, index) => ({ ...LINE, count: index }));
    const small = xlsxFormat({ rows: 3, chars: MOST_CELL_CHARS, zipBytes: MOST_ZIP_BYTES });
    const { path, rows, notes } = await writtenFile(small, sampleTable(lines));
    expect(rows).toBe(5);
    expect(notes).toEqual([{ code: 'export.note.sheets', params: { rows: 5, sheets: 3 } }]);
    const sheets = sheetsOf(path);
    expect(sheets.map((sheet) => sheet.map((row) => row[4]))).toEqual([
      ['count', 0, 1],
      ['count', 2, 3],
      ['count', 4],
    ]);
  });

  test('has the fields of ZIP64 where it may become larger than an archive without them, and reads the same', async () => {
    const lines = Array.from({ length: 40 }, (_each, index) => ({ ...LINE, count: index }));
    const ofZip = (zipBytes: number) =>
      writtenFile(xlsxFormat({ rows: 3, chars: MOST_CELL_CHARS, zipBytes }), sampleTable(lines));
    const { path: plain } = await ofZip(MOST_ZIP_BYTES);
    const { path: large } = await ofZip(1000);
    const END64 = Buffer.from([0x50, 0x4b, 0x06, 0x06]);
    expect([plain, large].map((file) => readFileSync(file).includes(END64))).toEqual([false, true]);
    expect(sheetsOf(large)).toEqual(sheetsOf(plain));
    expect(sheetsOf(large)).toHaveLength(20);
    // A reader that is none of ours, and checks sizes and checksums.
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))';
    const python = spawnSync('python3', ['-c', script, large], { encoding: 'utf8' });
    if (python.error === undefined) expect(python.stdout.trim()).toMatch(/^None \d{2,}$/);
  });

  test('puts what is too long for a cell into continuation columns, and divides no character', async () => {
    const long = `${'x'.repeat(MOST_CELL_CHARS - 1)}𠮷${'y'.repeat(MOST_CELL_CHARS)}`;
    const { path, notes } = await writtenFile(xlsx, sampleTable([LINE, { ...LINE, note: long }]));
    expect(notes).toEqual([
      {
        code: 'export.note.long_cells',
        params: { cells: 1, limit: MOST_CELL_CHARS, columns: '备注 note (2), 备注 note (3)' },
      },
    ]);
    const [sheet = []] = sheetsOf(path);
    expect(sheet[0]?.slice(9)).toEqual(['备注 note', '备注 note (2)', '备注 note (3)']);
    const parts = (sheet[2] ?? []).slice(9).map(String);
    expect(parts.every((part) => part.length <= MOST_CELL_CHARS)).toBe(true);
    expect(parts.join('')).toBe(long);
    // A short text is in its own cell only.
    expect((sheet[1] ?? []).slice(9).filter((cell) => cell !== null && cell !== undefined)).toEqual(['-5']);
  });

  test('has a date that Excel does not know as text', async () => {
    const { path } = await writtenFile(xlsx, sampleTable([{ ...LINE, end: Date.UTC(1890, 0, 1) }]));
    expect(sheetsOf(path)[0]?.[1]?.[3]).toBe('1890-01-01 00:00:00');
  });
});

test('pm4py CSV has its names first, one form of time, and every cell as it is', async () => {
  await fc.assert(
    fc.asyncProperty(hostileLines, async (lines) => {
      const { path } = await writtenFile(pm4pyCsv, sampleTable(lines, { zone: 'Europe/Berlin' }));
      const text = readFileSync(path, 'utf8');
      expect(text).toMatch(/^case:concept:name,concept:name,time:timestamp,end_time,/);
      const { data } = Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' });
      data.pop();
      const [, ...rows] = data;
      for (const [index, line] of lines.entries()) {
        const [user, activity, start, end] = rows[index] ?? [];
        expect([user, activity]).toEqual([line.user, line.type]);
        for (const time of end === '' ? [start] : [start, end])
          expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00$/);
        expect(rows[index]?.at(-1)).toBe(line.note ?? '');
      }
    }),
    { numRuns: 40 },
  );
});

test.each(Object.entries(FORMATS))('%s writes a file without lines that is whole', async (_name, format) => {
  const { path, rows, notes } = await writtenFile(format, sampleTable([]));
  expect(rows).toBe(0);
  expect(notes).toEqual([]);
  expect(readFileSync(path)).toBeDefined();
});
