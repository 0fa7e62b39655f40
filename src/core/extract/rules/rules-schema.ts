import { z } from 'zod';
import type { AgentPart } from '../../../shared/agent.ts';
import { THEME_PLACE } from '../../../shared/type-names.ts';
import { TYPE_COLOURS } from '../../../shared/palette.ts';
import { THEME_LIMITS } from '../../../shared/themes.ts';
import { RULE_FIELDS } from '../../../shared/workspace.ts';
import type { RuleField } from '../../../shared/workspace.ts';

export { RULE_FIELDS };
export type { RuleField };

/** What a rules file may hold at the most, so that one chosen by mistake fails at once. */
const MAX_ENTRIES = 1000;

const word = z.string().min(1).max(200);
const words = z.array(word).min(1).max(MAX_ENTRIES);

const testSchema = z.union([
  word.transform((value) => ({ in: [value] })),
  words.transform((values) => ({ in: values })),
  z
    .strictObject({
      startsWith: words.optional(),
      contains: words.optional(),
      lacks: words.optional(),
      empty: z.boolean().optional(),
    })
    .refine((test) => Object.keys(test).length > 0, {
      params: { expected: 'startsWith | contains | lacks | empty' },
    }),
]);

const conditionSchema = z
  .strictObject({
    /** What was done, in a word: the action, or the whole text of a behaviour without one. */
    word: z.union([word.transform((value) => [value]), words]).optional(),
    action: testSchema.optional(),
    item: testSchema.optional(),
    app: testSchema.optional(),
    media: testSchema.optional(),
    poi: testSchema.optional(),
    text: testSchema.optional(),
  })
  .refine((condition) => Object.keys(condition).length > 0, {
    params: { expected: RULE_FIELDS.join(' | ') },
  })
  .refine(({ word: given, action, text }) => given === undefined || (!action && !text), {
    path: ['word'],
    params: { expected: 'word without action and text' },
  });

/** Writes `word` out. */
function expanded({ word: given, ...others }: z.output<typeof conditionSchema>): Condition[] {
  if (given === undefined) return [others];
  const test = { in: given };
  return [
    { ...others, action: test },
    { ...others, action: { empty: true }, text: test },
  ];
}

const whenSchema = z.union([
  conditionSchema.transform(expanded),
  z
    .array(conditionSchema)
    .min(1)
    .max(MAX_ENTRIES)
    .transform((conditions) => conditions.flatMap(expanded)),
]);

const thingSchema = z.array(z.enum(RULE_FIELDS)).max(RULE_FIELDS.length);

/** Of the type in pictures and lists, where the codebook does not say otherwise. */
const colour = z.enum(TYPE_COLOURS).optional();

const typeShape = {
  id: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,59}$/),
  zh: word,
  en: word,
  thing: thingSchema,
  colour,
};

/** In the name of an intent it stands for the theme of the thing. */
export const THEME = THEME_PLACE;

/** Kinds that serve one purpose: at a coarser detail their behaviours join, under the name of the intent. */
const intentSchema = z
  .strictObject({
    id: typeShape.id,
    zh: word,
    en: word,
    kinds: z.array(word).min(1).max(MAX_ENTRIES),
    colour,
  })
  .refine(({ zh, en }) => zh.includes(THEME) === en.includes(THEME), {
    path: ['en'],
    params: { expected: `${THEME} in zh and en` },
  });

const conversionSchema = z.strictObject({ ...typeShape, when: whenSchema });

/** `auto`: as the log proposes it, or the analyst has set it. */
const gapSchema = z.union([z.number().min(0).max(525_600), z.literal('auto')]);

/** A part of the label of a user: a field of the profile, or its names in several languages; with bands for numbers. */
const agentPartSchema = z.union([
  word.transform((name) => ({ fields: [name], band: null })),
  words.transform((names) => ({ fields: names, band: null })),
  z
    .strictObject({
      field: z.union([word.transform((name) => [name]), words]),
      band: z.int().min(1).max(1_000),
    })
    .transform(({ field, band }) => ({ fields: field, band })),
]) satisfies z.ZodType<AgentPart>;
const MAX_AGENT_PARTS = 10;

const themeWords = z.array(word).min(1).max(THEME_LIMITS.words).optional();
/** What is about one theme: things by their names, and themes that the log names otherwise. */
const themeSchema = z
  .strictObject({ name: word, things: themeWords, replaces: themeWords })
  .refine(({ things, replaces }) => things !== undefined || replaces !== undefined, {
    path: ['things'],
    params: { expected: 'things | replaces' },
    // A field with a mistake in its name is told as that.
    when: ({ issues }) => issues.length === 0,
  });

export const rulesSchema = z
  .strictObject({
    name: word,
    version: z.union([z.int().min(0), word]).transform(String),
    session: z.strictObject({ gapMinutes: gapSchema }),
    limits: z.strictObject({ maxBehavioursPerUser: z.int().min(1).max(10_000_000) }),
    conversions: z.array(conversionSchema).max(MAX_ENTRIES),
    kinds: z.array(z.strictObject(typeShape)).max(MAX_ENTRIES),
    intents: z.array(intentSchema).max(MAX_ENTRIES).default([]),
    classify: z.array(z.strictObject({ kind: word, when: whenSchema })).max(MAX_ENTRIES),
    agent: z.array(agentPartSchema).max(MAX_AGENT_PARTS).default([]),
    /** Left out where a file says nothing, so that the hash of rules without themes stays what it is. */
    themes: z.array(themeSchema).max(THEME_LIMITS.words).optional(),
    unknownAction: z.strictObject({ thing: thingSchema }),
    other: z.strictObject({ zh: word, en: word, thing: thingSchema }),
  })
  .superRefine((rules, context) => {
    const seen = { id: new Set<string>(), zh: new Set<string>() };
    const unique = (key: 'id' | 'zh', value: string, path: (string | number)[]): void => {
      if (seen[key].has(value)) {
        context.addIssue({
          code: 'custom',
          path: [...path, key],
          params: { mistake: 'rules.duplicate', value },
        });
      }
      seen[key].add(value);
    };
    for (const list of ['conversions', 'kinds'] as const) {
      rules[list].forEach((type, index) => {
        unique('id', type.id, [list, index]);
        unique('zh', type.zh, [list, index]);
      });
    }
    unique('zh', rules.other.zh, ['other']);
    const kinds = new Set(rules.kinds.map((kind) => kind.id));
    const placed = new Set<string>();
    rules.intents.forEach((intent, index) => {
      const of = (key: string, ...more: (string | number)[]) => ['intents', index, key, ...more];
      for (const key of ['id', 'zh'] as const) {
        const others = rules.intents.slice(0, index);
        const taken =
          others.some((other) => other[key] === intent[key]) ||
          rules.conversions.some((conversion) => conversion[key] === intent[key]) ||
          rules.kinds.some((kind) => kind[key] === intent[key] && !intent.kinds.includes(kind.id));
        const params = { mistake: 'rules.duplicate', value: intent[key] };
        if (taken) context.addIssue({ code: 'custom', path: of(key), params });
      }
      intent.kinds.forEach((kind, place) => {
        const mistake = !kinds.has(kind) ? 'rules.unknown_kind' : placed.has(kind) ? 'rules.duplicate' : null;
        const params = { mistake, value: kind };
        if (mistake) context.addIssue({ code: 'custom', path: of('kinds', place), params });
        placed.add(kind);
      });
    });
    const themed = { name: new Set<string>(), things: new Set<string>(), replaces: new Set<string>() };
    (rules.themes ?? []).forEach(({ name, things = [], replaces = [] }, index) => {
      const once = (key: keyof typeof themed, value: string, ...more: (string | number)[]): void => {
        const params = { mistake: 'rules.duplicate', value };
        if (themed[key].has(value))
          context.addIssue({ code: 'custom', path: ['themes', index, ...more], params });
        themed[key].add(value);
      };
      once('name', name, 'name');
      things.forEach((thing, place) => once('things', thing, 'things', place));
      replaces.forEach((theme, place) => once('replaces', theme, 'replaces', place));
    });
    rules.classify.forEach(({ kind }, index) => {
      if (kinds.has(kind)) return;
      const path = ['classify', index, 'kind'];
      context.addIssue({ code: 'custom', path, params: { mistake: 'rules.unknown_kind', value: kind } });
    });
  });

/** The rules of a file after parsing: short forms are written out, fields are in the order above. */
export type Rules = z.output<typeof rulesSchema>;
export type ConversionRule = z.output<typeof conversionSchema>;
/** Fields of one condition: all of them must hold. */
export type Condition = Omit<z.output<typeof conditionSchema>, 'word'>;
/** What must be true of one field: everything that is named. */
export type FieldTest = z.output<typeof testSchema>;
