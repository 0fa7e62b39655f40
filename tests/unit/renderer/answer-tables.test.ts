// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { questionSchema } from '@shared/insight';
import type { InsightAnswer } from '@shared/insight';
import { tablesOf } from '@shared/insight-tables';
import AnswerTables from '@/pages/insight/AnswerTables.vue';
import { installBridge, settled } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';

afterEach(unmountAll);

const step = (users: number) => ({
  ...{
    key: `step:${users}`,
    users,
    ofFirst: 1,
    ofPrevious: 1,
    seconds: { q1: null, median: null, q3: null },
  },
  ...{ dropped: { key: `drop:${users}`, users: 9 - users }, instead: [] },
});
const side = (key: string, users: number) => ({
  ...{ key, users, share: 1, of: users, events: null, medianSeconds: null },
});

it('an answer beside another one: a table is chosen, and then of which side it is', async () => {
  installBridge();
  const question = questionSchema.parse({ analysis: 'funnel', steps: ['a', 'b'], compare: 'others' });
  const beside = { analysis: 'funnel' as const, users: 9, steps: [step(9), step(2)], groups: [] };
  const row = {
    ...{ types: [], step: 0, field: null, value: null, difference: 0, interval: null },
    ...{ own: side('own:x', 9), other: side('other:x', 9) },
  };
  const result: InsightAnswer = {
    ...{ analysis: 'funnel', users: 9, steps: [step(9), step(4)], groups: [], data: { id: '1', at: null } },
    comparison: { users: 9, shared: 0, total: 1, rows: [row], beside },
  } as InsightAnswer;
  const onUsers = vi.fn();
  const { element } = mountComponent(AnswerTables, {
    ...{ answer: { question, result }, tables: tablesOf(result, question, (type) => type), onUsers },
  });
  await settled();
  const choices = (testId: string): string[] =>
    [...element.querySelectorAll(`[data-testid=${testId}] .el-segmented__item`)].map(
      (item) => item.textContent?.trim() ?? '',
    );
  const choose = async (testId: string, index: number): Promise<void> => {
    element.querySelectorAll<HTMLInputElement>(`[data-testid=${testId}] input`)[index]?.click();
    await settled();
  };
  const click = (): void => element.querySelector<HTMLElement>('tbody [data-row-open]')?.click();
  expect(choices('insight-tables')).toEqual(['对比', '流失', '流失后做了什么']);
  expect(choices('insight-table-side')).toEqual([]);
  await choose('insight-tables', 1);
  expect(choices('insight-table-side')).toHaveLength(2);
  click();
  await choose('insight-table-side', 1);
  click();
  expect(onUsers.mock.calls).toEqual([
    ['drop:4', 'b'],
    ['beside:drop:2', 'b'],
  ]);
});
