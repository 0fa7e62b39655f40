import { describe, expect, it } from 'vitest';
import { codebookSchema } from '../../../src/shared/codebook.ts';
import { drawAnswer, withNames } from '../../../src/shared/drawing/draw-answer.ts';
import type { Drawing, Mark } from '../../../src/shared/drawing/drawing.ts';
import { layOut } from '../../../src/shared/drawing/layout.ts';
import { svgOf } from '../../../src/shared/drawing/svg.ts';
import { graphOf, GRAPH_TEXTS } from '../../../src/core/insight/files/graph-file.ts';
import { ANALYSES } from '../../../src/shared/insight.ts';
import { NO_EVENT, STAGE_TYPE } from '../../../src/shared/insight-placeholders.ts';
import type { Analysis, Question } from '../../../src/shared/insight.ts';
import { TYPE_PALETTE, TYPE_SLOTS } from '../../../src/shared/palette.ts';
import type { TypeColour } from '../../../src/shared/palette.ts';
import { colourOfMatch, coloursOf } from '../../../src/shared/type-colours.ts';
import { smallAnswers } from './answers.ts';

const codebook = (one: TypeColour, other: TypeColour) =>
  codebookSchema.parse({
    ...{ language: 'zh', other: '其他' },
    types: [
      { id: '了解', zh: '了解', en: 'Explore', category: 'engagement', colour: one },
      { id: '购买', zh: '购买', en: 'Purchase', category: 'conversion', colour: other },
      { id: '使用{theme}', zh: '使用{theme}', en: 'Use {theme}', category: 'engagement', colour: 'sky' },
      { id: '其他', zh: '其他', en: 'Other', category: 'engagement' },
    ],
  });

describe('the colour of a type', () => {
  const colourOf = coloursOf(codebook('wine', 'forest'));

  it('is that of the codebook, of a type with a theme for each of its themes', () => {
    expect([colourOf('了解'), colourOf('购买')]).toEqual(['wine', 'forest']);
    expect([colourOf('使用汽车之家'), colourOf('使用懂车帝')]).toEqual(['sky', 'sky']);
  });

  it('is neutral for what is no event, and for stages', () => {
    for (const id of [...Object.values(NO_EVENT), STAGE_TYPE]) expect(colourOf(id)).toBe('grey');
  });

  it('of a word outside the codebook is always the same, whatever else there is', () => {
    for (const word of ['wave', '闲逛', 'use{', '使用']) {
      expect(TYPE_SLOTS).toContain(colourOf(word));
      expect(coloursOf({ types: [] })(word)).toBe(colourOf(word));
    }
    // Words spread over the palette.
    const words = Array.from({ length: 200 }, (_, n) => coloursOf({ types: [] })(`word ${n}`));
    expect(new Set(words).size).toBe(TYPE_SLOTS.length);
  });

  it('of the events that are meant is neutral where they are several types', () => {
    expect(colourOfMatch('了解', colourOf)).toBe('wine');
    expect(colourOfMatch({ type: '了解', object: 'x' }, colourOf)).toBe('wine');
    expect(colourOfMatch({ any: ['了解', { type: '了解', object: 'x' }] }, colourOf)).toBe('wine');
    expect(colourOfMatch({ any: ['了解', '购买'] }, colourOf)).toBe('grey');
    expect(colourOfMatch({ category: 'conversion' }, colourOf)).toBe('grey');
  });
});

function fills(drawings: readonly Drawing[]): Set<string> {
  const of = (mark: Mark): string[] =>
    mark.kind === 'group'
      ? mark.marks.flatMap(of)
      : mark.kind === 'text'
        ? []
        : [mark.fill ?? '', mark.stroke ?? ''];
  return new Set(drawings.flatMap(({ marks }) => marks.flatMap(of)));
}

describe('pictures', () => {
  const draw = (analysis: Analysis, one: TypeColour, other: TypeColour, question: object = {}): Drawing[] => {
    const { question: asked, result } = smallAnswers(['了解', '购买'])[analysis];
    return drawAnswer({ ...asked, ...question } as Question, result, {
      ...{ locale: 'zh-CN', width: 800, nameOf: (type: string) => type, layOut },
      colourOf: coloursOf(codebook(one, other)),
    });
  };
  const OF_TYPES = ANALYSES.filter((analysis) => analysis !== 'profile');

  it.each(OF_TYPES)('%s has the colours of the codebook, and no other of the palette', (analysis) => {
    for (const [one, other] of [
      ['wine', 'forest'],
      ['navy', 'orange'],
    ] as const) {
      const used = [...fills(draw(analysis, one, other))].filter((fill) =>
        TYPE_SLOTS.some((slot) => slot === fill),
      );
      expect(used.length).toBeGreaterThan(0);
      for (const fill of used) expect([one, other]).toContain(fill);
    }
  });

  it('do not change the colour of a type when it is more or less frequent, as in another selection', () => {
    const { question, result } = smallAnswers(['了解', '购买']).overview;
    const colourOf = coloursOf(codebook('wine', 'forest'));
    const time = (of: typeof result): Drawing[] =>
      drawAnswer(question, of, { locale: 'en', width: 800, nameOf: (type) => type, colourOf, layOut }).slice(
        0,
        1,
      );
    const turned = { ...result, types: result.types.toReversed(), counts: result.counts.toReversed() };
    const legend = (drawings: Drawing[]): string[] =>
      (drawings[0]?.marks ?? []).flatMap((mark, at, all) => {
        const next = all[at + 1];
        return mark.kind === 'rect' && next?.kind === 'text' ? [`${next.text} ${mark.fill}`] : [];
      });
    expect(legend(time(result))).toEqual(['了解 wine', '购买 forest']);
    expect(legend(time(turned))).toEqual(['购买 forest', '了解 wine']);
  });

  it('as files have the values of the theme', () => {
    const [funnel] = draw('funnel', 'navy', 'orange');
    for (const theme of ['light', 'dark'] as const)
      expect(funnel && svgOf(funnel, theme)).toContain(TYPE_PALETTE[theme].navy);
    const { question, result } = smallAnswers(['了解', '购买']).graph;
    const look = {
      locale: 'en',
      nameOf: (type: string) => type,
      colourOf: coloursOf(codebook('navy', 'orange')),
    } as const;
    const dot = GRAPH_TEXTS.dot(graphOf(question, result, look));
    expect(dot).toContain(`fillcolor="${TYPE_PALETTE.light.navy}4d"`);
    expect(withNames({ ...look, width: 0 }).colourOf('了解')).toBe('navy');
  });
});
