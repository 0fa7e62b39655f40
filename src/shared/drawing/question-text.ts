import { fieldNameIn } from '../field-names.ts';
import { matchText, SEQUENCE_SEPARATOR } from '../insight-table.ts';
import { withinOf } from '../insight.ts';
import type { EventMatch, InsightResult, Question, Selection } from '../insight.ts';
import type { Locale } from '../settings.ts';
import type { DrawOptions } from './drawing.ts';
import { numberIn } from './format.ts';
import { pictureText } from './texts.ts';

type Words = Pick<DrawOptions, 'locale' | 'nameOf'>;

/** What an answer is of, in a line: how many users, and what restricts them and their events. */
export function questionText(question: Question, result: InsightResult, words: Words): string {
  const users = pictureText(words.locale, 'users', { n: numberIn(words.locale, result.users) });
  return [users, ...questionParts(question, words)].join(SEPARATOR);
}

/** What restricts the users and events of a question, and the settings that a picture of its answer does not show. */
export function questionParts(question: Question, { locale, nameOf }: Words): string[] {
  const { select = {}, level } = question;
  const parts = [
    level === 'stages' ? pictureText(locale, 'stages') : null,
    ...selectionParts(select, { locale, nameOf }),
    settingText(question, { locale, nameOf }),
  ];
  return parts.filter((part) => part !== null);
}

const SEPARATOR = ' · ';

/** What a selection restricts, part by part; none where it restricts nothing. */
function selectionParts(select: Selection, { locale, nameOf }: Words): string[] {
  const list = (matches: readonly EventMatch[], glue: string): string =>
    matches.map((match) => matchText(match, nameOf)).join(glue);
  const [comma, colon] = marks(locale);
  const { saved, from, to, profile, did, didNot, ordered, variant, until } = select;
  return [
    saved ?? null,
    from === undefined ? null : pictureText(locale, 'from', { time: from }),
    to === undefined ? null : pictureText(locale, 'to', { time: to }),
    ...Object.entries(profile ?? {}).map(
      ([field, values]) => `${fieldNameIn(locale, field)}${colon}${[values].flat().join(comma)}`,
    ),
    did?.length ? pictureText(locale, 'did', { events: list(did, comma) }) : null,
    didNot?.length ? pictureText(locale, 'didNot', { events: list(didNot, comma) }) : null,
    ordered?.length ? pictureText(locale, 'inOrder', { events: list(ordered, ' → ') }) : null,
    variant ? list(variant.types, SEQUENCE_SEPARATOR) : null,
    until === undefined ? null : pictureText(locale, 'until', { event: matchText(until, nameOf) }),
  ].filter((part) => part !== null);
}

/** The names of both selections of a question that compares: what restricts the users and events of each. */
export function sideNames(question: Question, wording: Words): Record<'own' | 'other', string> {
  const { locale, nameOf } = wording;
  const compare = ('compare' in question ? question.compare : undefined) ?? 'others';
  const nameOfSelection = (parts: readonly string[]): string =>
    parts.length === 0 ? pictureText(locale, 'everybody') : parts.join(SEPARATOR);
  const own = selectionParts(question.select ?? {}, wording);
  if (compare === 'others') return { own: nameOfSelection(own), other: pictureText(locale, 'everybodyElse') };
  if ('converted' in compare) {
    const events = matchText(compare.converted, nameOf);
    return {
      own: nameOfSelection([...own, pictureText(locale, 'did', { events })]),
      other: nameOfSelection([...own, pictureText(locale, 'didNot', { events })]),
    };
  }
  return { own: nameOfSelection(own), other: nameOfSelection(selectionParts(compare, wording)) };
}

const marks = (locale: Locale): [string, string] => (locale === 'en' ? [', ', ': '] : ['、', '：']);

/** A number of events in words; a span as it is. */
function withinText(within: string, locale: Locale): string {
  const of = withinOf(within);
  return 'events' in of ? pictureText(locale, 'sizeLabel', { range: numberIn(locale, of.events) }) : within;
}

/** The settings of an analysis that its picture does not show by itself. */
function settingText(question: Question, { locale, nameOf }: Words): string | null {
  switch (question.analysis) {
    case 'funnel':
      return question.window ?? null;
    case 'around':
      return `${matchText(question.event, nameOf)} ${question.side === 'before' ? '←' : '→'} ${withinText(question.within, locale)}`;
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
