import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { fileOf, readTable, workbookOf, zipOf } from './support.ts';

describe('a workbook', () => {
  it('is read sheet by sheet: texts, numbers, dates, times of day', async () => {
    const at = new Date(Date.UTC(2026, 1, 3, 9, 5, 7));
    const bytes = await writeXlsx({
      sheets: [
        { name: '说明', rows: [['about']] },
        {
          name: 'log',
          rows: [
            ['用户', 'when', 'n', 'ok'],
            ['甲 <&>', at, 1770109500123, true],
            [],
            ['乙', new Date(Date.UTC(2026, 1, 4)), 0.1, false],
          ],
        },
      ],
    });
    const { format, parts, names, unit, entries } = await readTable(fileOf('log.csv', bytes), 'log');
    expect([format, names, unit, parts.map(({ name }) => name)]).toEqual([
      'xlsx',
      null,
      'row',
      ['说明', 'log'],
    ]);
    expect(entries).toEqual([
      { line: 1, cells: ['用户', 'when', 'n', 'ok'] },
      { line: 2, cells: ['甲 <&>', '2026-02-03 09:05:07', '1770109500123', 'true'] },
      { line: 4, cells: ['乙', '2026-02-04', '0.1', 'false'] },
    ]);
  });

  it('is read as Excel and other programs write it: gaps, rich texts, escapes, errors, own formats, 1904', async () => {
    const sheet = `<worksheet><dimension ref="A1:D9"/><sheetData>
      <row r="3"><c r="B3" t="s"><v>0</v></c><c r="D3" t="inlineStr"><is><t>x_x0041_</t></is></c></row>
      <row><c t="s"><v>1</v></c><c s="1"><v>0.5</v></c><c s="2"><f>A1+1</f><v>1</v></c><c t="e"><v>#N/A</v></c></row>
      <row r="9"><c r="A9" s="3"><v>12</v></c><c r="C9"><v>1.7701095E9</v></c><c r="D9" s="1"/></row>
      </sheetData></worksheet>`;
    const texts = `<sst><si><r><t>rich </t></r><r><t xml:space="preserve">text</t></r><rPh><t>no</t></rPh></si><si><t>日期</t></si></sst>`;
    const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="h:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m"/>
      <numFmt numFmtId="166" formatCode="[Red]0.0&quot;days&quot;"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`;
    const parts = workbookOf(
      sheet,
      { 'xl/sharedStrings.xml': texts, 'xl/styles.xml': styles },
      '<x:workbookPr date1904="1"/>',
    );
    for (const compress of [true, false]) {
      const { parts: found, entries } = await readTable(fileOf('x', await zipOf(parts, compress)));
      expect(found).toEqual([{ name: 'S', rows: 9 }]);
      expect(entries).toEqual([
        { line: 3, cells: ['', 'rich text', '', 'xA'] },
        { line: 4, cells: ['日期', '12:00:00', '1904-01-02'] },
        { line: 9, cells: ['12', '', '1770109500'] },
      ]);
    }
  });

  it('is bounded: texts, one cell, the place of a cell, what it unpacks to', async () => {
    const row = '<row r="1"><c r="A1" t="inlineStr"><is><t>';
    const long = `<worksheet><sheetData>${row}${'x'.repeat(300_000)}</t></is></c></row>${row.replaceAll('1', '2')}y</t></is></c></row></sheetData></worksheet>`;
    const { entries } = await readTable(fileOf('a', await zipOf(workbookOf(long))), null, {
      cellChars: 1000,
    });
    expect(entries[0]).toMatchObject({ line: 1, reason: { code: 'import.row.too_long' } });
    expect(entries[1]).toEqual({ line: 2, cells: ['y'] });

    const far = `<worksheet><sheetData><row r="1"><c r="ZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>`;
    await expect(readTable(fileOf('b', await zipOf(workbookOf(far))))).rejects.toMatchObject({
      code: 'import.broken_file',
    });

    const texts = { 'xl/sharedStrings.xml': `<sst>${'<si><t>0123456789</t></si>'.repeat(200)}</sst>` };
    const many = fileOf('c', await zipOf(workbookOf('<worksheet/>', texts)));
    await expect(readTable(many, null, { sharedChars: 1000 })).rejects.toMatchObject({
      code: 'import.workbook_too_large',
    });

    const bomb = fileOf('d', await zipOf(workbookOf(`<worksheet>${' '.repeat(4_000_000)}</worksheet>`)));
    const limits = { ratioFrom: 1_000_000, ratio: 50 };
    await expect(readTable(bomb, null, limits)).rejects.toMatchObject({ code: 'import.bomb' });
  });

  it('that is damaged is refused', async () => {
    const whole = await zipOf(workbookOf('<worksheet><sheetData><row></worksheet>'));
    await expect(readTable(fileOf('a', whole))).rejects.toMatchObject({ code: 'import.broken_file' });
    await expect(readTable(fileOf('b', whole.subarray(0, -100)))).rejects.toMatchObject({
      code: 'import.broken_file',
      params: { format: 'ZIP' },
    });
  });
});
