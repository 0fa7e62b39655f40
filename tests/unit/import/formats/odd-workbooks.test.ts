import { expect, it } from 'vitest';
import { previewImport } from '../../../../src/core/import/preview.ts';
import { fileOf, readTable, workbookOf, zipOf } from './support.ts';

const sheetOf = (rows: string, before = '', after = ''): string =>
  `<worksheet>${before}<sheetData>${rows}</sheetData>${after}</worksheet>`;
const textCell = (place: string, text: string): string =>
  `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
const rowOf = (line: number, cells: readonly string[], attributes = ''): string =>
  `<row r="${line}" ${attributes}>${cells.join('')}</row>`;
const textRow = (line: number, texts: readonly string[], first = 0): string =>
  rowOf(
    line,
    texts.map((text, at) => textCell(`${String.fromCharCode(65 + first + at)}${line}`, text)),
  );
const HEADER = ['user_id', 'time', 'action'];
const stylesOf = (...formats: string[]): string =>
  `<styleSheet><numFmts>${formats
    .map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
    .join('')}</numFmts><cellXfs><xf numFmtId="0"/>${formats
    .map((_, at) => `<xf numFmtId="${164 + at}"/>`)
    .join('')}<xf numFmtId="46"/></cellXfs></styleSheet>`;

/** Reads the one sheet of a workbook that is written by hand. */
async function read(sheet: string, more: Record<string, string> = {}) {
  const { rows, told, parts } = await readTable(fileOf('odd.xlsx', await zipOf(workbookOf(sheet, more))));
  return { rows, told, parts };
}

async function preview(parts: Record<string, string>) {
  const path = fileOf('odd.xlsx', await zipOf(parts));
  return previewImport({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' });
}

it('formulas without a stored result and errors are empty, and told with their place', async () => {
  const { rows, told } = await read(
    sheetOf(
      textRow(1, ['a', 'b', 'c', 'd']) +
        rowOf(2, [
          '<c r="A2"><f>1+1</f></c>',
          '<c r="B2" t="str"><f>""</f><v></v></c>',
          '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
          '<c r="D2"><f>1+2</f><v>3</v></c>',
        ]) +
        rowOf(3, ['<c r="A3"><f>2</f></c>', '<c r="D3" t="str"><f>"x"</f><v>x</v></c>']),
    ),
  );
  expect(rows).toEqual([
    ['a', 'b', 'c', 'd'],
    ['', '', '', '3'],
    ['', '', '', 'x'],
  ]);
  expect(told).toEqual(['import.note.formulas 2 A2', 'import.note.error_cells 1 C2 #DIV/0!']);
});

it('hours that went by count beyond a day; dates, percents and currencies are what they are', async () => {
  const formats = [
    '[h]:mm:ss',
    '[mm]:ss',
    '[$-804]yyyy"年"m"月"d"日" h:mm',
    '0.00%',
    '#,##0.00 "days"',
    '[$€-407] #,##0.00',
    'h:mm AM/PM',
    '[h]:mm',
  ];
  const cells = [1.1041666667, 0.0416666667, 46056.378472222, 0.25, 3, 12.5, 0.75, 0.5];
  const { rows } = await read(
    sheetOf(
      rowOf(
        1,
        cells.map((value, at) => `<c s="${at + 1}"><v>${value}</v></c>`),
      ) + rowOf(2, ['<c s="9"><v>2.5</v></c>', '<c s="1"><v>-0.5</v></c>']),
    ),
    { 'xl/styles.xml': stylesOf(...formats) },
  );
  expect(rows[0]).toEqual([
    '26:30:00',
    '01:00:00',
    '2026-02-03 09:05:00',
    '0.25',
    '3',
    '12.5',
    '18:00:00',
    '12:00:00',
  ]);
  expect(rows[1]?.[0]).toBe('60:00:00');
});

it('a table that begins in C5 is read, below a title, and empty rows that are only formatted are none', async () => {
  const { tried, problem, columns, stored } = await preview(
    workbookOf(
      sheetOf(
        textRow(2, ['June'], 2) +
          textRow(5, HEADER, 2) +
          textRow(6, ['u1', '2026-02-03 09:05:00', 'view'], 2) +
          textRow(7, ['u2', '2026-02-03 09:06:00', 'buy'], 2) +
          rowOf(8, ['<c r="C8" s="1"/>', '<c r="D8" s="1"/>']) +
          rowOf(9, ['<c r="C9" t="inlineStr"><is><t> </t></is></c>']),
      ),
    ),
  );
  expect([problem, tried]).toEqual([null, { rows: 2, whole: true, refused: 0, reasons: [] }]);
  expect(columns.map(({ role }) => role)).toEqual(['ignore', 'ignore', 'userId', 'time', 'action']);
  expect(stored.map((row) => row.refused === null && row.userId)).toEqual(['u1', 'u2']);
});

it('a heading of two rows with merged cells names the columns by both, which is told', async () => {
  const { problem, tried, doubts, columns } = await preview(
    workbookOf(
      sheetOf(
        textRow(1, ['用户ID', '时间', '页面']) +
          rowOf(2, [textCell('C2', '行为'), textCell('D2', '商品')]) +
          textRow(3, ['u1', '2026-02-03 09:05:00', '浏览', 'a']) +
          textRow(4, ['u2', '2026-02-03 09:06:00', '下单', 'b']),
        '',
        '<mergeCells count="3"><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/><mergeCell ref="C1:D1"/></mergeCells>',
      ),
    ),
  );
  expect([problem, tried]).toEqual([null, { rows: 2, whole: true, refused: 0, reasons: [] }]);
  expect(doubts).toEqual([{ code: 'import.doubt.merged_header', params: { line: 2, header: 1 } }]);
  expect(columns.map(({ name }) => name)).toEqual(['用户ID', '时间', '行为', '商品']);
});

it('a cell that is merged over several rows counts for each of them, not in a heading or an empty row', async () => {
  const day = (row: number): string => `2026-02-03 09:0${row}`;
  const rows =
    textRow(1, HEADER) +
    textRow(2, ['u1', day(2), 'view']) +
    textRow(3, [day(3), 'buy'], 1) +
    rowOf(4, []) +
    textRow(5, ['u2', day(5), 'view']) +
    textRow(6, [day(6), 'buy'], 1) +
    textRow(7, ['', day(7), 'buy']);
  const merges =
    '<mergeCells><mergeCell ref="A2:A4"/><mergeCell ref="B1:C1"/><mergeCell ref="A5:A6"/></mergeCells>';
  const { rows: found, told } = await read(sheetOf(rows, '', merges));
  expect(found.slice(1).map(([user = '', , action]) => `${user} ${action}`)).toEqual([
    'u1 view',
    'u1 buy',
    'u2 view',
    'u2 buy',
    ' buy',
  ]);
  expect(told).toEqual(['import.note.merged_cells 2 A3']);
});

it('hidden rows are read and told', async () => {
  const { rows, told } = await read(
    sheetOf(
      textRow(1, HEADER) + rowOf(2, [textCell('A2', 'u1')], 'hidden="1"') + rowOf(3, [textCell('A3', 'u2')]),
    ),
  );
  expect([rows.length, told]).toEqual([3, ['import.note.hidden_rows 1 2']]);
});

it('rich inline texts, truth values, ids as text and long numbers keep what they say', async () => {
  const { rows } = await read(
    sheetOf(
      rowOf(1, [
        '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>看</t></r><r><t xml:space="preserve"> 车</t></r></is></c>',
        '<c r="B1" t="b"><v>1</v></c>',
        textCell('C1', '00123'),
        '<c r="D1"><v>1.2345678901234E13</v></c>',
        '<c r="E1"><v>8.0999999999999996</v></c>',
        '<c r="F1"><v>0.30000000000000004</v></c>',
      ]),
    ),
  );
  expect(rows[0]?.slice(0, 5)).toEqual(['看 车', 'true', '00123', '12345678901234', '8.1']);
});

it('numbers with a format of zeros have the zeros that they are shown with', async () => {
  const { rows } = await read(
    sheetOf(
      rowOf(1, [
        '<c r="A1" s="1"><v>123</v></c>',
        '<c r="B1"><v>123</v></c>',
        '<c r="C1" s="1"><v>1.5</v></c>',
      ]),
    ),
    { 'xl/styles.xml': stylesOf('00000000') },
  );
  expect(rows).toEqual([['00000123', '123', '1.5']]);
});

const RELATIONS = 'http://purl.oclc.org/ooxml/officeDocument/relationships';

/** A workbook of several sheets: names with their rows, hidden where the name begins with `~`; in the strict form of the standard. */
function sheetsOf(sheets: Record<string, string>): Record<string, string> {
  const names = Object.keys(sheets);
  const escaped = (name: string): string => name.replace('~', '').replaceAll('"', '&quot;');
  return {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main" xmlns:r="${RELATIONS}" conformance="strict"><sheets>${names
      .map(
        (name, at) =>
          `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="r${at}"${name.startsWith('~') ? ' state="hidden"' : ''}/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, at) => `<Relationship Id="r${at}" Type="${RELATIONS}/worksheet" Target="data/s${at}.xml"/>`)
      .join('')}</Relationships>`,
    ...Object.fromEntries(names.map((name, at) => [`xl/data/s${at}.xml`, sheetOf(sheets[name] ?? '')])),
  };
}

const LOG = textRow(1, HEADER) + textRow(2, ['u1', '2026-02-03 09:05:00', 'view']);

it('the strict form is read: dates as ISO 8601, sheets anywhere, names with quotes', async () => {
  const rows =
    textRow(1, HEADER) +
    rowOf(2, [
      textCell('A2', 'u1'),
      '<c r="B2" t="d"><v>2026-02-03T09:05:07</v></c>',
      textCell('C2', 'view'),
    ]);
  const { part, stored } = await preview(sheetsOf({ '"Q1" \'log\'': rows }));
  expect(part).toBe('"Q1" \'log\'');
  expect(stored).toMatchObject([{ userId: 'u1', time: Date.UTC(2026, 1, 3, 9, 5, 7) }]);
});

it('of several sheets of one form the first that is shown is taken, and told; a hidden one comes last', async () => {
  const several = await preview(sheetsOf({ '~old': LOG, January: LOG, February: LOG }));
  expect([several.part, several.partIsOpen, several.parts.map(({ name }) => name)]).toEqual([
    'January',
    true,
    ['January', 'February', 'old'],
  ]);
  expect(several.doubts[0]).toEqual({ code: 'import.doubt.part_open', params: { part: 'January' } });
});

it('a date and a time of day in two columns are joined, a time of day alone is none', async () => {
  const rows =
    textRow(1, ['user_id', 'date', 'time', 'action']) +
    rowOf(2, [
      textCell('A2', 'u1'),
      '<c r="B2" s="1"><v>46056</v></c>',
      '<c r="C2" s="2"><v>0.37847222222222</v></c>',
      textCell('D2', 'view'),
    ]) +
    rowOf(3, [
      textCell('A3', 'u1'),
      '<c r="B3" s="1"><v>46056</v></c>',
      '<c r="C3" s="2"><v>0.5</v></c>',
      textCell('D3', 'buy'),
    ]);
  const { stored } = await preview(
    workbookOf(sheetOf(rows), { 'xl/styles.xml': stylesOf('yyyy-mm-dd', 'h:mm') }),
  );
  expect(stored.map((row) => row.refused ?? ('time' in row && row.time))).toEqual([
    Date.UTC(2026, 1, 3, 9, 5),
    Date.UTC(2026, 1, 3, 12),
  ]);
});
