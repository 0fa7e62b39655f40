import { DETAILS } from '../../shared/abstraction.ts';
import { THEME_PLACE } from '../../shared/type-names.ts';
import type {
  Codebook,
  CodebookChange,
  CodebookType,
  EventWord,
  InducedType,
  SettledWords,
  StoredType,
} from '../../shared/codebook.ts';
import { themePattern } from '../../shared/type-colours.ts';
import { AppError } from '../errors.ts';
import { withColours } from './codebook-colours.ts';

/** Words that differ only in case, width, blanks and underscores are one word. */
export function spellingOf(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim();
}

/** What a word is known by. One word may mean a type of each category: an action 到店 that is no conversion is not the conversion 到店. */
export const keyOf = (category: EventWord['category'], word: string): string =>
  `${category} ${spellingOf(word)}`;

/** What a word is called where a type of the other category has it. */
function nameApart({ word, category }: EventWord, language: Codebook['language']): string {
  return language === 'zh'
    ? `${word}（${category === 'conversion' ? '转化' : '互动'}）`
    : `${word} (${category})`;
}

/** All words that mean a type. */
const wordsOf = ({ id, zh, en, aliases }: CodebookType): string[] => [id, zh, en, ...aliases];

/** What the type of a stored event is by a codebook. */
export interface ResolvedType {
  /** The id of a type; of an action of the log that no rule names, the action. */
  type: string;
  /** The word that a model proposed for what no type of the codebook fits. */
  proposed?: string;
}

/** Finds the types of words and events. Made once for each version of a codebook. */
export class TypeFinder {
  readonly #codebook: Codebook;
  readonly #types = new Map<string, CodebookType>();
  readonly #byWord = new Map<string, CodebookType>();
  /** Names with a theme in them. */
  readonly #themed: { pattern: RegExp; type: CodebookType }[] = [];
  /** Events repeat few words: what was found is kept, by category and word. */
  readonly #found: Record<EventWord['category'], Map<string, CodebookType | null>> = {
    conversion: new Map(),
    engagement: new Map(),
  };

  constructor(codebook: Codebook) {
    this.#codebook = codebook;
    for (const type of codebook.types) {
      this.#types.set(type.id, type);
      for (const word of wordsOf(type)) {
        this.#byWord.set(keyOf(type.category, word), type);
        if (word.includes(THEME_PLACE)) this.#themed.push({ pattern: themePattern(word), type });
      }
    }
  }

  /** The type that has a word, of the same category; null for none. */
  find({ word, category }: EventWord): CodebookType | null {
    const known = this.#found[category].get(word);
    if (known !== undefined) return known;
    // An id is the word of its type before any spelling of another.
    const named = this.#types.get(word);
    const found =
      named?.category === category
        ? named
        : (this.#byWord.get(keyOf(category, word)) ?? this.#ofTheme(word, category));
    this.#found[category].set(word, found);
    return found;
  }

  /**
   * The type of a stored event. What a model calls by a word outside the codebook is of the type for the rest, with the word
   * as proposed; an action of the log that no rule names stands for itself, apart from a type of the other category with its word.
   */
  resolve({ type: word, category, origin }: StoredType): ResolvedType {
    const type = this.find({ word, category });
    // A type with a theme in its names is one type for each theme.
    if (type?.id.includes(THEME_PLACE)) return { type: word };
    if (type) return { type: type.id };
    if (origin === 'llm') return { type: this.#codebook.other, proposed: word };
    const other = category === 'conversion' ? 'engagement' : 'conversion';
    const isTaken = this.find({ word, category: other }) !== null;
    return { type: isTaken ? nameApart({ word, category }, this.#codebook.language) : word };
  }

  /** The name of a type in the language of the codebook; an id that no type has is its own name. */
  nameOf(id: string): string {
    const type = this.#types.get(id) ?? this.#ofTheme(id);
    return type ? nameInTheme(type, id, this.#codebook.language) : id;
  }

  #ofTheme(word: string, category?: EventWord['category']): CodebookType | null {
    const of = this.#themed.find(
      ({ pattern, type }) => (category === undefined || type.category === category) && pattern.test(word),
    );
    return of?.type ?? null;
  }
}

/** The name of a type in a language, with the theme that stands in a word of it. */
function nameInTheme(type: CodebookType, word: string, language: Codebook['language']): string {
  const name = type[language];
  if (!name.includes(THEME_PLACE)) return name;
  const theme = themePattern(type.id).exec(word)?.[1];
  return theme === undefined ? name : name.replace(THEME_PLACE, () => theme);
}

/**
 * The codebook after a change; the one given stays as it is. Throws AppError `codebook.…` for a change that cannot be made: a
 * word that another type has, types of two categories joined, the type for the rest retired or joined.
 */
export function changeCodebook(codebook: Codebook, change: CodebookChange): Codebook {
  const changed = withColours(applyChange(codebook, change));
  checkCodebook(changed);
  return changed;
}

function applyChange(codebook: Codebook, change: CodebookChange): Codebook {
  const { types, other } = codebook;
  const replace = (id: string, by: (type: CodebookType) => CodebookType): Codebook => {
    typeOf(codebook, id);
    return { ...codebook, types: types.map((type) => (type.id === id ? by(type) : type)) };
  };
  switch (change.kind) {
    case 'add':
      return {
        ...codebook,
        types: [...types, { ...change.type, id: freeId(codebook, change.type.zh), state: 'active' }],
      };
    case 'edit':
      return replace(change.id, (type) => edited(type, change.fields));
    case 'retire':
      if (change.id === other) throw new AppError('codebook.other_needed');
      return replace(change.id, (type) => ({ ...type, state: 'retired' }));
    case 'restore':
      return replace(change.id, (type) => ({ ...type, state: 'active' }));
    case 'join':
      return joined(codebook, change.ids, change.into);
    case 'map': {
      const into = typeOf(codebook, change.into);
      for (const { category, word } of change.words)
        if (category !== into.category)
          throw new AppError('codebook.two_categories', { type: into.zh, other: word });
      return replace(into.id, (type) =>
        withAliases(
          type,
          change.words.map(({ word }) => word),
        ),
      );
    }
    case 'adopt':
      return {
        ...codebook,
        types: [...types, ...change.words.map((word) => adopted(codebook, word))],
      };
    case 'settle':
      return change.lines.reduce(withSettled, codebook);
    case 'language':
      return { ...codebook, language: change.language };
    case 'induced':
      return change.lines.reduce(withInduced, codebook);
  }
}

/** What the codebook does not have any more since the types were proposed is passed over. */
function withInduced(codebook: Codebook, { present, type, replaces }: InducedType): Codebook {
  const { zh, en, definition, examples } = type;
  const known = codebook.types.find(({ id }) => id === present);
  const id = known?.id ?? freeId(codebook, zh);
  // An induced type is an intent, which is offered at the coarser details.
  const heir = known
    ? {
        ...edited(known, { zh, en, definition, examples }),
        state: 'active' as const,
        details: DETAILS.filter((detail) => detail !== 'fine' || known.details.includes(detail)),
      }
    : { ...newType({ ...type, id }), definition, examples };
  const types = known
    ? codebook.types.map((each) => (each === known ? heir : each))
    : [...codebook.types, heir];
  const gone = replaces.filter(
    (each) => each !== id && each !== codebook.other && codebook.types.some((one) => one.id === each),
  );
  return joined({ ...codebook, types }, gone, id);
}

/** Words that have found their type meanwhile are passed over, and those of a type that is gone. */
function withSettled(codebook: Codebook, { words, into, type }: SettledWords): Codebook {
  const finder = new TypeFinder(codebook);
  const target =
    into === null ? type && namedType(codebook, type) : codebook.types.find(({ id }) => id === into);
  if (!target) return codebook;
  const free = words.filter((word) => word.category === target.category && finder.find(word) === null);
  if (free.length === 0) return codebook;
  const heir = withAliases(
    target,
    free.map(({ word }) => word),
  );
  const isNew = !codebook.types.includes(target);
  return {
    ...codebook,
    types: isNew ? [...codebook.types, heir] : codebook.types.map((each) => (each === target ? heir : each)),
  };
}

/** A word as a type of its own. */
function adopted(codebook: Codebook, { word, category }: EventWord): CodebookType {
  const names = namesApart(codebook, { zh: word, en: word, category });
  return withAliases(newType({ ...names, id: names[codebook.language] }), [word]);
}

/** The names of a new type; those that a type of the other category has are told apart, because people read them. */
function namesApart(
  { types }: Codebook,
  { zh, en, category }: Pick<CodebookType, 'zh' | 'en' | 'category'>,
): Pick<CodebookType, 'zh' | 'en' | 'category'> {
  const others = types.filter((type) => type.category !== category).flatMap(wordsOf);
  const taken = new Set(others.map(spellingOf));
  const name = (word: string, language: Codebook['language']): string =>
    taken.has(spellingOf(word)) ? nameApart({ word, category }, language) : word;
  return { zh: name(zh, 'zh'), en: name(en, 'en'), category };
}

/** The type of that name, or a new one. */
function namedType(codebook: Codebook, names: Pick<CodebookType, 'zh' | 'en' | 'category'>): CodebookType {
  const finder = new TypeFinder(codebook);
  const { zh, en, category } = names;
  const fresh = namesApart(codebook, names);
  return (
    finder.find({ word: zh, category }) ??
    finder.find({ word: en, category }) ??
    newType({ ...fresh, id: freeId(codebook, fresh.zh) })
  );
}

/** A type with nothing but names, and a colour where it is given. */
export function newType({
  colour,
  ...names
}: Pick<CodebookType, 'id' | 'zh' | 'en' | 'category' | 'colour'>): CodebookType {
  return {
    ...names,
    ...(colour === undefined ? {} : { colour }),
    definition: '',
    examples: [],
    aliases: [],
    state: 'active',
    details: [...DETAILS],
  };
}

/** The codebook with those of the types that it does not know yet; the same object when it knows all. */
export function withTypes(codebook: Codebook, types: readonly CodebookType[]): Codebook {
  const finder = new TypeFinder(codebook);
  const known = (type: CodebookType): boolean =>
    codebook.types.some(({ id, category }) => id === type.id && category === type.category) ||
    finder.find({ word: type.id, category: type.category }) !== null;
  const keysOf = (type: CodebookType): string[] => wordsOf(type).map((word) => keyOf(type.category, word));
  const taken = new Set(codebook.types.flatMap(keysOf));
  const added = types
    .filter((type) => !known(type))
    // A name that a type of the codebook has stays with that type.
    .map((type) => {
      const isTaken = (word: string): boolean => taken.has(keyOf(type.category, word));
      const free = (word: string): string => (isTaken(word) ? type.id : word);
      const named = {
        ...type,
        zh: free(type.zh),
        en: free(type.en),
        aliases: type.aliases.filter((alias) => !isTaken(alias)),
      };
      // An id that a type of the other category has is still the word that the events carry.
      const names = namesApart(codebook, named);
      const isMoved = codebook.types.some(({ id }) => id === type.id);
      const id = isMoved ? nameApart({ ...type, word: type.id }, codebook.language) : type.id;
      const fresh = withAliases({ ...named, ...names, id }, [type.id]);
      for (const key of keysOf(fresh)) taken.add(key);
      return fresh;
    });
  return added.length === 0 ? codebook : { ...codebook, types: [...codebook.types, ...added] };
}

/**
 * Throws `codebook.word_taken` where two types of a category have one word, or any two one name, and `codebook.other_needed`
 * where the type for the rest is missing.
 */
function checkCodebook({ types, other }: Codebook): void {
  const owners = new Map<string, CodebookType>();
  const claim = (key: string, word: string, type: CodebookType): void => {
    const owner = owners.get(key);
    if (owner && owner !== type) throw new AppError('codebook.word_taken', { word, type: owner.zh });
    owners.set(key, type);
  };
  for (const type of types) {
    for (const name of [type.id, type.zh, type.en]) claim(`name ${spellingOf(name)}`, name, type);
    for (const word of wordsOf(type)) claim(keyOf(type.category, word), word, type);
  }
  const rest = types.find(({ id }) => id === other);
  if (rest?.state !== 'active') throw new AppError('codebook.other_needed');
}

function edited(
  type: CodebookType,
  fields: Extract<CodebookChange, { kind: 'edit' }>['fields'],
): CodebookType {
  const next = { ...type, ...dropUndefined(fields) };
  // A name that is given up is still the word of events that were imported or proposed under it.
  const before = [type.zh, type.en].filter((name) => !wordsOf(next).includes(name));
  return withAliases(next, before);
}

function dropUndefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function joined(codebook: Codebook, ids: readonly string[], into: string): Codebook {
  const target = typeOf(codebook, into);
  const gone = ids.filter((id) => id !== into).map((id) => typeOf(codebook, id));
  for (const type of gone) {
    if (type.id === codebook.other) throw new AppError('codebook.other_needed');
    if (type.category !== target.category)
      throw new AppError('codebook.two_categories', { type: target.zh, other: type.zh });
  }
  const details = target.details.concat(gone.flatMap((type) => type.details));
  const heir = {
    ...withAliases(target, gone.flatMap(wordsOf)),
    details: DETAILS.filter((detail) => details.includes(detail)),
  };
  return {
    ...codebook,
    types: codebook.types
      .filter((type) => !gone.includes(type))
      .map((type) => (type === target ? heir : type)),
  };
}

/** The type with more words that mean it, each once. */
function withAliases(type: CodebookType, words: readonly string[]): CodebookType {
  const known = new Set(wordsOf(type).map(spellingOf));
  const aliases = [...type.aliases];
  for (const word of words) {
    if (known.has(spellingOf(word))) continue;
    known.add(spellingOf(word));
    aliases.push(word);
  }
  return { ...type, aliases };
}

function typeOf(codebook: Codebook, id: string): CodebookType {
  const type = codebook.types.find((each) => each.id === id);
  if (!type) throw new AppError('codebook.unknown_type', { type: id });
  return type;
}

/** An id for a new type: its name, with a number where that is taken. */
function freeId(codebook: Codebook, name: string): string {
  const taken = new Set(codebook.types.map(({ id }) => id));
  let id = name;
  for (let number = 2; taken.has(id); number += 1) id = `${name} ${number}`;
  return id;
}
