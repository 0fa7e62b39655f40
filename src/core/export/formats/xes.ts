import type { ExportCell, ExportColumn, ExportLine, ExportTable } from '../export-table.ts';
import type { WallClock } from '../wall-clock.ts';
import { otherColumns, writeText } from './format.ts';
import type { Format } from './format.ts';
import { XmlText, xmlName } from './xml-text.ts';

const EXTENSIONS = [
  ['Concept', 'concept', 'http://www.xes-standard.org/concept.xesext'],
  ['Time', 'time', 'http://www.xes-standard.org/time.xesext'],
] as const;

/** The kinds of attribute, by what a column has. */
const TAGS: Record<ExportColumn['type'], string> = {
  text: 'string',
  json: 'string',
  ids: 'string',
  integer: 'int',
  number: 'float',
  boolean: 'boolean',
  time: 'date',
};

/**
 * XES 1849-2016: a trace a user, its profile as attributes of the trace, the columns as attributes of its events. Inside the log
 * the order is extension, global, classifier, attribute, trace; every date has milliseconds and its offset.
 */
export const xes: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    const xml = new XmlText();
    const columns = otherColumns(table);
    let rows = 0;
    const texts = function* (): Generator<string> {
      yield head(table, target.program, xml);
      let trace: string | null = null;
      for (const line of table.lines()) {
        rows += 1;
        if (trace !== line.userId) {
          if (trace !== null) yield '\t</trace>\n';
          trace = line.userId;
          yield `\t<trace>\n${traceAttributes(line, xml)}`;
        }
        yield eventOf(line, columns, table.clock, xml);
      }
      if (trace !== null) yield '\t</trace>\n';
      yield '</log>\n';
    };
    await writeText(target, texts());
    const { changed } = xml;
    return {
      rows,
      notes: changed === 0 ? [] : [{ code: 'export.note.illegal_characters', params: { texts: changed } }],
    };
  },
};

function head(table: ExportTable, program: string, xml: XmlText): string {
  const string = (key: string, value: string): string =>
    `\t<string key="${key}" value="${xml.value(value)}"/>\n`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<log xes.version="1849.2016" xes.features="">\n',
    ...EXTENSIONS.map(
      ([name, prefix, uri]) => `\t<extension name="${name}" prefix="${prefix}" uri="${uri}"/>\n`,
    ),
    '\t<global scope="trace">\n\t\t<string key="concept:name" value="-"/>\n\t</global>\n',
    '\t<global scope="event">\n\t\t<string key="concept:name" value="-"/>\n',
    '\t\t<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\n\t</global>\n',
    '\t<classifier name="Activity" keys="concept:name"/>\n',
    string('concept:name', `EventLoom ${table.what}`),
    string('eventloom:program', program),
    string('eventloom:time_zone', table.clock.zone),
    ...table.details.map(({ detail }) => string('eventloom:detail', detail)).slice(0, 1),
    ...(table.computedUsers > 0 ? [string('eventloom:computed_users', String(table.computedUsers))] : []),
  ].join('');
}

function traceAttributes({ userId, profile }: ExportLine, xml: XmlText): string {
  const keys = new Set(['concept:name']);
  const fields = (profile ?? []).map(
    ({ name, value }) =>
      `\t\t<string key="${freeKey(`profile:${name}`, keys)}" value="${xml.value(value)}"/>\n`,
  );
  return `\t\t<string key="concept:name" value="${xml.value(userId)}"/>\n${fields.join('')}`;
}

/** A name that none of the keys is yet. */
function freeKey(name: string, keys: Set<string>): string {
  const plain = xmlName(name);
  let key = plain;
  for (let number = 2; keys.has(key); number += 1) key = `${plain}_${number}`;
  keys.add(key);
  return key;
}

function eventOf(
  { activity, start, cells }: ExportLine,
  columns: ReturnType<typeof otherColumns>,
  clock: WallClock,
  xml: XmlText,
): string {
  let text = `\t\t<event>\n\t\t\t<string key="concept:name" value="${xml.value(activity)}"/>\n`;
  text += `\t\t\t<date key="time:timestamp" value="${clock.iso(start)}"/>\n`;
  const keys = new Set(['concept:name', 'time:timestamp']);
  for (const { column, index } of columns) {
    const cell = cells[index] ?? null;
    if (cell === null) continue;
    const key = freeKey(column.name, keys);
    text += `\t\t\t<${TAGS[column.type]} key="${key}" value="${valueText(column, cell, clock, xml)}"/>\n`;
  }
  return `${text}\t\t</event>\n`;
}

function valueText(
  { type }: ExportColumn,
  cell: Exclude<ExportCell, null>,
  clock: WallClock,
  xml: XmlText,
): string {
  if (type === 'time') return clock.iso(Number(cell));
  return typeof cell === 'string' ? xml.value(cell) : String(cell);
}
