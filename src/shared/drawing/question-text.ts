import { matchText } from '../insight-table.ts';
import type { EventMatch, InsightResult, Question } from '../insight.ts';
import type { Locale } from '../settings.ts';
import type { DrawOptions } from './drawing.ts';
import { numberIn } from './format.ts';
import { pictureText } from './texts.ts';

type Words = Pick<DrawOptions, 'locale' | 'nameOf'>;

/** What an answer is of, in a line: how many users, and what restricts them and their events. */
export function questionText(question: Question, result: InsightResult, words: Words): string {
  const users = pictureText(words.locale, 'users', { n: numberIn(words.locale, result.users) });
  return [users, ...questionParts(question, words)].join(' · ');
}

/** What restricts the users and events of a question, and the settings that a picture of its answer does not show. */
export function questionParts(question: Question, { locale, nameOf }: Words): string[] {
  const { select = {}, level } = question;
  const list = (matches: readonly EventMatch[], glue: string): string =>
    matches.map((match) => matchText(match, nameOf)).join(glue);
  const [comma, colon] = marks(locale);
  const parts = [
    level === 'stages' ? pictureText(locale, 'stages') : null,
    select.from === undefined ? null : pictureText(locale, 'from', { time: select.from }),
    select.to === undefined ? null : pictureText(locale, 'to', { time: select.to }),
    ...Object.entries(select.profile ?? {}).map(
      ([field, values]) => `${field}${colon}${[values].flat().join(comma)}`,
    ),
    select.did?.length ? pictureText(locale, 'did', { events: list(select.did, comma) }) : null,
    select.didNot?.length ? pictureText(locale, 'didNot', { events: list(select.didNot, comma) }) : null,
    select.ordered?.length ? list(select.ordered, ' → ') : null,
    settingText(question, nameOf),
  ];
  return parts.filter((part) => part !== null);
}

const marks = (locale: Locale): [string, string] => (locale === 'en' ? [', ', ': '] : ['、', '：']);

/** The settings of an analysis that its picture does not show by itself. */
function settingText(question: Question, nameOf: (type: string) => string): string | null {
  switch (question.analysis) {
    case 'funnel':
      return question.window ?? null;
    case 'around':
      return `${matchText(question.event, nameOf)} ${question.side === 'before' ? '←' : '→'} ${question.within}`;
    case 'evolution':
      return question.within;
    case 'profile':
      return question.event === undefined ? null : matchText(question.event, nameOf);
    case 'sequences':
      return question.target === undefined ? null : matchText(question.target, nameOf);
    case 'paths':
      return question.anchor === undefined ? null : matchText(question.anchor, nameOf);
    case 'overview':
    case 'graph':
    case 'variants':
      return null;
  }
}
