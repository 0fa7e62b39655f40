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

function named(version: string, of: 'rules' | 'prompt', builtIn: (name: string) => boolean): VersionText {
  const { name, number } = VERSION.exec(version)?.groups ?? {};
  if (name === undefined) return { text: version, exact: version };
  if (name === CUSTOM && number === undefined) return { text: t(`version.${of}.custom`), exact: version };
  if (builtIn(name)) return { text: t(`version.${of}.builtIn`, { number: number ?? '' }), exact: version };
  const text = t(`version.${of}.named`, { name });
  return { text: number === undefined ? text : t('version.numbered', { text, number }), exact: version };
}

/** A version of rules, `name version (hash)`. `builtInVersion`: that of the built-in rules. */
export function rulesVersion(version: string, builtInVersion: string | undefined): VersionText {
  return named(version, 'rules', () => version === builtInVersion);
}

/** A version of a prompt, `name version (hash)` or `custom (hash)`. */
export function promptVersion(version: string): VersionText {
  return named(version, 'prompt', (name) => name === BUILT_IN_PROMPT);
}

/**
 * The version of the extractor of a run: that of the rules, or `model; prompt; rules` for a model. A run that went on
 * after a change has several, joined by an arrow.
 */
export function extractorVersion(version: string, builtInVersion: string | undefined): VersionText {
  const text = version
    .split(' → ')
    .map((part) => {
      const [model, prompt, rules, more] = part.split('; ');
      if (prompt === undefined && model !== undefined) return rulesVersion(model, builtInVersion).text;
      if (prompt === undefined || rules === undefined || more !== undefined) return part;
      return [promptVersion(prompt).text, rulesVersion(rules, builtInVersion).text].join(' · ');
    })
    .join(' → ');
  return { text, exact: version };
}
