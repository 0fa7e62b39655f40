import { isVagueUser, rankOf } from '../recognise/role-names.ts';

/** The columns of an OCEL log (ocel-standard.org): who did what and when; the attributes of events follow, then related objects. */
export const OCEL_COLUMNS = ['user_id', 'timestamp', 'action'] as const;
/** Between the ids of several objects of one type. */
export const IDS_JOINED = '; ';
/** Events that are looked at to tell which type of object is the user. */
export const EVENTS_TRIED = 2_000;

/** A type of object of a log. */
export interface ObjectType {
  name: string;
  objects: number;
}

/**
 * The type of object that is the user: the one whose name says so; of several such the only one of which most events have exactly one
 * (`single`); or the only type. Null where the log does not tell: an order, of which every event may have one, is no user.
 */
export async function userTypeOf(
  types: readonly ObjectType[],
  single: () => Promise<ReadonlySet<string>>,
): Promise<string | null> {
  const named = types.filter(({ name }) => isUserName(name));
  if (named.length === 1) return named[0]?.name ?? null;
  if (types.length === 1) return types[0]?.name ?? null;
  if (named.length === 0) return null;
  const alone = await single();
  const fitting = named.filter(({ name }) => alone.has(name));
  return fitting.length === 1 ? (fitting[0]?.name ?? null) : null;
}

/** Types are often named in the plural: `customers`. */
function isUserName(name: string): boolean {
  const one = name.replace(/s$/i, '');
  return [name, one, `${one}_id`].some((each) => rankOf(each, 'userId') !== null && !isVagueUser(each));
}

/** The types of which more than half of the events have an object, and none several. `events`: the types of the objects of each event. */
export function singleTypes(events: readonly (readonly string[])[]): Set<string> {
  const counts = new Map<string, { events: number; several: boolean }>();
  for (const types of events) {
    for (const type of new Set(types)) {
      const count = counts.get(type) ?? { events: 0, several: false };
      count.events += 1;
      if (types.indexOf(type) !== types.lastIndexOf(type)) count.several = true;
      counts.set(type, count);
    }
  }
  return new Set(
    [...counts].flatMap(([type, { events: of, several }]) =>
      !several && of * 2 > events.length ? [type] : [],
    ),
  );
}

/** The name of the column with the related objects of a type, in a log whose events have such attributes. */
export function relatedColumn(type: string, attributes: ReadonlySet<string>): string {
  return attributes.has(type) || OCEL_COLUMNS.some((name) => name === type) ? `${type}_ids` : type;
}
