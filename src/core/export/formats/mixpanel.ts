import { jsonMembers, otherColumns, writeText } from './format.ts';
import type { Format } from './format.ts';
import { insertId } from './insert-id.ts';

/** NDJSON for Mixpanel’s import: the user as `distinct_id`, the time as an instant, the columns as properties. */
export const mixpanel: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    let rows = 0;
    const { clock } = table;
    const columns = otherColumns(table);
    const lines = function* (): Generator<string> {
      for (const { key, userId, activity, start, cells } of table.lines()) {
        rows += 1;
        const members = [
          `"distinct_id":${JSON.stringify(userId)}`,
          `"time":${clock.instant(start)}`,
          `"$insert_id":"${insertId(table.workspaceId, key)}"`,
          jsonMembers(columns, cells, { clock, sparse: true }),
        ].filter((member) => member !== '');
        yield `{"event":${JSON.stringify(activity)},"properties":{${members.join(',')}}}\n`;
      }
    };
    await writeText(target, lines());
    return { rows, notes: [] };
  },
};
