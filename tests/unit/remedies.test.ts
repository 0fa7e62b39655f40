import { expect, it } from 'vitest';
import { FAILURE_POLICIES } from '../../src/core/extract/llm/failure-policy.ts';
import { FAILURE_CLASSES } from '../../src/shared/failure-classes.ts';
import { messages } from '../../src/shared/messages/index.ts';
import { remedyOf } from '../../src/shared/remedies.ts';

it('the stop of each failure class is helped by the settings, or by going on', () => {
  const inSettings = FAILURE_CLASSES.filter(
    (failure) => remedyOf({ code: FAILURE_POLICIES[failure].stopCode }) === 'settings',
  );
  expect(inSettings).toEqual([
    ...['unauthorized', 'forbidden', 'model_unknown', 'not_an_answer', 'bad_request'],
    ...['too_long', 'refused', 'truncated'],
  ]);
});

it.each(FAILURE_CLASSES)(
  'the text of a stop by %s tells to try again or go on where that comes first',
  (failure) => {
    const code = FAILURE_POLICIES[failure].stopCode;
    if (remedyOf({ code }) === 'resume')
      expect(messages[code].en).toMatch(/[Tt]ry again|[Cc]ontinue|tried again|goes on/);
  },
);

it.each([
  ['model.no_key', 'settings'],
  ['model.key_held_back', 'resume'],
  ['rules.invalid', 'settings'],
  ['run.kept_dying', 'resume'],
  ['workspace.disk_full', 'resume'],
] as const)('what helps against %s first is %s', (code, remedy) => expect(remedyOf({ code })).toBe(remedy));
