import type { ExportCell, ExportColumn } from '../export-table.ts';
import type { WallClock } from '../wall-clock.ts';
import { csvText } from './csv.ts';
import { otherColumns, writeText } from './format.ts';
import type { Format } from './format.ts';

/** What pm4py looks for, with its own names. */
const HEADER = ['case:concept:name', 'concept:name', 'time:timestamp'];

/**
 * CSV as pm4py and Disco read it: case, activity and time first, every time in the one form `2026-02-03T09:05:00.000+08:00`, no
 * BOM. It is for programs, so no cell is changed for spreadsheets.
 */
export const pm4pyCsv: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    const others = otherColumns(table);
    let rows = 0;
    const lines = function* (): Generator<string> {
      yield `${[...HEADER, ...others.map(({ column }) => column.name)].map(csvText).join(',')}\n`;
      for (const { userId, activity, start, cells } of table.lines()) {
        rows += 1;
        const first = [csvText(userId), csvText(activity), table.clock.iso(start)];
        const rest = others.map(({ column, index }) => cellText(column, cells[index] ?? null, table.clock));
        yield `${[...first, ...rest].join(',')}\n`;
      }
    };
    await writeText(target, lines());
    return { rows, notes: [] };
  },
};

function cellText({ type }: ExportColumn, cell: ExportCell, clock: WallClock): string {
  if (cell === null) return '';
  return type === 'time' ? clock.iso(Number(cell)) : csvText(String(cell));
}
