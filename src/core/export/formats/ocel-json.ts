import type { ExportTable } from '../export-table.ts';
import { otherColumns, writeText } from './format.ts';
import type { Format } from './format.ts';
import { NameSet } from './name-set.ts';
import {
  OBJECT_QUALIFIER,
  OBJECT_TYPE,
  objectIds,
  OCEL_TYPES,
  ocelTime,
  profileValues,
  SINCE_EVER,
  USER_QUALIFIER,
  USER_TYPE,
  userAttributes,
} from './ocel.ts';
import type { ExtraColumns } from '../column-names.ts';

/**
 * OCEL 2.0 as JSON: users and what events are about as objects. Events come first and the types last, so that nothing has to be kept
 * in memory but the names of types. Values of attributes are texts, as the standard's schema has them (ocel-standard.org, ocel20-schema-json.json);
 * `eventTypes` and `objectTypes` say what type they are.
 */
export const ocelJson: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    const counter = { rows: 0 };
    const names = new NameSet();
    try {
      await writeText(target, documentOf(table, names, counter));
    } finally {
      names.dispose();
    }
    return { rows: counter.rows, notes: [] };
  },
};

function* documentOf(table: ExportTable, names: NameSet, counter: { rows: number }): Generator<string> {
  const attributes = otherColumns(table);
  const idOf = objectIds(table);
  const types = new Set<string>();
  yield '{"events":[';
  for (const { key, userId, activity, start, objects, cells } of table.lines()) {
    yield counter.rows === 0 ? '\n' : ',\n';
    counter.rows += 1;
    types.add(activity);
    const values = attributes.flatMap(({ column, index }) => {
      const cell = cells[index] ?? null;
      if (cell === null) return [];
      const value = column.type === 'time' ? ocelTime(table, Number(cell)) : String(cell);
      return [{ name: column.name, value }];
    });
    const about = [...new Set(objects)];
    for (const name of about) names.add(name);
    yield JSON.stringify({
      id: key.replace(' ', ':'),
      type: activity,
      time: ocelTime(table, start),
      attributes: values,
      relationships: [
        { objectId: userId, qualifier: USER_QUALIFIER },
        ...about.map((name) => ({ objectId: idOf(name), qualifier: OBJECT_QUALIFIER })),
      ],
    });
  }
  const fields = userAttributes(table);
  yield '\n],"objects":[';
  let objects = 0;
  for (const { userId, profile } of table.users()) {
    yield objects === 0 ? '\n' : ',\n';
    objects += 1;
    yield JSON.stringify({
      id: userId,
      type: USER_TYPE,
      attributes: valuesOf(fields, profile).map(({ name, value }) => ({ name, time: SINCE_EVER, value })),
      relationships: [],
    });
  }
  for (const name of names) {
    yield objects === 0 ? '\n' : ',\n';
    objects += 1;
    const attributes = [{ name: 'name', time: SINCE_EVER, value: name }];
    yield JSON.stringify({ id: idOf(name), type: OBJECT_TYPE, attributes, relationships: [] });
  }
  const declared = attributes.map(({ column }) => ({ name: column.name, type: OCEL_TYPES[column.type] }));
  yield `\n],"eventTypes":${JSON.stringify([...types].map((name) => ({ name, attributes: declared })))},`;
  const profile = fields.columns.map(({ name }) => ({ name, type: 'string' }));
  const objectTypes = [
    { name: USER_TYPE, attributes: profile },
    { name: OBJECT_TYPE, attributes: [{ name: 'name', type: 'string' }] },
  ];
  yield `"objectTypes":${JSON.stringify(objectTypes)}}\n`;
}

/** The values of a profile under the names of their attributes; empty ones are left out. */
function valuesOf(
  { columns, cells }: ExtraColumns,
  profile: readonly { name: string; value: string }[] | null,
): { name: string; value: string }[] {
  const values = cells(profileValues(profile));
  return columns.flatMap(({ name }, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [{ name, value: String(value) }];
  });
}
