import { closeSync, openSync, writeSync } from 'node:fs';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';
import type { ExportCell, ExportColumn } from '../export-table.ts';
import type { WallClock } from '../wall-clock.ts';
import type { Format } from './format.ts';

/** A group of rows is in memory as a whole: so many at the most, and about so many characters of text. */
const GROUP_ROWS = 20_000;
const GROUP_CHARS = 16_000_000;

type ParquetType = NonNullable<ColumnSource['type']>;
const TYPES: Record<ExportColumn['type'], ParquetType> = {
  text: 'STRING',
  json: 'STRING',
  ids: 'STRING',
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
};

/** Apache Parquet with Snappy: times are instants (UTC), the zone is in the metadata, and the offset in a column. */
export const parquet: Format = {
  passes: 1,
  isText: false,
  async write(table, target) {
    const { columns, clock } = table;
    const sources = (cells: ExportCell[][]): ColumnSource[] =>
      columns.map((column, index) => ({
        name: column.name,
        type: TYPES[column.type],
        data: (cells[index] ?? []).map((cell) => valueOf(column, cell, clock)),
      }));
    const file = openSync(target.path, 'w');
    try {
      const writer = new ParquetWriter({
        writer: fileWriter(file),
        schema: schemaFromColumnData({ columnData: sources([]) }),
        createdBy: target.program,
        kvMetadata: [
          { key: 'time_zone', value: clock.zone },
          { key: 'eventloom_what', value: table.what },
          { key: 'eventloom_detail', value: table.details.map(({ detail }) => detail).join(',') },
          { key: 'eventloom_computed_users', value: String(table.computedUsers) },
        ],
      });
      let rows = 0;
      let chars = 0;
      let group: ExportCell[][] = columns.map(() => []);
      const flush = (): void => {
        const pending = group[0]?.length ?? 0;
        if (pending > 0) void writer.write({ columnData: sources(group), rowGroupSize: pending });
        [group, chars] = [columns.map(() => []), 0];
      };
      for (const { cells } of table.lines()) {
        rows += 1;
        for (const [index, column] of group.entries()) {
          const cell = cells[index] ?? null;
          column.push(cell);
          if (typeof cell === 'string') chars += cell.length;
        }
        if ((group[0]?.length ?? 0) >= GROUP_ROWS || chars >= GROUP_CHARS) flush();
      }
      flush();
      void writer.finish();
      return { rows, notes: [] };
    } finally {
      closeSync(file);
    }
  },
};

function valueOf({ type }: ExportColumn, cell: ExportCell, clock: WallClock): unknown {
  if (cell === null) return null;
  if (type === 'integer') return BigInt(Number(cell));
  return type === 'time' ? new Date(clock.instant(Number(cell))) : cell;
}

/** A writer of the library that puts each group of rows into the file, and keeps none. */
function fileWriter(file: number): ByteWriter & { flush(): void } {
  const writer = new ByteWriter();
  const flush = (): void => {
    const bytes = writer.getBytes();
    for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from);
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
