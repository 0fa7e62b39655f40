import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COLUMN_NAMES } from '../../../src/shared/insight-columns.ts';
import { ANALYSES, questionSchema } from '../../../src/shared/insight.ts';
import type { Analysis, Comparison } from '../../../src/shared/insight.ts';
import { INSIGHT_COLUMNS, tableOf } from '../../../src/shared/insight-table.ts';
import { asked, smallAnswers } from '../drawing/answers.ts';

const answers = smallAnswers(['a', 'b']);
const DOCUMENT = readFileSync('docs/insight.md', 'utf8');

/** The columns of each table: other programs read them. */
const COLUMNS: Record<Analysis, string> = {
  overview: 'type,category,events,users',
  funnel: 'step,users,share_of_first,share_of_previous,median_seconds',
  paths: 'step,from,to,users',
  graph: 'from,to,users,events,mean_seconds,median_seconds',
  variants: 'variant,users,share,median_seconds',
  sequences: 'sequence,users,support,confidence,lift,low,high',
  around: 'type,users,share,base,lift,median_seconds',
  profile: 'field,value,users,share,other_users,other_share,difference,low,high',
  evolution: 'from,to,users,probability,base,lift,median_seconds',
};

it.each(ANALYSES)('the columns of %s are those that were told, and documented', (analysis) => {
  const { question, result } = answers[analysis];
  const table = tableOf(result, question, (type) => type);
  expect(table.columns.join()).toBe(COLUMNS[analysis]);
  expect(DOCUMENT).toContain(`\`${COLUMNS[analysis]}\``);
  for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
  expect(table.keys).toHaveLength(table.rows.length);
});

it('the columns of a funnel by groups and by time', () => {
  const { question, result } = answers.funnel;
  const columns = (by: unknown): string =>
    tableOf(result, asked({ question }, { by }), (type) => type).columns.join();
  expect(columns('sex')).toBe('value,step,users,share_of_first,share_of_previous');
  expect(columns({ object: 1 })).toBe('value,step,users,share_of_first,share_of_previous');
  expect(columns({ time: 'week' })).toBe('period,step,open,users,share_of_first,share_of_previous');
});

it('the columns of comparisons', () => {
  const comparison: Comparison = { users: 1, shared: 0, total: 0, rows: [] };
  const SHARES = 'users,share,other_users,other_share,difference,low,high';
  const TIMES = 'median_seconds,other_median_seconds';
  const found = ANALYSES.flatMap((analysis) => {
    const { question, result } = answers[analysis];
    const compared = { ...question, compare: 'others' };
    if (!questionSchema.safeParse(compared).success) return [];
    const table = tableOf(
      { ...result, comparison },
      asked({ question }, { compare: 'others' }),
      (type) => type,
    );
    return [[analysis, table.columns.join()]];
  });
  expect(Object.fromEntries(found)).toMatchObject({
    overview: `type,${SHARES},events,per_user,other_events,other_per_user`,
    funnel: `step,${SHARES},${TIMES}`,
    paths: `step,from,to,${SHARES}`,
    graph: `from,to,${SHARES},${TIMES}`,
    variants: `variant,${SHARES},${TIMES}`,
    profile: `field,value,${SHARES}`,
  });
});

it('every column has a name where a person reads it', () => {
  expect(Object.keys(COLUMN_NAMES).sort()).toEqual([...INSIGHT_COLUMNS].sort());
});
