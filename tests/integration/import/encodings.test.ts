import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { encodeText, TestWorkspace } from './support.ts';

type Encoding = Parameters<typeof encodeText>[1];

const TEXTS: Record<Encoding, string[]> = {
  gb18030: ['浏览了新车的图片和参数', '向经销商询问了价格', '预约了周末的试驾', '比较了两款车型的配置'],
  big5: ['瀏覽了新車的圖片和參數', '向經銷商詢問了價格', '預約了週末的試駕', '比較了兩款車型的配置'],
  'euc-kr': [
    '신차 사진과 사양을 검색했습니다',
    '판매점에 가격을 문의했습니다',
    '주말 시승을 예약했습니다',
    '두 모델의 구성을 확인했습니다',
  ],
};
const jsonLines = (texts: readonly string[]): string =>
  texts
    .map((text, at) => JSON.stringify({ user_id: `u${at}`, time: `2026-02-03 09:0${at}`, text }))
    .join('\n') + '\n';
const jsonArray = (texts: readonly string[]): string =>
  `[${jsonLines(texts).trim().replaceAll('\n', ',\n')}]`;
const xes = (texts: readonly string[], declaration: string): string =>
  `${declaration}<log><trace><string key="concept:name" value="c1"/>${texts
    .map(
      (text, at) =>
        `<event><string key="concept:name" value="${text}"/><date key="time:timestamp" value="2026-02-03T09:0${at}:00"/></event>\n`,
    )
    .join('')}</trace></log>`;
const stored = (workspace: TestWorkspace): unknown[] =>
  workspace
    .rows('SELECT coalesce(text, action) AS text FROM behaviours ORDER BY time')
    .map(({ text }) => text);

describe('JSON in another encoding than UTF-8', () => {
  it.each(Object.keys(TEXTS) as Encoding[])('is read by what its bytes tell: %s', async (encoding) => {
    for (const content of [jsonLines(TEXTS[encoding]), jsonArray(TEXTS[encoding])]) {
      const workspace = new TestWorkspace();
      const path = workspace.file('log.json', encodeText(content, encoding));
      const preview = await previewImport({ path, kind: 'behaviours' });
      expect(preview).toMatchObject({ format: 'json', encoding, encodingAsked: false, problem: null });
      const sample = preview.encodingSamples.find((each) => each.encoding === encoding)?.sample;
      expect(sample).toContain(TEXTS[encoding][0]?.slice(0, 4));
      expect(await workspace.import(path)).toMatchObject({ rowsAdded: 4, badRowCount: 0 });
      expect(stored(workspace)).toEqual(TEXTS[encoding]);
      expect(await workspace.import(path)).toMatchObject({ sameFile: true });
    }
  });

  it('is asked for where the bytes tell nothing, and read as it is said', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.jsonl', encodeText(jsonLines(['구매']), 'euc-kr'));
    expect(await previewImport({ path, kind: 'behaviours' })).toMatchObject({ encodingAsked: true });
    await expect(workspace.import(path)).rejects.toMatchObject({ code: 'import.undecided_encoding' });
    await workspace.import(path, 'behaviours', { encoding: 'euc-kr' });
    expect(stored(workspace)).toEqual(['구매']);
    await expect(workspace.import(path, 'behaviours', { encoding: 'big5' })).rejects.toMatchObject({
      code: 'import.other_reading',
      params: { reason: 'import.reading.encoding', before: 'euc-kr', now: 'big5' },
    });
  });

  it('is told where it was guessed', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file(
      'log.jsonl',
      Buffer.from(jsonLines(['Gerät für Küche', 'déjà vu', 'Größe geändert']), 'latin1'),
    );
    const { doubts } = await previewImport({ path, kind: 'behaviours' });
    expect(doubts).toMatchObject([
      { code: 'import.doubt.encoding_guessed', params: { encoding: 'windows-1252' } },
    ]);
    await workspace.import(path);
    expect(stored(workspace)[0]).toBe('Gerät für Küche');
  });

  it('is noticed far behind the beginning, which is told', async () => {
    const workspace = new TestWorkspace();
    const plain = `${JSON.stringify({ user_id: 'u', time: '2026-02-03 09:00', text: 'x'.repeat(1000) })}\n`;
    const content = Buffer.concat([
      Buffer.from(plain.repeat(1100)),
      encodeText(jsonLines(TEXTS.gb18030), 'gb18030'),
    ]);
    const path = workspace.file('log.jsonl', content);
    expect(await workspace.import(path)).toMatchObject({
      badRowCount: 0,
      warnings: [{ code: 'import.note.encoding_changed', params: { encoding: 'gb18030' } }],
    });
    expect(stored(workspace)).toContain(TEXTS.gb18030[3]);
    expect(await workspace.import(path)).toMatchObject({ sameFile: true });
  });
});

describe('XES in another encoding than UTF-8', () => {
  it.each([
    ['without a declaration', ''],
    ['that it declares by the name of a part of it', '<?xml version="1.0" encoding="GB2312"?>'],
    ['that it does not declare', '<?xml version="1.0" encoding="UTF-8"?>'],
  ])('is read %s', async (_, declaration) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.xes', encodeText(xes(TEXTS.gb18030, declaration), 'gb18030'));
    expect(await previewImport({ path, kind: 'behaviours' })).toMatchObject({
      format: 'xes',
      encoding: 'gb18030',
      encodingAsked: false,
    });
    await workspace.import(path);
    expect(stored(workspace)).toEqual(TEXTS.gb18030);
  });

  it('is read as it is said, and as a declaration says that no file is offered in', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.xes', encodeText(xes(['看车'], ''), 'gb18030'));
    await workspace.import(path, 'behaviours', { encoding: 'gb18030' });
    const rare = workspace.file(
      'rare.xes',
      Buffer.concat([
        Buffer.from(
          '<?xml version="1.0" encoding="ISO-8859-15"?><log><trace><string key="concept:name" value="c2"/>',
        ),
        Buffer.from('<event><string key="concept:name" value="10 '),
        Buffer.of(0xa4),
        Buffer.from('"/><date key="time:timestamp" value="2026-02-04T09:00:00"/></event></trace></log>'),
      ]),
    );
    await workspace.import(rare);
    expect(stored(workspace)).toEqual(['看车', '10 €']);
  });
});
