// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { createApp, h } from 'vue';
import type { GroupMark, Mark } from '@shared/drawing/drawing';
import { Marks } from '@/pages/insight/charts/Marks';

it('marks that are seen only while their edge is pointed at are told from the others, and can be opened', () => {
  const marks: Mark[] = [
    {
      kind: 'group',
      marks: [
        { kind: 'text', x: 0, y: 0, text: '12', size: 10, fill: 'ink', hover: 'shown' },
        {
          ...{ kind: 'group', hover: 'shown', name: 'edge-a-own', users: { key: 'own:a', title: 'A' } },
          marks: [{ kind: 'text', x: 0, y: 0, text: '34', size: 10, fill: 'ink' }],
        },
      ],
    },
  ];
  const opened: string[] = [];
  const host = document.createElement('div');
  const app = createApp(() =>
    h(
      'svg',
      h(Marks, { marks, arrow: 'x', onOpen: ({ users }: GroupMark) => opened.push(users?.key ?? '') }),
    ),
  );
  app.mount(host);
  expect([...host.querySelectorAll('.hover-shown')].map(({ textContent }) => textContent)).toEqual([
    '12',
    'A34',
  ]);
  const group = host.querySelector('[data-testid=edge-a-own]');
  expect([...(group?.classList ?? [])].toSorted()).toEqual(['hover-shown', 'opens']);
  group?.dispatchEvent(new MouseEvent('click'));
  expect(opened).toEqual(['own:a']);
  app.unmount();
});
