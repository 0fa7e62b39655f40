import { createHash } from 'node:crypto';
import type { CodebookLanguage } from '../../../../shared/codebook.ts';
import type { ProfileField } from '../../../../shared/users.ts';
import { countTokens } from './tokenizer.ts';
import type { WorkUnit, AskedUnit, ModelRequest } from '../types.ts';
import { behaviourLine, cleanName, cleanValue } from './behaviour-line.ts';
import type { BehaviourLine } from './behaviour-line.ts';
import { aliasOf } from '../../../../shared/model.ts';
import { ANSWER_SCHEMA } from './answer-format.ts';
import type { Prompt } from './prompt.ts';

/** Digits that share a token. */
const DIGITS_PER_TOKEN = 3;
const PROFILE_CHARS = 2_000;
/** An id is never shortened: the end is what tells long ones apart. */
const USER_ID_CHARS = 1_000;

const USUAL_DATE = '2025-12-26';
const DATE_TOKENS = countTokens(`${USUAL_DATE}\n`);
const ALIAS_TOKENS = countTokens('@u1\n');

export interface EncodeOptions {
  /** Whether the real id, which is personal data, may leave the machine. */
  sendUserIds: boolean;
  /** Of the prompt; Chinese when left out. */
  language?: CodebookLanguage;
}

const PROFILE_LABEL: Record<CodebookLanguage, string> = { zh: '画像', en: 'Profile' };

/** A unit in the form in which it travels; its place in a request is given only when it is rendered. */
export interface EncodedUnit {
  unit: WorkUnit;
  /** Of its block, with numbers from 1, by our tokenizer. */
  tokens: number;
  /** Hex. Of what the model is shown: the same profile and behaviours have the same key, whatever alias and numbers. */
  contentKey: string;
  /** Tokens of the block with numbers from `firstNumber`: long numbers have more. */
  tokensFrom(firstNumber: number): number;
  /** The block, with a line break at its end: alias, profile, then dates and behaviours, numbered without gaps. */
  render(alias: string, firstNumber: number): string;
}

/**
 * Turns a unit into the lines of the prompt (design: model requests). The alias stays its key even when ids may be sent:
 * an id can be long, repeat another's beginning or look like an instruction; it is one more field of the profile then.
 */
export function encodeUnit(unit: WorkUnit, options: EncodeOptions): EncodedUnit {
  const profile = profileLine(unit, options);
  const lines = unit.behaviours.map((behaviour) => behaviourLine(behaviour));
  const count = lines.length;
  const tokens = overheadTokens(profile) + bodyTokens(lines) + extraDigits(1, count);
  // One text is kept, not the lines: they take twice its memory, and a long user has hundreds of thousands.
  const body = renderBody(lines);
  const contentKey = createHash('sha256').update(profile).update(body).digest('hex');
  return {
    unit,
    tokens,
    contentKey,
    tokensFrom: (first) => tokens + extraDigits(first, count) - extraDigits(1, count),
    render: (alias, first) => `@${alias}\n${profile}${renumber(body, first)}`,
  };
}

/** Tokens of a unit's block before its behaviours. */
export function unitOverhead(unit: WorkUnit, options: EncodeOptions): number {
  return overheadTokens(profileLine(unit, options));
}

/** Tokens of the line that gives a date: nearly all of them are of one length. */
export function dateTokens(date: string): number {
  return date.length === USUAL_DATE.length ? DATE_TOKENS : countTokens(`${date}\n`);
}

function overheadTokens(profile: string): number {
  return ALIAS_TOKENS + (profile === '' ? 0 : countTokens(profile));
}

function bodyTokens(lines: readonly BehaviourLine[]): number {
  let tokens = 0;
  let date = '';
  for (const line of lines) {
    if (line.date !== date) tokens += dateTokens(line.date);
    date = line.date;
    tokens += line.tokens;
  }
  return tokens;
}

/** The lines with numbers from 1. */
function renderBody(lines: readonly BehaviourLine[]): string {
  let text = '';
  let date = '';
  let number = 1;
  for (const line of lines) {
    if (line.date !== date) text += `${line.date}\n`;
    date = line.date;
    text += `#${number++} ${line.text}\n`;
  }
  return text;
}

/** A body with numbers from `first`. Values have no line breaks, so that a line that begins with a number is a behaviour. */
function renumber(body: string, first: number): string {
  if (first === 1) return body;
  let number = first;
  return body.replace(/^#\d+/gm, () => `#${number++}`);
}

/** Tokens that the numbers from `first` on take beyond one each. */
function extraDigits(first: number, count: number): number {
  let extra = 0;
  for (let digits = DIGITS_PER_TOKEN; 10 ** digits < first + count; digits += DIGITS_PER_TOKEN) {
    extra += first + count - Math.max(first, 10 ** digits);
  }
  return extra;
}

function profileLine(unit: WorkUnit, { sendUserIds, language = 'zh' }: EncodeOptions): string {
  const id = sendUserIds ? [`user_id=${cleanValue(unit.userId, USER_ID_CHARS)}`] : [];
  const fields = [...id, ...(unit.profile ?? []).flatMap((field) => profileField(field))];
  return fields.length === 0
    ? ''
    : `${PROFILE_LABEL[language]}: ${cleanValue(fields.join('; '), PROFILE_CHARS)}\n`;
}

function profileField({ name, value }: ProfileField): string[] {
  const clean = cleanValue(value);
  if (clean === '') return [];
  const label = cleanName(name);
  return [label === '' ? clean : `${label}=${clean}`];
}

/**
 * The request that asks about these units: aliases `u1`, `u2` …, numbers running on from 1. `inputTokens` is exact for
 * our tokenizer. The same units in the same order give the same request, byte for byte.
 */
export function buildRequest(
  units: readonly EncodedUnit[],
  prompt: Prompt,
  predictedOutputTokens: number,
  maxOutputTokens: number,
): ModelRequest {
  const asked: AskedUnit[] = [];
  let user = '';
  let tokens = 0;
  let firstNumber = 1;
  for (const encoded of units) {
    const alias = aliasOf(asked.length);
    user += encoded.render(alias, firstNumber);
    tokens += encoded.tokensFrom(firstNumber) + Math.ceil((alias.length - 1) / 3) - 1;
    asked.push({ alias, firstNumber, unit: encoded.unit });
    firstNumber += encoded.unit.behaviours.length;
  }
  return {
    system: prompt.system,
    user,
    schema: ANSWER_SCHEMA,
    asked,
    inputTokens: prompt.tokens + tokens,
    predictedOutputTokens,
    maxOutputTokens,
  };
}
