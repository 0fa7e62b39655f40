import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { AskedUnit, ModelAnswer, UnitVerdict } from '../types.ts';
import { parseAnswer } from './parse-answer.ts';
import type { ParsedAnswer, RawUser } from './parse-answer.ts';
import { isEnded, isRefusal, spokenIn } from './spoken-text.ts';
import { accountFor, isFlawless, beginningOf, wholeEvents } from './unit-events.ts';

/**
 * Characters of an answer at the most: several times what a model can write within its output limit, thoughts included.
 * A longer text is not parsed: it is a model that repeats itself, and would take hundreds of megabytes.
 */
const MAX_ANSWER_CHARS = 2_000_000;

/** Fewest consecutive behaviours without an event that make an answer incomplete. */
const MIN_STRETCH = 5;
/** They must also be more than this share of all behaviours of the unit. */
const STRETCH_SHARE = 0.1;

/**
 * Judges an answer for each of the requested units, in their order; data about other users is ignored. The answer is
 * untrusted: evidence is checked against the unit's own behaviours, and a unit is complete only when its behaviours are
 * covered by events. Pure; never throws.
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
  const { text, preface } = spokenIn(answer);
  const ended = isEnded(answer);
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
    // With text before the data, a partial user may be part of a draft.
    return preface === '' ? verdict : { ...verdict, begun: null };
  });
}

/** The reasons for units that are missing, or incomplete, in an answer. */
interface Failure {
  missing: FailureClass;
  incomplete: FailureClass;
}

/** `text`: the text of the answer without thoughts and drafts. */
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
  // A user whose damaged text had to be repaired by guessing is accepted only if no behaviour is missing.
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

/** The one of several answers for a unit that is used; null when they contradict each other. */
function theOne(asked: AskedUnit, said: readonly RawUser[]): RawUser | null | undefined {
  const complete = said.filter((user) => user.complete);
  const begun = said.filter((user) => !user.complete);
  const distinct = [...new Map(complete.map((user) => [JSON.stringify(user.events), user])).values()];
  if (distinct.length === 0) return begun[0];
  const flawless = distinct.filter((user) => isFlawless(asked, user.events));
  const one = distinct.length === 1 ? distinct[0] : flawless.length === 1 ? flawless[0] : undefined;
  if (!one) return null;
  // If the final version was cut, the complete one is a draft: it must agree with the part that was received.
  return begun.every((user) => isBeginningOf(user.events, one.events)) ? one : null;
}

function isBeginningOf(begun: readonly unknown[], events: readonly unknown[]): boolean {
  return wholeEvents(begun).every((event, index) => JSON.stringify(event) === JSON.stringify(events[index]));
}

/** Whether too many consecutive behaviours, out of `all`, have no event. */
function hasLongStretch(covered: ReadonlySet<number>, count: number, all: number): boolean {
  let stretch = 0;
  for (let index = 0; index < count; index += 1) {
    stretch = covered.has(index) ? 0 : stretch + 1;
    if (stretch >= MIN_STRETCH && stretch > all * STRETCH_SHARE) return true;
  }
  return false;
}
