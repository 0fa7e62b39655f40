import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Codebook, CodebookLanguage, EventWord } from '../../shared/codebook.ts';
import { TYPES_PHASES } from '../../shared/induction.ts';
import type { TypesPhase } from '../../shared/induction.ts';
import { cleanValue } from '../extract/llm/prompt/behaviour-line.ts';
import { typesToChoose } from './assignment.ts';
import type { DraftBasis, DraftType } from './draft.ts';

const HEADER = /^<!--\s*name:[^\n]*-->\s*\n/;
const TASK = /^<!--\s*task:\s*(\w+)\s*-->\s*\n/gm;
/** A rules file can have hundreds of types: a model needs no more of them. */
const PRESENT_SHOWN = 120;
const DEFINITION_CHARS = 160;
const NAME_CHARS = 60;

interface Words {
  fixed: string;
  replaces: string;
  examples: string;
  none: string;
  soFar: string;
  users: string;
}

const WORDS: Record<CodebookLanguage, Words> = {
  zh: {
    fixed: '固定',
    replaces: '取代',
    examples: '例',
    none: '（还没有）',
    soFar: '到目前为止的类型表：',
    users: '用户：',
  },
  en: {
    fixed: 'fixed',
    replaces: 'replaces',
    examples: 'e.g.',
    none: '(none yet)',
    soFar: 'The list so far:',
    users: 'Users:',
  },
};

/** The instructions for types from a sample, and the lists in the requests. */
export interface TypesPrompt {
  /** What is sent before the input of a phase. */
  system(phase: TypesPhase): string;
  /** The types so far, before the users of a request; empty for none. `withExamples`: with behaviours that show what they mean. */
  list(drafts: readonly DraftType[], withExamples: boolean): string;
  /** The beginning of the input, where users follow the list. */
  usersHeading: string;
}

/** The built-in prompt (in `folder`) in the language of the codebook. */
export function loadTypesPrompt(folder: string, { codebook, fixed, most }: DraftBasis): TypesPrompt {
  const { language } = codebook;
  const words = WORDS[language];
  const [common = '', ...rest] = readPrompt(folder, `induct.${language}.md`).split(TASK);
  const tasks = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) tasks.set(rest[at] ?? '', (rest[at + 1] ?? '').trim());
  for (const phase of TYPES_PHASES)
    if (!tasks.has(phase)) throw new Error(`the prompt of inductions has no task ${phase}`);
  const other = codebook.types.find(({ id }) => id === codebook.other)?.[language] ?? codebook.other;
  const present = codebook.types
    .filter(({ id, state, details }) => state === 'active' && id !== codebook.other && details.some(isCoarse))
    .slice(0, PRESENT_SHOWN)
    .map((type) => lineOf(type, fixed.includes(type.id) ? [words.fixed] : []));
  const texts = { most: String(most), other, present: present.join('\n') || words.none };
  return {
    system: (phase) =>
      common
        .trim()
        .replace(/\{(most|other|present|task)\}/g, (_whole, name: keyof typeof texts | 'task') =>
          name === 'task' ? (tasks.get(phase) ?? '') : texts[name],
        ),
    list: (drafts, withExamples) => {
      if (drafts.length === 0) return '';
      const nameOf = (id: string): string => codebook.types.find((type) => type.id === id)?.[language] ?? id;
      const lines = drafts.map((draft) => {
        const notes = [
          ...(draft.present !== null && fixed.includes(draft.present) ? [words.fixed] : []),
          ...(draft.replaces.length > 0
            ? [`${words.replaces} ${draft.replaces.map(nameOf).map(nameIn).join(', ')}`]
            : []),
        ];
        const shown = withExamples ? draft.examples.map(({ text }) => `    ${words.examples} ${text}`) : [];
        return [lineOf(draft, notes), ...shown].join('\n');
      });
      return `${words.soFar}\n${lines.join('\n')}\n`;
    },
    usersHeading: `${words.users}\n`,
  };
}

/** The instructions for types of words, and the list of the words. */
export interface WordsPrompt {
  system: string;
  list(words: readonly EventWord[]): string;
}

/** The built-in prompt (in `folder`) in the language of the codebook. */
export function loadWordsPrompt(folder: string, codebook: Codebook): WordsPrompt {
  const types = typesToChoose(codebook).map((type, index) => `${index + 1}. ${lineOf(type, []).slice(2)}`);
  const file = readPrompt(folder, `assign.${codebook.language}.md`);
  return {
    system: file.trim().replace('{types}', () => types.join('\n')),
    list: (words) =>
      words
        .map(({ word, category }, index) => `${index + 1}. ${cleanValue(word, NAME_CHARS)} (${category})\n`)
        .join(''),
  };
}

/** The instructions for themes of things, and the list of the things. */
export interface ThemesPrompt {
  system: string;
  list(things: readonly string[]): string;
}

/** The built-in prompt (in `folder`) in the language of the codebook, with the themes that there are. */
export function loadThemesPrompt(
  folder: string,
  { language, themes }: { language: CodebookLanguage; themes: readonly string[] },
): ThemesPrompt {
  const known = themes.map((theme) => `- ${nameIn(theme)}`).join('\n') || WORDS[language].none;
  return {
    system: readPrompt(folder, `classify.${language}.md`)
      .trim()
      .replace('{themes}', () => known),
    list: (things) => things.map((thing, index) => `${index + 1}. ${nameIn(thing)}\n`).join(''),
  };
}

/** What is asked in a single request: an explanation of a table, or which question of ours one in words is. */
export type SinglePrompt = 'explain' | 'ask';

/** The instructions for a single request, in the language of the codebook. */
export const loadSinglePrompt = (folder: string, kind: SinglePrompt, language: CodebookLanguage): string =>
  readPrompt(folder, `${kind}.${language}.md`).trim();

const readPrompt = (folder: string, name: string): string =>
  readFileSync(join(folder, name), 'utf8').replace(/\r\n?/g, '\n').replace(HEADER, '');

const isCoarse = (detail: string): boolean => detail !== 'fine';
const nameIn = (name: string): string => cleanValue(name, NAME_CHARS);

function lineOf(
  { zh, en, category, definition }: Pick<DraftType, 'zh' | 'en' | 'category' | 'definition'>,
  notes: readonly string[],
): string {
  const note = [category, ...notes].join('; ');
  const said = definition === '' ? '' : `: ${cleanValue(definition, DEFINITION_CHARS)}`;
  return `- ${nameIn(zh)} / ${nameIn(en)} (${note})${said}`;
}
