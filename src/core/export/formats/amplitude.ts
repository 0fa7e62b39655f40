import type { ExportTable } from '../export-table.ts';
import { jsonMembers, otherColumns, writeText } from './format.ts';
import type { Format } from './format.ts';
import { insertId } from './insert-id.ts';

/** Amplitude refuses shorter ids (amplitude.com/docs/apis/analytics/http-v2). */
const LEAST_ID_CHARS = 5;

/**
 * One JSON document, `{"events": […]}` with an event a line, as Amplitude’s HTTP API takes it. An id that is too short is written
 * as `user-…`, and as it is in a property of the user.
 */
export const amplitude: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    let rows = 0;
    let shortIds = 0;
    let user: { id: string; members: string } | null = null;
    const { clock } = table;
    const columns = otherColumns(table);
    const lines = function* (): Generator<string> {
      yield '{"events":[';
      for (const { key, userId, profile, activity, start, cells } of table.lines()) {
        if (user?.id !== userId) {
          const isShort = [...userId].length < LEAST_ID_CHARS;
          if (isShort) shortIds += 1;
          user = {
            id: userId,
            members: userMembers(isShort ? longerId(userId, table) : userId, userId, profile),
          };
        }
        yield rows === 0 ? '\n' : ',\n';
        rows += 1;
        yield (
          `{${user.members},"event_type":${JSON.stringify(activity)},"time":${clock.instant(start)},` +
          `"insert_id":"${insertId(table.workspaceId, key)}",` +
          `"event_properties":{${jsonMembers(columns, cells, { clock, sparse: true })}}}`
        );
      }
      yield '\n]}\n';
    };
    await writeText(target, lines());
    const params = { users: shortIds, least: LEAST_ID_CHARS };
    return { rows, notes: shortIds === 0 ? [] : [{ code: 'export.note.short_ids', params }] };
  },
};

/** An id that is long enough and that no other user has. */
function longerId(userId: string, table: ExportTable): string {
  let id = `user-${userId}`;
  while (table.hasUser(id)) id = `user-${id}`;
  return id;
}

function userMembers(
  id: string,
  userId: string,
  profile: readonly { name: string; value: string }[] | null,
): string {
  const properties = new Map((profile ?? []).map(({ name, value }) => [name, value]));
  if (id !== userId) properties.set('original_user_id', userId);
  const shown =
    properties.size === 0 ? '' : `,"user_properties":${JSON.stringify(Object.fromEntries(properties))}`;
  return `"user_id":${JSON.stringify(id)}${shown}`;
}
