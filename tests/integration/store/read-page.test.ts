import { describe, expect, it, onTestFinished } from 'vitest';
import { LONGEST_BEHAVIOUR } from '../../../src/core/store/behaviour-loader.ts';
import { connect, migrate } from '../../../src/core/store/database.ts';
import { pageReader } from '../../../src/core/store/read-page.ts';

const ROWS = 10;
const SQL = `WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${ROWS})
  SELECT id, printf('%.*c', ?2, 'x') FROM n WHERE id > ?1 ORDER BY id LIMIT 4`;

/** The ids on each page, of texts with so many characters in a workspace whose longest behaviour has as many. */
function pagesOf(chars: number, longest: number | null): number[][] {
  const db = connect(':memory:');
  onTestFinished(() => db.close());
  migrate(db);
  if (longest !== null)
    db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(LONGEST_BEHAVIOUR, String(longest));
  const read = pageReader<[id: number, text: string]>(db, db.prepare(SQL), 100_000);
  const pages: number[][] = [];
  for (let last = 0; ;) {
    const page = read(last, chars);
    if (page.length === 0) return pages;
    pages.push(page.map(([id]) => id));
    last = page.at(-1)?.[0] ?? 0;
  }
}

describe('a page of rows', () => {
  it('has as many rows as the statement allows, of short texts', () => {
    expect(pagesOf(10, 10)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
  });

  it.each([900_000, null])('ends where long texts would fill the memory (longest: %s)', (longest) => {
    expect(pagesOf(900_000, longest)).toEqual([[1, 2, 3], [4, 5, 6], [7, 8, 9], [10]]);
  });

  it('has one row of any length', () => {
    expect(pagesOf(3_000_000, 3_000_000)).toEqual(Array.from({ length: ROWS }, (_, index) => [index + 1]));
  });
});
