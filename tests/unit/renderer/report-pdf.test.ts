// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { questionSchema } from '@shared/insight';
import ReportTab from '@/pages/insight/ReportTab.vue';
import { installBridge, settled } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';

afterEach(unmountAll);

const find = (handle: string): HTMLElement | null => document.querySelector(`[data-testid=${handle}]`);

it('a PDF can be cancelled while it is printed, and the window says so; a page or a workbook has no such button', async () => {
  const bridge = installBridge();
  const question = questionSchema.parse({ analysis: 'overview' });
  const item = { id: 1, title: 'a', note: '', question, answer: null, former: null, computedAt: null };
  bridge.answers = { 'insight.report': () => ({ title: '', items: [item] }) };
  mountComponent(ReportTab);
  await settled();
  find('report-xlsx')?.click();
  await settled();
  expect(find('report-cancel-pdf')).toBeNull();
  await bridge.waiting('insight.exportReport').answer(null);

  find('report-pdf')?.click();
  await settled();
  find('report-cancel-pdf')?.click();
  await settled();
  await bridge.waiting('insight.cancelPdf').answer(true);
  await bridge.waiting('insight.exportReport').answer(null);
  expect(find('report-cancel-pdf')).toBeNull();
  expect(document.body.textContent).toContain('PDF 已取消，没有留下文件。');
});
