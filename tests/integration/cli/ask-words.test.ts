import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { eventloom, runCli } from '../../support/run-cli.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { tempFolder } from '../../support/temp.ts';

it('insight --ask answers a question in words, with a cap, and pays once', async () => {
  const home = tempFolder();
  await generateSample({ users: 12, rowsPerUser: 40, seed: 5, behaviorsPath: join(home, 'log.csv') });
  expect(await runCli(home, ['log.csv', '--workspace', 'w.db'])).toMatchObject({ code: 0 });
  let picked = '{"analysis":"funnel","steps":[1,2],"window":"30d"}';
  const model = await startScriptedModel((_units, number) => {
    if (model.received[number - 1]?.system.includes('"didNot"')) return { text: picked };
    const figures = [{ row: 1, column: 'users' }];
    return { text: JSON.stringify({ sentences: [{ text: '共有 987654 个用户。', figures }] }) };
  });
  const insight = (words: string, ...more: string[]) =>
    eventloom(
      home,
      [
        'insight',
        '--ask',
        words,
        '--workspace',
        'w.db',
        '--base-url',
        model.baseUrl,
        '--model',
        'scripted',
        ...more,
      ],
      'zh_CN.UTF-8',
    );

  // The cap is kept to before anything is sent.
  const capped = await insight('多少人依次做了前两件事？', '--max-total-tokens', '10');
  expect(capped).toMatchObject({ code: 5, stdout: '' });
  expect(capped.stderr).toContain('已达上限');
  expect(model.received).toHaveLength(0);

  const answered = await insight('多少人依次做了前两件事？', '--max-total-tokens', '100000');
  expect(answered.code).toBe(0);
  expect(answered.stdout.split(/\r?\n/)[0]).toBe(
    'step,users,share_of_first,share_of_previous,median_seconds',
  );
  expect(answered.stderr).toMatch(/问题理解为：\n {2}analysis: funnel\n[^]*window: 30d/);
  expect(answered.stderr).toContain('有 1 句因数字不在表中而略去');
  expect(answered.stdout + answered.stderr).not.toContain('987654');
  expect(model.received).toHaveLength(2);

  const again = await insight('多少人依次做了前两件事？', '--max-total-tokens', '100000');
  expect(again).toMatchObject({ code: 0, stdout: answered.stdout });
  expect(model.received).toHaveLength(2);

  picked = '{"analysis":"none","reason":"没有价格。"}';
  const none = await insight('平均花了多少钱？');
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('没有可以回答它的分析。 没有价格。');
  // Two questions at once are none.
  expect((await insight('多少人？', '--list')).stderr).toContain('--ask');
});
