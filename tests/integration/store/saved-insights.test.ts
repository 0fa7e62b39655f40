import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, it } from 'vitest';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { Question } from '../../../src/shared/insight.ts';
import { SAVED_LIMITS } from '../../../src/shared/saved-limits.ts';
import { savedChangeSchema } from '../../../src/shared/saved-insights.ts';
import { FORMAT_VERSION } from '../../../src/core/store/database.ts';
import { OpenWorkspace } from '../../../src/core/store/open-workspace.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { BEFORE_FORMAT_13 } from '../../support/before-format-13.ts';
import { tempFolder } from '../../support/temp.ts';

const HOUR = 3_600_000;
const overview = (from?: string): Question =>
  questionSchema.parse({ analysis: 'overview', ...(from ? { select: { from } } : {}) });

let path: string;
let workspace: OpenWorkspace;

beforeEach(() => {
  path = join(tempFolder(), 'w.eventloom');
  workspace = new OpenWorkspace(Workspace.open(path, true));
  return () => workspace.file.close();
});

it('keeps questions and selections by name, and takes a deletion back', () => {
  const { saved } = workspace;
  saved.saveQuestion('每周总览', overview(), { id: 'r1', at: 5 }, 1000);
  saved.saveSelection('女', { profile: { gender: '女' } }, 1001);
  // A question and a selection may have one name.
  saved.saveSelection('每周总览', { from: '2025-12-01' }, 1002);
  expect(() => saved.saveQuestion('每周总览', overview(), null, 1003)).toThrow(
    expect.objectContaining({ code: 'insight.name_taken' }),
  );
  const [question] = saved.list().questions;
  expect(question).toEqual({
    id: 1,
    name: '每周总览',
    question: overview(),
    createdAt: 1000,
    changedAt: 1000,
    data: { id: 'r1', at: 5 },
    computedAt: 1000,
  });
  saved.duplicate(1, '副本', 1004);
  expect(saved.list().questions.map(({ name, data }) => [name, data])).toEqual([
    ['副本', null],
    ['每周总览', { id: 'r1', at: 5 }],
  ]);
  saved.delete(1, 2000);
  saved.rename(4, '每周总览', 2001);
  expect(() => saved.restore(1)).toThrow(expect.objectContaining({ code: 'insight.name_taken' }));
  saved.rename(4, '另一个', 2002);
  saved.restore(1);
  expect(saved.list().questions.map(({ name }) => name)).toEqual(['另一个', '每周总览']);
  expect(() => saved.rename(99, 'x', 1)).toThrow(expect.objectContaining({ code: 'insight.saved_gone' }));
});

it('removes what was deleted long ago, and holds no more than the limit', () => {
  const { saved } = workspace;
  saved.saveQuestion('a', overview(), null, 0);
  saved.saveQuestion('b', overview(), null, 0);
  saved.delete(1, 0);
  saved.delete(2, 25 * HOUR);
  expect(() => saved.restore(1)).toThrow(expect.objectContaining({ code: 'insight.saved_gone' }));
  saved.restore(2);
  const { db } = workspace.file;
  db.exec('BEGIN');
  for (let n = 1; n < SAVED_LIMITS.saved; n += 1) saved.saveQuestion(`n${n}`, overview(), null, 0);
  db.exec('COMMIT');
  expect(() => saved.saveSelection('one more', {}, 0)).toThrow(
    expect.objectContaining({ code: 'insight.too_many_saved' }),
  );
});

it('takes any text as a name but no control characters, and refuses stored questions that are none', () => {
  const { saved } = workspace;
  const names = [
    '<img src=x onerror=alert(1)>',
    '=1+1',
    '__proto__',
    "'; DROP TABLE users; --",
    '🙂'.repeat(40),
  ];
  for (const name of names) {
    const change = savedChangeSchema.parse({ do: 'save-question', name, question: overview(), data: null });
    if (change.do === 'save-question') saved.saveQuestion(change.name, change.question, null, 0);
  }
  expect(saved.list().questions.map(({ name }) => name)).toEqual([...names].sort());
  for (const name of ['', '  ', 'a\nb', 'a\u0000b', 'a\u202Eb', 'x'.repeat(SAVED_LIMITS.name + 1)])
    expect(savedChangeSchema.safeParse({ do: 'rename', id: 1, name }).success).toBe(false);
  // What a profile field is called cannot change what the object is.
  const odd = JSON.parse('{"analysis":"overview","select":{"profile":{"__proto__":"x"}}}') as unknown;
  const parsed = questionSchema.safeParse(odd);
  expect(Object.getPrototypeOf(parsed.data?.select?.profile ?? {})).toBe(Object.prototype);
  workspace.file.db.exec(`UPDATE saved_insights SET content = '{"analysis":"everything"}' WHERE id = 1`);
  expect(() => saved.list()).toThrow(expect.objectContaining({ code: 'workspace.bad_value' }));
});

it('is there in a workspace of the format before, and is carried on by its migration', () => {
  workspace.file.db.exec(
    `${BEFORE_FORMAT_13} DROP TABLE saved_insights; DROP TABLE report_items; PRAGMA user_version = 11;`,
  );
  workspace.file.close();
  workspace = new OpenWorkspace(Workspace.open(path, false));
  expect(workspace.saved.list()).toEqual({ questions: [], selections: [] });
  workspace.saved.saveQuestion('q', overview('2025-12-01'), null, 1);
  workspace.file.close();
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: FORMAT_VERSION });
  db.close();
  workspace = new OpenWorkspace(Workspace.open(path, false));
  expect(workspace.saved.list().questions[0]?.question).toEqual(overview('2025-12-01'));
});

it('stays when all data is cleared', () => {
  workspace.saved.saveQuestion('q', overview(), null, 1);
  workspace.contents.clear('all');
  expect(workspace.saved.list().questions).toHaveLength(1);
});

it('saves nothing that it would refuse to read', () => {
  const { saved, report } = workspace;
  const large = (length: number): Question =>
    ({ ...overview(), select: { text: 'x'.repeat(length) } }) as never;
  const tooLarge = expect.objectContaining({ code: 'workspace.value_too_large' }) as Error;
  saved.saveQuestion('a', overview(), null, 1);
  expect(() => saved.saveQuestion('b', large(1_000_001), null, 1)).toThrow(tooLarge);
  expect(() => saved.replace(1, large(1_000_001), null, 1)).toThrow(tooLarge);
  expect(() => report.add('t', large(1_000_001), {} as never, 1)).toThrow(tooLarge);
  for (let n = 0; n < 17; n += 1) saved.saveSelection(`s${n}`, large(940_000) as never, 1);
  expect(() => saved.saveSelection('one more', large(940_000) as never, 1)).toThrow(tooLarge);
  expect(report.report().items).toEqual([]);
});
