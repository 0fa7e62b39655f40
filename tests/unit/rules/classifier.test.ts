import { expect, it } from 'vitest';
import { makeClassifier } from '../../../src/core/extract/rules/classifier.ts';
import { Random } from '../../../src/core/sample/random.ts';
import { behaviour, defaultRules } from './helpers.ts';

it('gives a behaviour the same type whatever was classified before it', () => {
  const random = new Random(1, 0);
  const actions = [
    null,
    'purchase',
    'visit_poi',
    'browse',
    'BROWSE',
    'add_cart',
    '浏览',
    'constructor',
    '__proto__',
  ] as const;
  const texts = [null, '购买了车', '取消购买', '浏览车型', 'İ', 'paid', '😀', '下单失败'] as const;
  const places = [null, '长城4S店', '经销商', '超市'] as const;
  const behaviours = Array.from({ length: 400 }, (_, index) =>
    behaviour(
      {
        // More distinct actions than the classifier remembers, so that its memory is emptied on the way.
        action: random.chance(0.3) ? `action ${random.int(0, 3000)}` : random.pick(actions),
        text: random.pick(texts),
        poi: random.pick(places),
      },
      index + 1,
    ),
  );
  const alone = behaviours.map((each) => makeClassifier(defaultRules.rules)(each));
  const classify = makeClassifier(defaultRules.rules);
  for (let round = 0; round < 10; round += 1) {
    for (let step = 0; step < behaviours.length; step += 1) {
      const at = random.int(0, behaviours.length - 1);
      classify(behaviour({ action: `other ${round} ${step}` }));
      const each = behaviours[at];
      if (each) expect(classify(each), JSON.stringify(each)).toEqual(alone[at]);
    }
  }
});
