import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SessionLimits } from '../../../abstraction/sessions.ts';
import { AppError } from '../../../errors.ts';
import type { LoadedRules } from '../../rules/load-rules.ts';
import { countTokens } from './tokenizer.ts';
import { ANSWER_SCHEMA, exampleText, FORMAT_TEXT } from './answer-format.ts';
import { describeRules } from './describe-rules.ts';

export const PROMPT_LIMIT_CHARS = 20_000;
const HASH_CHARS = 8;
const HEADER = /^<!--\s*name:\s*([^;\n]{1,60}?)\s*;\s*version:\s*([^;\n]{1,20}?)\s*-->\s*\n/;
const PLACEHOLDERS = ['rules', 'format', 'examples'] as const;

/** The instructions in force. */
export interface Prompt {
  /** With placeholders, as it is shown and edited; without the line that names it. */
  template: string;
  /** `name version (hash)`: the hash is of all that is sent before the users, so that one version never says two things. */
  version: string;
  builtIn: boolean;
  /** What is sent: the placeholders filled. */
  system: string;
  /** Of `system`, by our tokenizer. */
  tokens: number;
}

/**
 * The prompt to use: the user's own text, or the built-in one (`builtInPath`, a file of the program) when that is null. A
 * first line `<!-- name: …; version: … -->` names it and is not sent. Throws AppError `prompt.too_long` and
 * `prompt.missing_placeholder`.
 */
export function loadPrompt(
  own: string | null,
  loaded: LoadedRules,
  sessions: SessionLimits,
  builtInPath: string,
): Prompt {
  const builtIn = parse(readFileSync(builtInPath, 'utf8'));
  const used = own === null ? builtIn : parse(own);
  const isBuiltIn = used.template === builtIn.template;
  validate(used.template);
  const system = fill(used.template, {
    rules: describeRules(loaded.rules, sessions),
    format: FORMAT_TEXT,
    examples: exampleText(loaded.rules),
  });
  const said = JSON.stringify([system, ANSWER_SCHEMA]);
  const hash = createHash('sha256').update(said).digest('hex').slice(0, HASH_CHARS);
  // An edited copy of the built-in prompt is another prompt, even when its first line was left as it was.
  const ownName = used.name === builtIn.name ? null : used.name;
  const name = isBuiltIn ? builtIn.name : ownName;
  return {
    template: used.template,
    version: `${name ?? 'custom'} (${hash})`,
    builtIn: isBuiltIn,
    system,
    tokens: countTokens(system),
  };
}

function parse(text: string): { name: string | null; template: string } {
  const normal = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .toWellFormed();
  const header = HEADER.exec(normal);
  return {
    name: header ? `${header[1]} ${header[2]}` : null,
    template: normal.slice(header?.[0].length ?? 0).trim(),
  };
}

function validate(template: string): void {
  const count = template.length;
  if (count > PROMPT_LIMIT_CHARS) throw new AppError('prompt.too_long', { count, limit: PROMPT_LIMIT_CHARS });
  const missing = PLACEHOLDERS.map((name) => `{${name}}`).find((each) => !template.includes(each));
  if (missing !== undefined) throw new AppError('prompt.missing_placeholder', { placeholder: missing });
}

/** In one pass: what is filled in is not searched for placeholders. */
function fill(template: string, texts: Record<(typeof PLACEHOLDERS)[number], string>): string {
  return template.replace(
    /\{(rules|format|examples)\}/g,
    (_placeholder, name: (typeof PLACEHOLDERS)[number]) => texts[name],
  );
}
