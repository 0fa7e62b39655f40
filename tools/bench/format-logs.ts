import { createWriteStream, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { writeXlsxStream } from 'hucre/xlsx';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** The columns of the events of Retailrocket (kaggle.com/datasets/retailrocket/ecommerce-dataset). */
const COLUMNS = ['timestamp', 'visitorid', 'event', 'itemid', 'transactionid'] as const;
/** Retailrocket has 1.96 events a visitor, 96.7 % of them views. */
const VISITORS = 1_407_580 / 2_756_101;
const START = Date.UTC(2015, 4, 3, 3);
const ROW_GROUP = 100_000;

type RetailRow = [time: number, visitor: number, event: string, item: number, transaction: number | null];

/** Rows of such a log, the same for the same number. */
export function* retailRows(rows: number): Generator<RetailRow> {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const visitors = Math.max(1, Math.round(rows * VISITORS));
  let time = START;
  let transactions = 0;
  for (let at = 0; at < rows; at += 1) {
    time += Math.floor(random() * 8600);
    const kind = random();
    const event = kind < 0.967 ? 'view' : kind < 0.992 ? 'addtocart' : 'transaction';
    const transaction = event === 'transaction' ? transactions++ : null;
    yield [time, Math.floor(random() * visitors), event, Math.floor(random() * 466_867), transaction];
  }
}

function* lines(rows: number, first: string, line: (row: RetailRow) => string): Generator<string> {
  let text = first;
  for (const row of retailRows(rows)) {
    text += line(row);
    if (text.length < 1 << 18) continue;
    yield text;
    text = '';
  }
  yield text;
}

const write = (path: string, pieces: Iterable<string>): Promise<void> =>
  pipeline(Readable.from(pieces), createWriteStream(path));

/** Writes a log of so many rows in each format. */
export const LOG_WRITERS = {
  CSV: (path: string, rows: number) =>
    write(
      path,
      lines(rows, `${COLUMNS.join()}\n`, ([time, visitor, event, item, transaction]) => {
        return `${time},${visitor},${event},${item},${transaction ?? ''}\n`;
      }),
    ),
  'JSON Lines': (path: string, rows: number) =>
    write(
      path,
      lines(
        rows,
        '',
        (row) => `${JSON.stringify(Object.fromEntries(COLUMNS.map((name, at) => [name, row[at]])))}\n`,
      ),
    ),
  Parquet: (path: string, rows: number) => {
    const all = [...retailRows(rows)];
    const types = ['INT64', 'INT64', 'STRING', 'INT64', 'INT64'] as const;
    const columnData = COLUMNS.map((name, at) => ({
      name,
      type: types[at] ?? 'STRING',
      nullable: name === 'transactionid',
      data: all.map((row) => {
        const cell = row[at] ?? null;
        return typeof cell === 'number' ? BigInt(cell) : cell;
      }),
    }));
    writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: ROW_GROUP })));
    return Promise.resolve();
  },
  XLSX: async (path: string, rows: number) => {
    const stream = writeXlsxStream(retailRows(rows), {
      name: 'events',
      columns: COLUMNS.map((header) => ({ header })),
    });
    await pipeline(Readable.fromWeb(stream as ReadableStream<Uint8Array>), createWriteStream(path));
  },
} satisfies Record<string, (path: string, rows: number) => Promise<void>>;

export type LogFormat = keyof typeof LOG_WRITERS;
