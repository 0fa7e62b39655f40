import { z } from 'zod';
import { DETAILS } from './abstraction.ts';
import { TYPE_COLOURS } from './palette.ts';
import type { EventCategory, EventOrigin } from './users.ts';

/** The languages a codebook may be written in: its definitions, and the prompt that lists them. */
export const CODEBOOK_LANGUAGES = ['zh', 'en'] as const;
export type CodebookLanguage = (typeof CODEBOOK_LANGUAGES)[number];

/** What a codebook may hold at the most. */
export const CODEBOOK_LIMITS = {
  types: 1000,
  words: 1000,
  chosen: 10_000,
  name: 200,
  definition: 500,
} as const;

const word = z.string().trim().min(1).max(CODEBOOK_LIMITS.name);
const words = z.array(word).max(CODEBOOK_LIMITS.words);

/** What of a type can be changed. Without defaults: what a change does not name stays. */
const editable = {
  zh: word,
  en: word,
  definition: z.string().trim().max(CODEBOOK_LIMITS.definition),
  examples: words,
  aliases: words,
  details: z.array(z.enum(DETAILS)).min(1).max(DETAILS.length),
  colour: z.enum(TYPE_COLOURS),
};

/** An event type of a workspace (事件类型). */
export const codebookTypeSchema = z.strictObject({
  /** Stored with the events; never changes. */
  id: word,
  zh: editable.zh,
  en: editable.en,
  category: z.enum(['conversion', 'engagement']),
  /** In pictures and lists. Files and workspaces of older versions have none: a type without one gets it when it is read. */
  colour: editable.colour.optional(),
  /** One sentence; empty until it is written. */
  definition: editable.definition.default(''),
  examples: editable.examples.default([]),
  /** Other words that mean this type: events that carry one are of this type. */
  aliases: editable.aliases.default([]),
  /** A retired type keeps its events, and is offered to a model no more. */
  state: z.enum(['active', 'retired']).default('active'),
  /** The details at which a model may answer with the type. */
  details: editable.details.default([...DETAILS]),
});
export type CodebookType = z.output<typeof codebookTypeSchema>;

/** The event types of a workspace (事件类型表), as they are stored and written to a file. */
export const codebookSchema = z.strictObject({
  language: z.enum(CODEBOOK_LANGUAGES),
  /** The id of the type for what no other fits (其他): it can be renamed, and neither retired nor joined. */
  other: word,
  types: z.array(codebookTypeSchema).min(1).max(CODEBOOK_LIMITS.types),
});
export type Codebook = z.output<typeof codebookSchema>;

/** A word that events carry, with the category they have. */
export const eventWordSchema = z.object({
  word: z.string().min(1).max(1000),
  category: z.enum(['conversion', 'engagement']),
});
export type EventWord = z.infer<typeof eventWordSchema>;

/**
 * A type that was induced from a sample and is taken over: one that the codebook has, in other words (`present`), or a new
 * one. The types that it stands for are joined into it.
 */
export const inducedTypeSchema = z.object({
  present: word.nullable(),
  type: codebookTypeSchema.pick({ zh: true, en: true, category: true, definition: true, examples: true }),
  replaces: words,
});
export type InducedType = z.infer<typeof inducedTypeSchema>;

/** Words that no type has, which become aliases of the type `into`, or of a new one; `type` is read where `into` is null. */
export const settledWordsSchema = z.object({
  words: z.array(eventWordSchema).min(1).max(CODEBOOK_LIMITS.chosen),
  into: word.nullable(),
  type: codebookTypeSchema.pick({ zh: true, en: true, category: true }).nullable(),
});
export type SettledWords = z.infer<typeof settledWordsSchema>;

/** A change that the analyst makes. */
export const codebookChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('add'), type: codebookTypeSchema.omit({ id: true, state: true }) }),
  z.object({ kind: z.literal('edit'), id: word, fields: z.object(editable).partial() }),
  z.object({ kind: z.literal('retire'), id: word }),
  z.object({ kind: z.literal('restore'), id: word }),
  /** The types become one: all events of them follow at once. */
  z.object({ kind: z.literal('join'), ids: z.array(word).min(1).max(CODEBOOK_LIMITS.types), into: word }),
  /** Words that no type has become aliases of a type. */
  z.object({
    kind: z.literal('map'),
    words: z.array(eventWordSchema).min(1).max(CODEBOOK_LIMITS.chosen),
    into: word,
  }),
  /** Words that no type has become types of their own. */
  z.object({ kind: z.literal('adopt'), words: z.array(eventWordSchema).min(1).max(CODEBOOK_LIMITS.chosen) }),
  /** Words that no type has find their types, many of them at once. */
  z.object({
    kind: z.literal('settle'),
    lines: z.array(settledWordsSchema).min(1).max(CODEBOOK_LIMITS.words),
  }),
  z.object({ kind: z.literal('language'), language: z.enum(CODEBOOK_LANGUAGES) }),
  /** Types induced by a model are taken over. */
  z.object({
    kind: z.literal('induced'),
    lines: z.array(inducedTypeSchema).min(1).max(CODEBOOK_LIMITS.types),
  }),
]);
export type CodebookChange = z.infer<typeof codebookChangeSchema>;

/** What led to a version of a codebook; `rules` and `file` are no changes of single types. */
export const codebookChangeKindSchema = z.enum([
  'rules',
  'file',
  'add',
  'edit',
  'retire',
  'restore',
  'join',
  'map',
  'adopt',
  'settle',
  'language',
  'induced',
]);
export type CodebookChangeKind = z.infer<typeof codebookChangeKindSchema>;

/** How often a word or type is used. */
export interface TypeUse {
  events: number;
  users: number;
}

/** A word of events that no type of the codebook has (候选类型). */
export interface Candidate extends EventWord, TypeUse {
  /** Whether a model said it; else it is an action of the log that no rule names. */
  byModel: boolean;
}

/** A codebook with its version, as a window shows it. */
export interface CodebookView {
  version: number;
  codebook: Codebook;
  /** By the id of a type: its definition as the rules word it in each language, where the user has not written their own. */
  builtIn: Record<string, Record<CodebookLanguage, string>>;
  /** What `undo` would take back, and `redo` make again; null for nothing. */
  undo: CodebookChangeKind | null;
  redo: CodebookChangeKind | null;
}

/** How often the types of a codebook are used, and what else the events carry. */
export interface CodebookUse {
  /** By the id of the type; of a type with a theme in its names, by each of those names. */
  types: Record<string, TypeUse>;
  /** The same of types with a theme in their names, all themes together. */
  themed: Record<string, TypeUse>;
  /** The most frequent first. */
  candidates: Candidate[];
  events: number;
}

/** Of a stored event what decides its type. */
export interface StoredType {
  type: string;
  category: EventCategory;
  origin: EventOrigin;
}
