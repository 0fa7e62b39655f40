import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import type { ExportTable } from '../../../src/core/export/export-table.ts';
import { parquet } from '../../../src/core/export/formats/parquet.ts';
import { xlsx } from '../../../src/core/export/formats/xlsx.ts';
import { lacks } from '../../support/readers.ts';
import { tempFolder } from '../../support/temp.ts';
import { sampleTable, writtenFile } from './support/sample-table.ts';

const lacksOffice = lacks('soffice', ['--version']);
const lacksArrow = lacks('python3', ['-c', 'import pyarrow.parquet']);
const PATIENCE_MS = 120_000;

const DAY = Date.UTC(2026, 1, 3);

function table(): ExportTable {
  const texts = [
    '=1+1',
    '+86 138',
    '00123',
    '1E5',
    "'=x",
    '汉字 "引号"',
    'a,b;c',
    '👩‍👩‍👧',
    'two\nlines',
    '&amp;<tag>',
    '_x0041_',
    '2026-02-03',
  ];
  const lines = texts.map((note, at) => ({
    user: at % 2 === 0 ? '9007199254740993' : '=cmd',
    type: at % 3 === 0 ? '购买' : 'browse',
    start: DAY + at * 3_725_000,
    end: at % 4 === 0 ? null : DAY + at * 3_725_000 + 59_000,
    count: at === 0 ? null : at * 1_000_003,
    share: at / 8,
    ready: at % 2 === 0,
    ids: [at, at + 1],
    context: { at, note },
    note,
  }));
  return sampleTable(lines, { zone: 'Asia/Shanghai' });
}

const textOf = (wall: number): string => new Date(wall).toISOString().slice(0, 19).replace('T', ' ');

describe('LibreOffice', () => {
  test.skipIf(lacksOffice)(
    'shows the cells of a workbook as they are (skipped where it is not installed)',
    { timeout: PATIENCE_MS },
    async () => {
      const { path } = await writtenFile(xlsx, table(), { name: 'events.xlsx' });
      const folder = tempFolder();
      const profile = join(folder, 'profile');
      mkdirSync(profile);
      // Comma, quotation mark, UTF-8, first line; cells as they are shown, all texts between quotation marks.
      const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false';
      const { status, stderr } = spawnSync(
        'soffice',
        [
          `-env:UserInstallation=file://${profile}`,
          '--headless',
          '--convert-to',
          filter,
          '--outdir',
          folder,
          path,
        ],
        { encoding: 'utf8', timeout: PATIENCE_MS },
      );
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      const [header = [], ...rows] = Papa.parse<string[]>(
        readFileSync(join(folder, 'events.csv'), 'utf8').replace(/^\uFEFF/, ''),
        {
          skipEmptyLines: true,
        },
      ).data;
      const { columns, lines } = table();
      expect(header).toEqual(columns.map(({ name }) => name));
      const shown = [...lines()].map(({ cells }) =>
        cells.map((cell, at) => {
          if (cell === null) return '';
          switch (columns[at]?.type) {
            case 'time':
              return textOf(Number(cell));
            case 'boolean':
              return String(cell).toUpperCase();
            default:
              return String(cell);
          }
        }),
      );
      expect(rows).toEqual(shown);
    },
  );
});

describe('Apache Arrow', () => {
  const script = `
import json, sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
meta = {k.decode(): v.decode() for k, v in pq.read_schema(sys.argv[1]).metadata.items()}
rows = [[v.isoformat() if hasattr(v, 'isoformat') else v for v in row.values()] for row in table.to_pylist()]
print(json.dumps({'names': table.column_names, 'rows': rows, 'zone': meta['time_zone'], 'detail': meta['eventloom_detail']}))
`;

  test.skipIf(lacksArrow)(
    'reads the values of a Parquet file as they are (skipped where pyarrow is not installed)',
    { timeout: PATIENCE_MS },
    async () => {
      const { path } = await writtenFile(parquet, table(), { name: 'events.parquet' });
      const { status, stdout, stderr } = spawnSync('python3', ['-c', script, path], {
        encoding: 'utf8',
        timeout: PATIENCE_MS,
      });
      expect([status, stderr]).toEqual([0, '']);
      const read = JSON.parse(stdout) as { names: string[]; rows: unknown[][]; zone: string; detail: string };
      const { columns, lines, clock } = table();
      expect([read.names, read.zone, read.detail]).toEqual([
        columns.map(({ name }) => name),
        'Asia/Shanghai',
        'fine',
      ]);
      const times = columns.flatMap(({ type }, at) => (type === 'time' ? [at] : []));
      const wanted = [...lines()].map(({ cells }) =>
        cells.map((cell, at) => (times.includes(at) && cell !== null ? clock.instant(Number(cell)) : cell)),
      );
      const found = read.rows.map((row) =>
        row.map((cell, at) => (times.includes(at) && typeof cell === 'string' ? Date.parse(cell) : cell)),
      );
      expect(found).toEqual(wanted);
    },
  );
});
