import { createHash } from 'node:crypto';
import type { Names, RulesInfo } from '../../../shared/workspace.ts';
import { readYaml } from '../../yaml-file.ts';
import { firstMistake } from '../../yaml-mistakes.ts';
import { rulesSchema } from './rules-schema.ts';
import type { Condition, Rules } from './rules-schema.ts';

const HASH_CHARS = 8;
/** Names are sent to every window; a file may list far more actions than anybody reads. */
const ACTIONS_NAMED = 2000;

export interface LoadedRules {
  rules: Rules;
  /** `name version (hash)`: the hash is of what the rules say, not of how the file is written. */
  version: string;
  /** As for a file of the user; the caller knows whether it is the built-in one. */
  info: RulesFileInfo;
}

/** What a rules file says about itself. */
export type RulesFileInfo = Omit<RulesInfo, 'builtInVersion'>;

/** Reads and checks a rules file. Throws AppError `rules.*`, which names the line and the field of the first mistake. */
export function loadRules(path: string): LoadedRules {
  const source = readYaml('rules', path);
  const parsed = rulesSchema.safeParse(source.value);
  if (!parsed.success) throw firstMistake(source, parsed.error.issues);
  const rules = parsed.data;
  const hash = createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, HASH_CHARS);
  const version = `${rules.name} ${rules.version} (${hash})`;
  return { rules, version, info: describeRules(rules, path, version) };
}

function describeRules(rules: Rules, path: string, version: string): RulesFileInfo {
  const names = [...rules.conversions, ...rules.kinds, ...rules.intents, rules.other];
  return {
    path,
    builtIn: false,
    name: rules.name,
    version,
    sessionGapMinutes: rules.session.gapMinutes,
    maxBehavioursPerUser: rules.limits.maxBehavioursPerUser,
    conversions: rules.conversions.map(({ id, zh, en, when }) => ({ id, zh, en, when })),
    typeNames: Object.fromEntries(names.map((type) => [type.zh, namesOf(type)])),
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
