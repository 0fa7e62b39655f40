import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const at = (path: string): string => fileURLToPath(new URL(path, ROOT));
const page = readFileSync(at('docs/security.md'), 'utf8');

/** The rows of all tables, a heading and its rule left out: the last two cells are code and test. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .filter((cells) => cells.at(-2) !== 'test')
  .map((cells) => ({ name: cells.at(2) ?? '', code: cells.at(-3) ?? '', test: cells.at(-2) ?? '' }));
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

describe('docs/security.md', () => {
  it('has all twenty of Electron’s recommendations', () => {
    const numbers = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it.each(rows)('$name: names code and tests that exist', ({ code, test }) => {
    const [file = '', snippet = ''] = quoted(code);
    expect(snippet).not.toBe('');
    expect(readFileSync(at(file), 'utf8')).toContain(snippet);
    const tests = quoted(test).filter((text) => text.startsWith('tests/'));
    expect(tests).not.toEqual([]);
    for (const name of tests) expect([name, existsSync(at(name))]).toEqual([name, true]);
  });
});
