import { drawAnswer, withNames } from '../../../shared/drawing/draw-answer.ts';
import { layOut } from '../../../shared/drawing/layout.ts';
import { questionText } from '../../../shared/drawing/question-text.ts';
import { escapeXml, svgOf } from '../../../shared/drawing/svg.ts';
import { ANALYSIS_NAMES, zoneText } from '../../../shared/drawing/texts.ts';
import { cellText } from '../../../shared/insight-cell.ts';
import { COLUMN_NAMES } from '../../../shared/insight-columns.ts';
import { tableOf } from '../../../shared/insight-table.ts';
import type { InsightTable } from '../../../shared/insight-table.ts';
import { changesOf } from '../../../shared/report-changes.ts';
import type { Cell } from '../../../shared/report-changes.ts';
import type { Report, ReportItem } from '../../../shared/report.ts';
import type { Locale } from '../../../shared/settings.ts';
import { fillText } from '../../../shared/messages/format.ts';

/** How wide the charts of a report are, in pixels: the width of a page of A4 in landscape. */
const WIDTH = 960;

const TEXTS = {
  title: { 'zh-CN': '分析报告', en: 'Report' },
  computed: { 'zh-CN': '数据版本 {id}，计算于 {time}', en: 'Data revision {id}, computed {time}' },
  missing: { 'zh-CN': '尚未计算。', en: 'Not computed yet.' },
  changed: {
    'zh-CN': '与上次计算（数据版本 {id}）相比：{changed} 个数字有变化，{added} 行新增，{gone} 行消失。',
    en: 'Since the last computation (data revision {id}): {changed} figures changed, {added} rows are new, {gone} are gone.',
  },
  new: { 'zh-CN': '新', en: 'new' },
} as const satisfies Record<string, Record<Locale, string>>;

const STYLE = `
:root { color-scheme: light; }
body { max-width: 1010px; margin: 32px auto; padding: 0 20px; color: #1d2b33; background: #fff;
  font: 14px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 26px; } h2 { margin: 40px 0 4px; font-size: 19px; } h3 { margin: 16px 0 4px; font-size: 15px; }
.of, .data, figcaption { color: #55656f; font-size: 12px; } .note { white-space: pre-wrap; }
figure { margin: 8px 0; break-inside: avoid; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: 12px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; border-bottom: 1px solid #dde4e8; text-align: start; overflow-wrap: anywhere; }
th.n, td.n { text-align: end; overflow-wrap: normal; }
ins { background: #fff0c9; text-decoration: none; } del { color: #77858d; margin-inline-end: 6px; }
thead { display: table-header-group; } tr { break-inside: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } section + section { break-before: page; } }
`;

/** How a report is written: in a language, with the names of types. */
export interface ReportLook {
  locale: Locale;
  nameOf: (type: string) => string;
}

/** A report as one HTML file: charts as SVG, tables, no script and nothing from anywhere else. */
export function reportHtml({ title, items }: Report, look: ReportLook): string {
  const { locale } = look;
  const heading = title === '' ? TEXTS.title[locale] : title;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(heading)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeXml(heading)}</h1>
${items.map((item) => sectionOf(item, look)).join('\n')}
</body>
</html>
`;
}

function sectionOf(item: ReportItem, look: ReportLook): string {
  const { locale, nameOf } = look;
  const { title, note, question, answer, former } = item;
  const heading = title === '' ? ANALYSIS_NAMES[question.analysis][locale] : title;
  const head = `<section>\n<h2>${escapeXml(heading)}</h2>`;
  // The note keeps its line breaks, which an attribute would need escaped.
  const said = note === '' ? '' : `<p class="note">${escapeText(note)}</p>\n`;
  if (answer === null) return `${head}\n${said}<p>${TEXTS.missing[locale]}</p>\n</section>`;
  const options = withNames({ locale, nameOf, width: WIDTH, layOut });
  const figures = drawAnswer(question, answer, options).map(
    (drawing) =>
      `<figure>\n<h3>${escapeXml(drawing.title)}</h3>\n${svgOf(drawing, 'light', null)}` +
      `${drawing.note ? `<figcaption>${escapeXml(drawing.note)}</figcaption>\n` : ''}</figure>`,
  );
  const table = tableOf(answer, question, options.nameOf);
  const before = former && tableOf(former, question, options.nameOf);
  return [
    head,
    `<p class="of">${escapeXml(questionText(question, answer, options))}</p>`,
    said + figures.join('\n'),
    tableHtml(table, before, former?.data.id ?? null, locale),
    `<p class="data">${escapeXml(
      [
        fillText(locale, TEXTS.computed[locale], {
          id: answer.data.id,
          time: item.computedAt === null ? '—' : new Date(item.computedAt).toISOString().slice(0, 19) + 'Z',
        }),
        zoneText(locale, answer.zone),
      ]
        .filter((part) => part !== '')
        .join(' · '),
    )}</p>`,
    '</section>',
  ].join('\n');
}

function tableHtml(
  table: InsightTable,
  before: InsightTable | null,
  formerId: string | null,
  locale: Locale,
): string {
  const { rows, changed, added, gone } = changesOf(table, before);
  const isNumber = (column: number): boolean => column >= table.named && table.columns[column] !== 'category';
  const of = (column: number, value: Cell): string =>
    escapeXml(cellText(locale, table, table.columns[column] ?? 'value', value));
  const cell = ({ value, before: old }: { value: Cell; before: Cell | undefined }, column: number): string =>
    `<td${isNumber(column) ? ' class="n"' : ''}>${
      old === undefined ? of(column, value) : `<del>${of(column, old)}</del><ins>${of(column, value)}</ins>`
    }</td>`;
  const heads = table.columns.map(
    (column, at) => `<th${isNumber(at) ? ' class="n"' : ''}>${escapeXml(COLUMN_NAMES[column][locale])}</th>`,
  );
  const lines = rows.map(({ cells, isNew }) => {
    const [first = '', ...rest] = cells.map(cell);
    const mark = isNew ? first.replace('</td>', ` <ins>${TEXTS.new[locale]}</ins></td>`) : first;
    return `<tr>${mark}${rest.join('')}</tr>`;
  });
  const said =
    formerId === null
      ? ''
      : `<p class="of">${escapeXml(fillText(locale, TEXTS.changed[locale], { id: formerId, changed, added, gone }))}</p>\n`;
  return `${said}<table>\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${lines.join('\n')}\n</tbody>\n</table>`;
}

/** As escapeXml, with line breaks as they are. */
const escapeText = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map(escapeXml)
    .join('\n');
