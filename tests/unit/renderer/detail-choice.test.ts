// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { h, nextTick, shallowRef } from 'vue';
import type { DetailPreview } from '@shared/abstraction';
import { setLocale } from '@/i18n';
import DetailChoice from '@/pages/extract/DetailChoice.vue';
import { installBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';

afterEach(unmountAll);

test('what comes with the preview adds no line below which the buttons of the dialog would move', async () => {
  installBridge();
  setLocale('zh-CN');
  const preview = shallowRef<DetailPreview | null>(null);
  const { element } = mountComponent({
    setup: () => () => h(DetailChoice, { modelValue: 'standard', preview: preview.value }),
  });
  const lines = (): number => element.querySelector('.details')?.children.length ?? 0;
  const hint = (): string =>
    [...element.querySelectorAll<HTMLElement>('.hint > :not(.absent)')]
      .map((each) => each.textContent)
      .join();
  const before = lines();
  expect(hint()).toContain('目的和主题相同的行为合并');
  preview.value = {
    behaviours: 100,
    events: { fine: 90, standard: 60, brief: 20 },
    grain: 'none',
    users: [],
  };
  await nextTick();
  expect([lines(), hint()]).toEqual([before, '这份日志的主题太分散，按意图合并，主题列在事件中。']);
  preview.value = { ...preview.value, grain: 'themes' };
  await nextTick();
  expect(hint()).toContain('目的和主题相同的行为合并');
});
