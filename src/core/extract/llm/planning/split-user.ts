import type { CodebookLanguage } from '../../../../shared/codebook.ts';
import { durationOf } from '../../../abstraction/duration.ts';
import { sessionBorders } from '../../../abstraction/sessions.ts';
import type { SessionLimits } from '../../../abstraction/sessions.ts';
import type { BehaviourInput } from '../../extractor.ts';
import { behaviourLine } from '../prompt/behaviour-line.ts';
import { dateTokens, unitOverhead } from '../prompt/encode-unit.ts';
import type { WorkUnit, BegunUnit } from '../types.ts';

/** UTF-8 bytes of a character at the most: a token is one byte at the least. */
const BYTES_PER_CHAR = 3;
/** What a line has besides its values, dates and names of fields included, in tokens at the most. */
const LINE_TOKENS = 60;
/** Numbers of up to six digits, wherever in a request the part stands. */
const SECOND_NUMBER_TOKEN = 1;
/** A session longer than a part is cut in the last of so many shares of the part, so that no part gets tiny. */
const CUT_IN_LAST = 2;

export interface SplitOptions {
  sessions: SessionLimits;
  /** Tokens that the block of a part may have, by our tokenizer. Must not depend on anything learned. */
  maxTokens: number;
  sendUserIds: boolean;
  language?: CodebookLanguage;
}

/**
 * Cuts a user too long for one request into parts, in order, each within `maxTokens` (a single behaviour is never cut): at
 * the last end of a session that fits, else in the session's largest inner silence, else where the part is full. The same
 * user is cut the same way every time: stored answers of their parts stay theirs.
 */
export function splitUser(user: WorkUnit, options: SplitOptions): WorkUnit[] {
  const { behaviours } = user;
  if (surelyFits(user, options.maxTokens)) return [user];
  const starts = partStarts(user, options);
  if (starts.length === 1) return [{ ...user, part: 0, parts: 1 }];
  return starts.map((start, part) => ({
    ...user,
    of: undefined,
    part,
    parts: starts.length,
    behaviours: behaviours.slice(start, starts[part + 1]),
  }));
}

/**
 * Cuts a user before the behaviour of that index, which is neither the first nor beyond the last. What may be left out of
 * the second part is a matter of the whole.
 */
export function splitBefore(user: WorkUnit, at: number): [WorkUnit, WorkUnit] {
  const { behaviours } = user;
  return [
    { ...user, part: 0, parts: 2, behaviours: behaviours.slice(0, at) },
    { ...user, part: 1, parts: 2, behaviours: behaviours.slice(at), of: user.of ?? behaviours.length },
  ];
}

/** Index of the first behaviour of each part. */
function partStarts(user: WorkUnit, { sessions, maxTokens, ...encoding }: SplitOptions): number[] {
  const { behaviours } = user;
  const lines = behaviours.map((behaviour) => {
    const { date, tokens } = behaviourLine(behaviour);
    return { date, tokens: tokens + SECOND_NUMBER_TOKEN };
  });
  const breaks = breaksBefore(behaviours, sessions);
  const room = maxTokens - unitOverhead({ ...user, behaviours: [] }, encoding);
  const starts = [0];
  let start = 0;
  let tokens = 0;
  for (let at = 0; at < lines.length; at++) {
    const cost = costOf(lines, at, at === start);
    if (tokens + cost <= room || at === start) {
      tokens += cost;
      continue;
    }
    start = cutBefore(breaks, start, at);
    starts.push(start);
    tokens = 0;
    for (let kept = start; kept < at; kept++) tokens += costOf(lines, kept, kept === start);
    // What is left of the session may fill the new part, too.
    at -= 1;
  }
  return starts;
}

function costOf(lines: readonly { date: string; tokens: number }[], at: number, first: boolean): number {
  const line = lines[at];
  if (!line) return 0;
  return line.tokens + (first || lines[at - 1]?.date !== line.date ? dateTokens(line.date) : 0);
}

/** Where the part from `start` ends, given that it cannot hold `full`: the index of the first behaviour of the next. */
function cutBefore(breaks: readonly Break[], start: number, full: number): number {
  for (let at = full; at > start; at--) if (breaks[at]?.beginsSession) return at;
  const from = start + Math.max(1, Math.ceil((full - start) * (1 - 1 / CUT_IN_LAST)));
  let best = full;
  for (let at = full; at >= from; at--)
    if ((breaks[at]?.silence ?? 0) > (breaks[best]?.silence ?? 0)) best = at;
  return best;
}

/** What lies before a behaviour. */
interface Break {
  /** Milliseconds in which nothing happened; Infinity before the first. */
  silence: number;
  beginsSession: boolean;
}

function breaksBefore(behaviours: readonly BehaviourInput[], sessions: SessionLimits): Break[] {
  const beginsSession = sessionBorders(sessions);
  let latestEnd = -Infinity;
  return behaviours.map((behaviour) => {
    const { time: start } = behaviour;
    const end = start + (durationOf(behaviour) ?? 0);
    const silence = start - latestEnd;
    latestEnd = Math.max(latestEnd, end);
    return { silence, beginsSession: beginsSession({ start, end }) };
  });
}

/** Spares most users the exact count. */
function surelyFits({ userId, profile, behaviours }: WorkUnit, maxTokens: number): boolean {
  let chars = userId.length;
  for (const { name, value } of profile ?? []) chars += name.length + value.length + 4;
  for (const { action, text, item, app, media, poi, extra } of behaviours) {
    if (extra) return false;
    for (const value of [action, text, item, app, media, poi]) chars += value?.length ?? 0;
  }
  return chars * BYTES_PER_CHAR + (behaviours.length + 1) * LINE_TOKENS <= maxTokens;
}

/** Fewer behaviours are not worth a cut. */
const LEAST_ANSWERED = 5;

/**
 * How many behaviours, from the first, an answer that broke off has dealt with for good: up to the end of a session, each
 * of them in an event, and no event reaching beyond. All of them when nothing is left to be said; 0 when it is too few.
 * Order is not taken on trust: an answer may name what is late, or what matters, first.
 */
export function answeredPart(
  behaviours: readonly BehaviourInput[],
  { covered, events }: BegunUnit,
  sessions: SessionLimits,
): number {
  const firstOpen = behaviours.findIndex((_, index) => !covered.has(index));
  if (firstOpen < 0) return behaviours.length;
  const indexOf = new Map(behaviours.map(({ id }, index) => [id, index]));
  const spans = events.map(({ evidence }) => {
    const indexes = evidence.flatMap((id) => indexOf.get(id) ?? []);
    return { first: Math.min(...indexes), last: Math.max(...indexes) };
  });
  const breaks = breaksBefore(behaviours, sessions);
  for (let at = firstOpen; at >= LEAST_ANSWERED; at -= 1) {
    if (breaks[at]?.beginsSession && !spans.some(({ first, last }) => first < at && last >= at)) return at;
  }
  return 0;
}
