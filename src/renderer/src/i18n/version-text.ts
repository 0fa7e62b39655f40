import { RULES_PACKS } from '@shared/workspace';
import type { RulesInfo } from '@shared/workspace';
import { t } from './index';

/** The version of rules or of a prompt: in words, and exactly (with its hash) for a tooltip. */
export interface VersionText {
  text: string;
  exact: string;
}

const VERSION = /^(?<name>.*?)(?: (?<number>\S+))? \([0-9a-f]{8}\)$/;
/** The name that the program gives to a prompt of the user that has none of its own. */
const CUSTOM = 'custom';
/** The name of the built-in prompt. An edited copy of it is never called this. */
const BUILT_IN_PROMPT = 'default';

type PackVersions = RulesInfo['packVersions'] | undefined;

function named(version: string, of: 'rules' | 'prompt'): VersionText {
  const { name, number } = VERSION.exec(version)?.groups ?? {};
  if (name === undefined) return { text: version, exact: version };
  if (name === CUSTOM && number === undefined) return { text: t(`version.${of}.custom`), exact: version };
  const text = t(`version.${of}.named`, { name });
  return { text: number === undefined ? text : t('version.numbered', { text, number }), exact: version };
}

/** A version of rules, `name version (hash)`. `packVersions`: those of the rules that the program brings. */
export function rulesVersion(version: string, packVersions: PackVersions): VersionText {
  const pack = RULES_PACKS.find((id) => packVersions?.[id] === version);
  if (!pack) return named(version, 'rules');
  const number = VERSION.exec(version)?.groups?.['number'] ?? '';
  return { text: t('version.rules.pack', { pack: t(`rules.packs.${pack}`), number }), exact: version };
}

/** A version of a prompt, `name version (hash)` or `custom (hash)`. */
export function promptVersion(version: string): VersionText {
  const { name, number = '' } = VERSION.exec(version)?.groups ?? {};
  if (name === BUILT_IN_PROMPT) return { text: t('version.prompt.builtIn', { number }), exact: version };
  return named(version, 'prompt');
}

/**
 * The version of the extractor of a run: that of the rules, or `model; prompt; rules` for a model. A run that went on
 * after a change has several, joined by an arrow.
 */
export function extractorVersion(version: string, packVersions: PackVersions): VersionText {
  const text = version
    .split(' → ')
    .map((part) => {
      const [model, prompt, rules, more] = part.split('; ');
      if (prompt === undefined && model !== undefined) return rulesVersion(model, packVersions).text;
      if (prompt === undefined || rules === undefined || more !== undefined) return part;
      return [promptVersion(prompt).text, rulesVersion(rules, packVersions).text].join(' · ');
    })
    .join(' → ');
  return { text, exact: version };
}
