import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { OverviewResult } from '../../shared/insight.ts';
import type { EventCategory } from '../../shared/users.ts';
import { mistakeText, WORDS_CHARS } from './words-answer.ts';
import type { Mistake } from './words-answer.ts';

/**
 * So many types, objects, fields and values of a field are told; an object or a value only where at least so many users have it: fewer could be
 * recognised.
 */
export const WORDS_LIMITS = { types: 200, objects: 60, fields: 30, values: 20, users: 3 } as const;

/** What a question in words can be about: a model names its parts by their places, from 1. */
export interface Choices {
  types: { id: string; name: string; category: EventCategory }[];
  /** What events are about. */
  objects: string[];
  fields: { name: string; values: string[] }[];
}

/** What there is to ask about, of the overview of all events. */
export function choicesOf(
  { types, objects, fields }: Pick<OverviewResult, 'types' | 'objects' | 'fields'>,
  nameOf: (type: string) => string,
): Choices {
  const { users: least } = WORDS_LIMITS;
  return {
    types: types
      .slice(0, WORDS_LIMITS.types)
      .map(({ type, category }) => ({ id: type, name: nameOf(type), category })),
    objects: objects
      .filter(({ users }) => users >= least)
      .slice(0, WORDS_LIMITS.objects)
      .map(({ name }) => name),
    fields: fields.slice(0, WORDS_LIMITS.fields).map(({ name, values, users }) => ({
      name,
      values: values.filter((_, at) => (users[at] ?? 0) >= least).slice(0, WORDS_LIMITS.values),
    })),
  };
}

const HEADS: Record<
  CodebookLanguage,
  Record<'types' | 'objects' | 'fields' | 'question' | 'wrong', string>
> = {
  zh: {
    types: '类型：',
    objects: '对象：',
    fields: '画像字段：',
    question: '问题：',
    wrong: '上一次的回答有误，请改正后重新输出：',
  },
  en: {
    types: 'Types:',
    objects: 'Objects:',
    fields: 'Profile fields:',
    question: 'Question:',
    wrong: 'The answer before had mistakes. Answer again without them:',
  },
};

/** What is sent of a question in words: what there is to ask about, and the words. No behaviour and no id of a user is in it. */
export function wordsInput(
  { types, objects, fields }: Choices,
  words: string,
  language: CodebookLanguage,
  mistakes: readonly Mistake[] = [],
): string {
  const heads = HEADS[language];
  return [
    heads.types,
    ...types.map(({ name, category }, at) => `${at + 1}. ${quoted(name)} (${category})`),
    '',
    heads.objects,
    ...objects.map((name, at) => `${at + 1}. ${quoted(name)}`),
    '',
    heads.fields,
    ...fields.map(({ name, values }, at) => {
      const told = values.map((value, place) => `${place + 1}=${quoted(value)}`).join(' ');
      return `${at + 1}. ${quoted(name)} ${told}`.trimEnd();
    }),
    '',
    heads.question,
    quoted(words, words.length),
    ...(mistakes.length === 0
      ? []
      : ['', heads.wrong, ...mistakes.map((each) => `- ${mistakeText(each, language)}`)]),
    '',
  ].join('\n');
}

/** A text as JSON writes it, so that nothing in it can end its line. */
function quoted(text: string, most: number = WORDS_CHARS.name): string {
  const line = text.replace(/\p{C}/gu, ' ').replace(/\s+/gu, ' ').trim();
  return JSON.stringify(line.length > most ? `${line.slice(0, most)}…` : line);
}
