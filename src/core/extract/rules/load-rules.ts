import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { RULES_PACKS } from '../../../shared/workspace.ts';
import type { Names, RulesInfo, RulesPack } from '../../../shared/workspace.ts';
import type { AppError } from '../../errors.ts';
import { readYaml } from '../../yaml-file.ts';
import { firstMistake } from '../../yaml-mistakes.ts';
import type { YamlSource } from '../../yaml-mistakes.ts';
import { extendRules } from './extend-rules.ts';
import { rulesSchema, THEME } from './rules-schema.ts';
import type { Condition, Rules } from './rules-schema.ts';

const HASH_CHARS = 8;
/** Names are sent to every window; a file may list far more actions than anybody reads. */
const ACTIONS_NAMED = 2000;

export interface LoadedRules {
  rules: Rules;
  /** `name version (hash)`: the hash is of what the rules say, not of how the file is written. */
  version: string;
  /** The ids of the conversions and kinds that the file itself names, not the rules that it extends. */
  own: ReadonlySet<string>;
  /** Whether it is a file of the user that names themes itself. */
  decidesThemes: boolean;
  /** As for a file of the user; the caller knows whether it is the built-in one. */
  info: RulesFileInfo;
}

/** What a rules file says about itself. */
export type RulesFileInfo = Omit<RulesInfo, 'packVersions'>;

/** The file of each pack that the program brings. */
const PACK_FILES: Record<RulesPack, string> = {
  general: 'default.yaml',
  auto: 'auto.yaml',
  shop: 'shop.yaml',
};

/** Where the file of a pack lies in their folder. */
export const packPath = (folder: string, pack: RulesPack): string => join(folder, PACK_FILES[pack]);

/** What the files that were read last say, by their paths: rules are loaded before each action, in case they were edited. */
const known = new Map<string, { files: readonly YamlSource[]; loaded: LoadedRules }>();
/** The packs, and the files that a user tries in turn. */
const MOST_KNOWN = 8;

/**
 * Reads and checks a rules file. `packs`: the folder of the packs, which it may extend. What is returned is shared: it must not be
 * changed. Throws AppError `rules.*`, which names the line and the field of the first mistake.
 */
export function loadRules(path: string, packs: string = dirname(path)): LoadedRules {
  const file = readYaml('rules', path);
  const bases = basesOf(file, packs);
  const files = [file, ...bases];
  const before = known.get(path);
  if (before?.files.length === files.length && before.files.every((one, at) => one === files[at])) {
    return before.loaded;
  }
  const loaded = parseRules(file, extended(file, bases), packs);
  known.delete(path);
  known.set(path, { files, loaded });
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return loaded;
}

function parseRules(file: YamlSource, source: YamlSource, packs: string): LoadedRules {
  const { path } = file;
  const parsed = rulesSchema.safeParse(source.value);
  if (!parsed.success) throw firstMistake(source, parsed.error.issues);
  const rules = parsed.data;
  // A colour changes no event.
  const said = JSON.stringify(rules, (key, value: unknown) => (key === 'colour' ? undefined : value));
  const hash = createHash('sha256').update(said).digest('hex').slice(0, HASH_CHARS);
  const version = `${rules.name} ${rules.version} (${hash})`;
  const isPack = RULES_PACKS.some((pack) => packPath(packs, pack) === path);
  const decidesThemes = !isPack && hasThemes(file.value);
  return {
    rules,
    version,
    own: ownIds(file.value),
    decidesThemes,
    info: describeRules(rules, path, version),
  };
}

/** The files that a file extends, the nearest first. */
function basesOf(file: YamlSource, packs: string): YamlSource[] {
  const own = file.value;
  if (typeof own !== 'object' || own === null || Array.isArray(own) || !('extends' in own)) return [];
  const pack = RULES_PACKS.find((id) => id === own.extends);
  const path = pack && packPath(packs, pack);
  if (path === undefined || path === file.path) throw wrongPack(file, own.extends);
  const base = readYaml('rules', path);
  return [base, ...basesOf(base, packs)];
}

/** The rules of a file on top of those that it extends. */
function extended(file: YamlSource, bases: readonly YamlSource[]): YamlSource {
  const [next, ...others] = bases;
  if (next === undefined) return file;
  return { ...file, ...extendRules(extended(next, others).value, { ...(file.value as object) }) };
}

function wrongPack(file: YamlSource, value: unknown): AppError {
  const expected = RULES_PACKS.join(' | ');
  return firstMistake(file, [
    { code: 'custom', path: ['extends'], message: '', params: { expected }, input: value },
  ]);
}

function ownIds(value: unknown): Set<string> {
  const { conversions, kinds } = ownIdsSchema.parse(value);
  return new Set([...conversions, ...kinds].map(({ id }) => id));
}

const hasThemes = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'themes' in value;

const entriesSchema = z.array(z.object({ id: z.string() })).default([]);
const ownIdsSchema = z.object({ conversions: entriesSchema, kinds: entriesSchema });

function describeRules(rules: Rules, path: string, version: string): RulesFileInfo {
  const isThemed = ({ zh }: { zh: string }): boolean => zh.includes(THEME);
  const intents = rules.intents.filter((intent) => !isThemed(intent));
  const names = [...rules.conversions, ...rules.kinds, ...intents, rules.other];
  return {
    path,
    builtIn: false,
    pack: null,
    name: rules.name,
    version,
    sessionGapMinutes: rules.session.gapMinutes,
    maxBehavioursPerUser: rules.limits.maxBehavioursPerUser,
    agent: rules.agent,
    conversions: rules.conversions.map(({ id, zh, en, when }) => ({ id, zh, en, when })),
    typeNames: Object.fromEntries(names.map((type) => [type.zh, namesOf(type)])),
    themedNames: rules.intents.filter(isThemed).map(namesOf),
    kindNames: Object.fromEntries(
      [...rules.kinds, ...rules.conversions].map((kind) => [kind.id, namesOf(kind)]),
    ),
    actionNames: actionNames(rules),
    error: null,
  };
}

const namesOf = ({ zh, en }: { zh: string; en: string }): Names => ({ 'zh-CN': zh, en });

/** The name of the event type of every action that decides its type alone. The first rule that names an action wins. */
function actionNames(rules: Rules): Record<string, Names> {
  const kinds = new Map(rules.kinds.map((kind) => [kind.id, kind]));
  const found = new Map<string, Names>();
  const add = (when: readonly Condition[], type: { zh: string; en: string } | undefined): void => {
    for (const action of type ? when.flatMap(actionsAlone) : []) {
      const code = action.toLowerCase();
      if (type && !found.has(code) && found.size < ACTIONS_NAMED) found.set(code, namesOf(type));
    }
  };
  for (const conversion of rules.conversions) add(conversion.when, conversion);
  for (const { when, kind } of rules.classify) add(when, kinds.get(kind));
  return Object.fromEntries(found);
}

/** The actions of a condition that tests nothing else. */
function actionsAlone({ action, ...others }: Condition): string[] {
  const alone = Object.values(others).every((test) => test === undefined);
  return alone && action && 'in' in action ? action.in : [];
}
