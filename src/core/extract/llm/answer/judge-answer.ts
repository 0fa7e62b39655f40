import type { FailureClass } from '../../../../shared/model.ts';
import type { AskedUnit, ModelAnswer, UnitVerdict } from '../types.ts';
import { parseAnswer } from './parse-answer.ts';
import type { ParsedAnswer, RawUser } from './parse-answer.ts';
import { isRefusal } from './refusal.ts';
import { scanJson } from './scan-json.ts';
import { stripThoughts } from './strip-thoughts.ts';
import { accountFor, isFlawless } from './unit-events.ts';
import { beginningOf, wholeEvents } from './beginning.ts';

/** What data begins with. */
const DATA = /[{[]\s*["{]|```|$/;
/** No line that leads to the data is longer. */
const LEAD_IN_CHARS = 40;
/** Words of a thought about the answer, not of a line that leads to it. */
const THINKING = /草稿|初稿|先|试|想|draft|\b(try|let me|think|first|maybe|hmm|okay|wait)\b/i;

/**
 * Characters of an answer at the most: several times what a model can write within its output limit, thoughts included.
 * A longer text is not parsed: it is a model that repeats itself, and would take hundreds of megabytes.
 */
const MAX_ANSWER_CHARS = 2_000_000;

/** An uncovered stretch shorter than this is never too long. */
const MIN_STRETCH = 5;
/** Nor is one of no more than this share of the behaviours. */
const STRETCH_SHARE = 0.1;

/**
 * Judges an answer for each unit that was asked about, in that order; what it says of anybody else is ignored. Nothing
 * in the answer is trusted: evidence is held against the unit's own behaviours, and a unit is complete only when these
 * are accounted for. Pure; never throws.
 */
export function judgeAnswer(
  answer: Pick<ModelAnswer, 'text' | 'reasoning' | 'finishReason'>,
  asked: readonly AskedUnit[],
  maxChars = MAX_ANSWER_CHARS,
): UnitVerdict[] {
  if (answer.text.length > maxChars) {
    const failure = failureOf(answer.text, answer, { users: [], cut: false, recognised: false });
    return asked.map((unit) => judgeUnit(unit, [], failure));
  }
  // Only a regular end is one: an answer that ends for another reason, or for none, broke off.
  const ended = answer.finishReason === 'stop';
  const raw = answer.text.trim() === '' && ended ? answerInReasoning(answer.reasoning) : answer.text;
  const spoken = stripThoughts(raw, ended);
  const preface = prefaceOf(spoken, raw, ended);
  // What broke off while words followed its data was about to change its mind, as thoughts do.
  const isOverruled = !ended && answer.finishReason !== 'length' && goesOn(spoken);
  const text = isThought(preface) || isOverruled ? '' : spoken;
  const aliases = asked.map(({ alias }) => alias);
  const parsed = parseAnswer(text, aliases, ended);
  const failure = failureOf(text, answer, parsed);
  const said = new Map<string, RawUser[]>();
  for (const user of parsed.users) {
    const before = said.get(user.alias);
    if (before) before.push(user);
    else said.set(user.alias, [user]);
  }
  return asked.map((unit) => {
    const verdict = judgeUnit(unit, said.get(unit.alias) ?? [], failure);
    // Of a beginning there is no telling whether it was meant.
    return preface === '' ? verdict : { ...verdict, begun: null };
  });
}

/**
 * What stands before the data of a text that was cut, and in which no thought was found. Some models are given the mark
 * that opens their thoughts and write only the one that closes them: all of such a text may be thought, and what looks
 * like an answer in it a draft.
 */
function prefaceOf(text: string, raw: string, ended: boolean): string {
  return ended || text !== raw ? '' : text.slice(0, text.search(DATA)).trim();
}

/** Whether it is more than a line that leads to the data. */
const isThought = (preface: string): boolean =>
  preface.length > LEAD_IN_CHARS || preface.includes('\n') || THINKING.test(preface);

/** Whether words follow data in it. */
function goesOn(text: string): boolean {
  return parseJson(text) === undefined && scanJson(text).goesOn;
}

/**
 * The answer in the reasoning of a model that gave no other: some servers put all of an answer there. Only what is data
 * from its first to its last character is one, behind the mark that ends a thought if there is one; all else is thought.
 */
function answerInReasoning(reasoning: string): string {
  const spoken = stripThoughts(reasoning)
    .trim()
    .replace(/^```\w*\s*|\s*```$/g, '');
  return /^[{[]/.test(spoken) && parseJson(spoken) !== undefined ? spoken : '';
}

/** Why a unit is missing, or not complete, in this answer. */
interface Failure {
  missing: FailureClass;
  incomplete: FailureClass;
}

/** `text`: what is left of the answer without thoughts and drafts. */
function failureOf(
  text: string,
  { text: raw, finishReason }: Pick<ModelAnswer, 'text' | 'finishReason'>,
  parsed: ParsedAnswer,
): Failure {
  if (finishReason === 'content_filter') return { missing: 'refused', incomplete: 'refused' };
  if (finishReason === 'length') return { missing: 'truncated', incomplete: 'truncated' };
  const brokeOff = finishReason !== 'stop' && raw.trim() !== '';
  const incomplete = parsed.cut || brokeOff ? 'truncated' : 'bad_format';
  if (text.trim() === '') return { missing: brokeOff ? 'truncated' : 'empty', incomplete };
  if (parsed.cut) return { missing: 'truncated', incomplete };
  if (parsed.recognised) return { missing: 'missing_user', incomplete };
  return { missing: isRefusal(text) ? 'refused' : 'bad_format', incomplete };
}

function judgeUnit(asked: AskedUnit, said: readonly RawUser[], failure: Failure): UnitVerdict {
  const count = asked.unit.behaviours.length;
  if (count === 0)
    return { ...rejected(asked, failure.missing), status: 'complete', reason: null, coverage: 1 };
  const user = said.length > 1 ? theOne(asked, said) : said[0];
  if (user === undefined) return rejected(asked, failure.missing);
  if (user === null) return rejected(asked, 'duplicate_user');
  if (!user.complete)
    return {
      ...rejected(asked, failure.incomplete),
      begun: said.length === 1 ? beginningOf(asked, user) : null,
    };
  const { events, covered, unsupported, malformed } = accountFor(asked, user.events);
  const coverage = covered.size / count;
  // What had to be guessed is believed only when nothing is missing from it.
  if (user.guessed && (malformed || coverage < 1)) return rejected(asked, 'bad_format');
  const isLong = hasLongStretch(covered, count, asked.unit.of ?? count);
  const isTail = asked.unit.of !== undefined;
  const reason = coverage === 0 && (isLong || !isTail) ? 'empty' : isLong ? 'low_coverage' : null;
  const status = reason ? 'partial' : 'complete';
  return { asked, status, reason, events, coverage, unsupported, begun: null };
}

function rejected(asked: AskedUnit, reason: FailureClass): UnitVerdict {
  return { asked, status: 'rejected', reason, events: [], coverage: 0, unsupported: 0, begun: null };
}

/** Of several answers for one unit the one to believe; null when they contradict each other. */
function theOne(asked: AskedUnit, said: readonly RawUser[]): RawUser | null | undefined {
  const complete = said.filter((user) => user.complete);
  const begun = said.filter((user) => !user.complete);
  const distinct = [...new Map(complete.map((user) => [JSON.stringify(user.events), user])).values()];
  if (distinct.length === 0) return begun[0];
  const flawless = distinct.filter((user) => isFlawless(asked, user.events));
  const one = distinct.length === 1 ? distinct[0] : flawless.length === 1 ? flawless[0] : undefined;
  if (!one) return null;
  // A draft is complete as well when the final version is the one that was cut.
  return begun.every((user) => isBeginningOf(user.events, one.events)) ? one : null;
}

function isBeginningOf(begun: readonly unknown[], events: readonly unknown[]): boolean {
  return wholeEvents(begun).every((event, index) => JSON.stringify(event) === JSON.stringify(events[index]));
}

/** Whether a stretch of behaviours that no event stands for is too long, of `all`, to be left out on purpose. */
function hasLongStretch(covered: ReadonlySet<number>, count: number, all: number): boolean {
  let stretch = 0;
  for (let index = 0; index < count; index += 1) {
    stretch = covered.has(index) ? 0 : stretch + 1;
    if (stretch >= MIN_STRETCH && stretch > all * STRETCH_SHARE) return true;
  }
  return false;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
