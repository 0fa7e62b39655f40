import { expect, it } from 'vitest';
import { ANALYSIS_NAMES } from '@shared/drawing/texts';
import { ANALYSES } from '@shared/insight';
import { en } from '../../../src/renderer/src/locales/en';
import { zhCN } from '../../../src/renderer/src/locales/zh-CN';

it('a picture calls an analysis as its tab does', () => {
  for (const analysis of ANALYSES)
    expect(ANALYSIS_NAMES[analysis]).toEqual({
      'zh-CN': zhCN.insight.tabs[analysis],
      en: en.insight.tabs[analysis],
    });
});
