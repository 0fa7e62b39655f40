import { jsonMembers, writeText } from './format.ts';
import type { Format } from './format.ts';

/** JSON Lines: an object a line, with every column; times with their offset. */
export const jsonl: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    const { clock } = table;
    const columns = table.columns.map((column, index) => ({ column, index }));
    let rows = 0;
    const lines = function* (): Generator<string> {
      for (const { cells } of table.lines()) {
        rows += 1;
        yield `{${jsonMembers(columns, cells, { clock, sparse: false })}}\n`;
      }
    };
    await writeText(target, lines());
    return { rows, notes: [] };
  },
};
