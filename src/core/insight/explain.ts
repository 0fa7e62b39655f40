import { z } from 'zod';
import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { ExplainedFigure, ExplainedSentence } from '../../shared/explanation.ts';
import type { Analysis, Question } from '../../shared/insight.ts';
import { cellText } from '../../shared/insight-cell.ts';
import { COLUMN_NAMES, kindOf } from '../../shared/insight-columns.ts';
import type { ColumnKind } from '../../shared/insight-columns.ts';
import { SEQUENCE_SEPARATOR } from '../../shared/insight-table.ts';
import type { InsightColumn, InsightTable } from '../../shared/insight-table.ts';
import type { Locale } from '../../shared/settings.ts';
import { numbersIn } from './said-numbers.ts';
import type { SaidNumber } from './said-numbers.ts';

/** So many rows of a table are told, and so many characters of a name. */
export const EXPLAIN_ROWS = 40;
const NAME_CHARS = 160;
/** A sentence that is longer is none; more of them than asked for are left away. */
const SENTENCE_CHARS = 600;
const MOST_SENTENCES = 8;
const MOST_FIGURES = 40;

export const EXPLAIN_LOCALES: Record<CodebookLanguage, Locale> = { zh: 'zh-CN', en: 'en' };

/** What a table tells, for who has to put it into words. */
const ABOUT: Record<Analysis, Record<CodebookLanguage, string>> = {
  overview: { zh: '各类事件的数量和用户数', en: 'how many events and users each type has' },
  funnel: {
    zh: '漏斗：依次走到每一步的用户数，占第一步和上一步的比例',
    en: 'a funnel: the users who came to each step, as a share of the first and of the previous one',
  },
  paths: {
    zh: '路径：从一步的事件到下一步的事件的用户数',
    en: 'paths: users from the event of a step to the next',
  },
  graph: {
    zh: '流程图：一个事件之后紧接另一个事件的用户数、次数和间隔',
    en: 'a process graph: users and times of one event directly followed by another',
  },
  variants: {
    zh: '变体：完整事件序列相同的用户数',
    en: 'variants: users with the same whole sequence of events',
  },
  sequences: {
    zh: '频繁序列：支持度、置信度、提升度及其区间',
    en: 'frequent sequences: support, confidence, lift and its interval',
  },
  around: {
    zh: '某个事件之前或之后的事件：用户占比，与偶然占比相比的提升度',
    en: 'events before or after an event: the share of users, and the lift over the share by chance',
  },
  profile: {
    zh: '画像：有某个事件的用户与其他用户在各字段取值上的占比及差异（含区间）',
    en: 'profiles: shares of users with an event and of the others by value of a field, and their difference with its interval',
  },
  evolution: {
    zh: '事理图谱：一个事件之后出现另一个事件的概率，与偶然相比的提升度',
    en: 'an evolution graph: the probability that one event follows another, and the lift over the usual one',
  },
};

const WORDS: Record<CodebookLanguage, { about: string; asked: string; row: string; more: string }> = {
  zh: { about: '表的内容', asked: '问题的设置', row: '行', more: '（表中还有 {n} 行没有列出）' },
  en: {
    about: 'The table',
    asked: 'Settings of the question',
    row: 'row',
    more: '({n} more rows are not listed)',
  },
};

export interface ExplainPromptParts {
  question: Question;
  table: InsightTable;
  language: CodebookLanguage;
  /** The name of a type by its id; other words as they are. */
  name: (word: string) => string;
}

/** What is sent of an answer: what it is of, and its first rows with every figure as windows show it. No id of a user is in it. */
export function explainInput({ question, table, language, name }: ExplainPromptParts): string {
  const words = WORDS[language];
  const locale = EXPLAIN_LOCALES[language];
  const { analysis, ...settings } = question;
  const heads = table.columns.map((column) => `${column} (${COLUMN_NAMES[column][locale]})`);
  const rows = table.rows
    .slice(0, EXPLAIN_ROWS)
    .map((row, index) =>
      [
        index + 1,
        ...table.columns.map((column, at) => oneLine(cellText(locale, table, column, row[at] ?? null))),
      ].join('\t'),
    );
  const rest = table.rows.length - rows.length;
  return [
    `${words.about}: ${ABOUT[analysis][language]}`,
    `${words.asked}: ${JSON.stringify(named(settings, name))}`,
    [words.row, ...heads].join('\t'),
    ...rows,
    ...(rest > 0 ? [words.more.replace('{n}', String(rest))] : []),
    '',
  ].join('\n');
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > NAME_CHARS ? `${line.slice(0, NAME_CHARS)}…` : line;
};

/** A value with the words in it by their names. */
function named(value: unknown, name: (word: string) => string): unknown {
  if (typeof value === 'string') return oneLine(name(value));
  if (Array.isArray(value)) return value.map((each) => named(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, named(each, name)]));
}

/** The JSON schema of an answer, within what strict modes take. */
export const EXPLAIN_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    sentences: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          text: { type: 'string' },
          figures: {
            type: 'array',
            items: {
              type: 'object',
              properties: { row: { type: 'integer' }, column: { type: 'string' } },
              required: ['row', 'column'],
              additionalProperties: false,
            },
          },
        },
        required: ['text', 'figures'],
        additionalProperties: false,
      },
    },
  },
  required: ['sentences'],
  additionalProperties: false,
};

/** A cell that a sentence names; `null` for what names none. */
const saidCellSchema = z.object({ row: z.coerce.number().int(), column: z.string() }).nullable().catch(null);

/** A sentence of an answer. Whatever its figures are, it is one: it is judged by `checkSentences`, and counted. */
export const saidSentenceSchema = z.object({
  text: z.string().transform((text) => text.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '').trim()),
  figures: z.array(saidCellSchema).catch([]),
});
export type SaidSentence = z.output<typeof saidSentenceSchema>;

interface Cell {
  row: number;
  column: InsightColumn;
  value: string | number | null;
  shown: string;
}

/**
 * The sentences of a model of which every number is the shown or stored value of one of the cells that they name, and how many are not. A
 * sentence that names no cell, or one that is not in the rows that were told, is left out, too; so is one with a number in words (三成).
 */
export function checkSentences(
  said: readonly SaidSentence[],
  table: InsightTable,
  language: CodebookLanguage,
): { sentences: ExplainedSentence[]; dropped: number } {
  const kept = said
    .map((sentence) => checked(sentence, table, EXPLAIN_LOCALES[language]))
    .filter((sentence) => sentence !== null);
  return { sentences: kept.slice(0, MOST_SENTENCES), dropped: said.length - kept.length };
}

function checked(
  { text, figures }: SaidSentence,
  table: InsightTable,
  locale: Locale,
): ExplainedSentence | null {
  if (text === '' || text.length > SENTENCE_CHARS || figures.length > MOST_FIGURES) return null;
  const cells: Cell[] = [];
  for (const said of figures) {
    const cell = said && cellOf(said, table, locale);
    if (!cell) return null;
    cells.push(cell);
  }
  if (cells.length === 0) return null;
  const shown = spansOf(text, cells, table);
  const found: ExplainedFigure[] = [];
  for (const { start, end, cell } of shown) if (cell) found.push(figureOf(start, end, cell, table));
  for (const number of numbersIn(text)) {
    const within = shown.find(({ start, end }) => start <= number.start && number.end <= end);
    if (within) continue;
    const cell = cells.find((each) => says(number, each, kindOf(table, each.column)));
    if (!cell) return null;
    found.push(figureOf(number.start, number.end, cell, table));
  }
  return { text, figures: found.sort((one, other) => one.start - other.start) };
}

function cellOf(
  { row, column }: { row: number; column: string },
  table: InsightTable,
  locale: Locale,
): Cell | null {
  const at = table.columns.findIndex((name) => name === column);
  const name = table.columns[at];
  const values = row <= EXPLAIN_ROWS ? table.rows[row - 1] : undefined;
  const value = values?.[at];
  if (name === undefined || value === undefined) return null;
  return { row: row - 1, column: name, value, shown: oneLine(cellText(locale, table, name, value)) };
}

interface Span {
  start: number;
  end: number;
  /** Null for a name. */
  cell: Cell | null;
}

/**
 * Where a text has names of the rows that it speaks of, and times as they are shown: their numbers are none of their own. A name has
 * letters; a word that only looks like a number has to be named as a cell.
 */
function spansOf(text: string, cells: readonly Cell[], table: InsightTable): Span[] {
  const rows = new Set(cells.map(({ row }) => row));
  const labels = [...rows].flatMap((row) => {
    const words = (table.rows[row] ?? []).filter((value) => typeof value === 'string');
    return words.flatMap((word) => [oneLine(word), ...word.split(SEQUENCE_SEPARATOR).map(oneLine)]);
  });
  const names = labels.filter((label) => /\p{L}/u.test(label) && numbersIn(label).length > 0);
  const own = cells.filter(({ value }) => typeof value === 'string').map(({ shown }) => shown);
  const times = cells.filter(
    ({ column, value }) => typeof value === 'number' && kindOf(table, column) === 'time',
  );
  const wanted: { words: string; cell: Cell | null }[] = [
    ...[...names, ...own].map((words) => ({ words, cell: null })),
    ...times.map((cell) => ({ words: cell.shown, cell })),
  ];
  const spans: Span[] = [];
  for (const { words, cell } of wanted.sort((one, other) => other.words.length - one.words.length))
    for (const [start, end] of placesOf(text, words))
      if (spans.every((span) => end <= span.start || span.end <= start)) spans.push({ start, end, cell });
  return spans;
}

/** Where a text has these words, with blanks or without, and no digit or letter of a longer word beside them. */
function placesOf(text: string, words: string): [start: number, end: number][] {
  const parts = words.split(/\s+/u).filter((part) => part !== '');
  if (parts.length === 0) return [];
  const exact = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s*');
  const before = /^[A-Za-z]/.test(words) ? 'A-Za-z' : '';
  const behind = /[A-Za-z]$/.test(words) ? 'A-Za-z' : '';
  const bounded = `(?<![${before}\\p{N}.,+\\-−])${exact}(?![${behind}\\p{N}%‰％]|[.,]\\p{N})`;
  const places = text.matchAll(new RegExp(bounded, 'giu'));
  return [...places].map((match) => [match.index, match.index + match[0].length]);
}

/** Stored figures are computed: the last digits of their text may differ. */
const isSame = (one: number, other: number): boolean =>
  Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));

/** Whether a number in a text is the figure of a cell, as it is shown or as it is stored. */
function says(said: SaidNumber, { value, shown }: Cell, kind: ColumnKind): boolean {
  if (typeof value !== 'number') return false;
  const plain = said.unit === 'none';
  switch (kind) {
    case 'count':
    case 'weekday':
    case 'hour':
      return plain && isSame(said.value, value);
    case 'mean':
      return plain && (isSame(said.value, value) || isSame(said.value, Number(shown)));
    case 'share':
      if (said.unit === 'percent')
        return isSame(said.value, value * 100) || isSame(said.value, Number(shown.slice(0, -1)));
      return plain && isSame(said.value, value);
    case 'ratio':
      return (
        (plain || said.unit === 'times') &&
        (isSame(said.value, value) || isSame(said.value, Number(shown.slice(0, -1))))
      );
    case 'time':
      return said.unit === 'seconds' && isSame(said.value, value);
  }
}

/** Columns whose figure is of users, whom a window can list. */
const OWN_USERS = new Set<InsightColumn>([
  'users',
  'share',
  'share_of_first',
  'share_of_previous',
  'support',
  'probability',
]);
const OTHER_USERS = new Set<InsightColumn>(['other_users', 'other_share']);

function figureOf(start: number, end: number, { row, column }: Cell, table: InsightTable): ExplainedFigure {
  const own = OWN_USERS.has(column) ? table.keys[row] : undefined;
  const other = OTHER_USERS.has(column) ? table.otherKeys?.[row] : undefined;
  return { start, end, row, column, key: own ?? other ?? null };
}
