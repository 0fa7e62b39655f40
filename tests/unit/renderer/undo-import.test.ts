// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { NO_IMPORT } from '@shared/import';
import type { ImportSnapshot } from '@shared/import';
import ImportProgress from '@/pages/data/ImportProgress.vue';
import ImportReportCard from '@/pages/data/ImportReportCard.vue';
import { installBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';

afterEach(unmountAll);

const UNDOING: ImportSnapshot = {
  ...NO_IMPORT,
  ...{ work: 'undo', status: 'running', phase: 'removing', fileName: 'b.csv', progressPercent: 40 },
};

it('the progress of an undo shows how much is done, then that its end is not known, and can be stopped', () => {
  installBridge();
  const shown = mountComponent(ImportProgress, { snapshot: UNDOING }).element;
  expect(shown.querySelector('[data-testid=import-title]')?.textContent).toContain('正在撤销导入 b.csv');
  expect(shown.querySelector('[data-testid=import-percent]')?.textContent).toContain('40');
  expect(shown.querySelector('[data-testid=cancel-import]')?.textContent).toContain('停止撤销');
  expect(shown.textContent).not.toContain('已读');
  const ending = mountComponent(ImportProgress, { snapshot: { ...UNDOING, phase: 'finishing' } }).element;
  expect(ending.querySelector('[data-testid=import-percent]')).toBeNull();
  expect(ending.textContent).toContain('正在整理并写入');
  expect(ending.textContent).not.toContain('已读');
});

it.each([
  ['completed', null, '已撤销导入 b.csv'],
  ['cancelled', 'import.undo_cancelled', '已停止撤销导入 b.csv'],
  ['failed', 'workspace.disk_full', '导入 b.csv 没有撤销'],
  ['completed', 'workspace.damaged', '已撤销导入 b.csv'],
] as const)(
  'the result of an undo that was %s is told, and leads to no abstraction',
  (status, code, title) => {
    installBridge();
    const error = code === null ? null : { code };
    const shown = mountComponent(ImportReportCard, { snapshot: { ...UNDOING, status, error } }).element;
    expect(shown.querySelector('h2')?.textContent).toBe(title);
    expect(shown.querySelector('[data-testid=go-extract]')).toBeNull();
    expect(shown.querySelector('[data-testid=import-error]') !== null).toBe(code !== null);
  },
);
