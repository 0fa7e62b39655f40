import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isWorkspaceName, namesFor, workspaceFileIn } from '../../../src/core/store/workspace-files.ts';
import { tempFolder } from '../../support/temp.ts';

const first = (path: string, what: string, other?: string): string[] => {
  const names = namesFor(path, what, other);
  return [names.next(), names.next()].map(({ value }) => value as string);
};

test('what is kept of a workspace has its extension', () => {
  expect(first('/a/w.eventloom', 'recovered')).toEqual([
    '/a/w.recovered.eventloom',
    '/a/w.recovered-2.eventloom',
  ]);
  expect(first('/a/w.DB', 'recovered')).toEqual(['/a/w.recovered.DB', '/a/w.recovered-2.DB']);
  expect(first('/a/w', 'damaged-1')).toEqual(['/a/w.damaged-1.eventloom', '/a/w.damaged-1-2.eventloom']);
  expect(first('/a/w.eventloom', 'recovered', '.wal')[0]).toBe('/a/w.recovered.wal');
});

test('a workspace that an earlier version made under its name is found again, and no other is made beside it', () => {
  const folder = tempFolder();
  const [today, earlier] = [join(folder, 'default.eventloom'), join(folder, 'default.db')];
  expect(workspaceFileIn(folder, 'default')).toBe(today);
  writeFileSync(earlier, 'x');
  expect(workspaceFileIn(folder, 'default')).toBe(earlier);
  writeFileSync(today, 'x');
  expect(workspaceFileIn(folder, 'default')).toBe(today);
});

test.each([
  ['a.eventloom', true],
  ['A.EventLoom', true],
  ['a.db', true],
  ['a.db-wal', false],
  ['a.eventloom.csv', false],
  ['eventloom', false],
])('%s is a workspace by its name: %j', (name, expected) => {
  expect(isWorkspaceName(name)).toBe(expected);
});
