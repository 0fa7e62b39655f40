import type { Codebook } from '../../shared/codebook.ts';
import type { Comparison, InsightResult, Question } from '../../shared/insight.ts';
import { around } from './around.ts';
import { compared, partsOf, sharedUsers, withAllRows } from './comparison.ts';
import { atLevel } from './event-log.ts';
import type { EventLog, Profiles } from './event-log.ts';
import { evolution } from './evolution.ts';
import { funnel } from './funnel.ts';
import { graph } from './graph.ts';
import { overview } from './overview.ts';
import { paths } from './paths.ts';
import { profile } from './profile.ts';
import type { Answer, Part } from './selection.ts';
import { sequences } from './sequences.ts';
import { variants } from './variants.ts';

/** What questions are answered from. */
export interface InsightData {
  log: EventLog;
  codebook: Codebook;
  /** Read when a question first needs them. */
  profiles: () => Profiles;
}

/** An answer, beside another selection where the question compares. */
export interface Asked extends Answer<InsightResult> {
  comparison?: Comparison;
}

/**
 * Answers a question. `onProgress` is told the share that is done of what takes long, 0 to 1. Throws AppError `insight.…` for a question
 * that does not fit the workspace.
 */
export function ask(
  { log, codebook, profiles }: InsightData,
  question: Question,
  onProgress: (share: number) => void = () => undefined,
): Asked {
  const { part, other } = partsOf(atLevel(log, question.level, codebook), profiles, question);
  if (question.analysis === 'profile') return profile(part, question, profiles, other);
  const answer = answerOf(part, question, profiles, onProgress);
  if (other === null) return answer;
  const whole = withAllRows(question);
  const own = whole === question ? answer : answerOf(part, whole, profiles, onProgress);
  const beside = answerOf(other, whole, profiles, onProgress);
  return {
    result: answer.result,
    comparison: compared(question, {
      ...{ own: own.result, other: beside.result, users: other.users.length },
      shared: sharedUsers(part, other),
    }),
    usersOf: (key) => {
      const [, side, rest = ''] = /^(own|other):(.*)$/s.exec(key) ?? [];
      if (side === undefined) return answer.usersOf(key);
      return (side === 'own' ? own : beside).usersOf(rest);
    },
  };
}

function answerOf(
  part: Part,
  question: Exclude<Question, { analysis: 'profile' }>,
  profiles: () => Profiles,
  onProgress: (share: number) => void,
): Answer<InsightResult> {
  switch (question.analysis) {
    case 'overview':
      return overview(part, question, profiles);
    case 'funnel':
      return funnel(part, question, profiles);
    case 'paths':
      return paths(part, question);
    case 'graph':
      return graph(part, question);
    case 'variants':
      return variants(part, question);
    case 'sequences':
      return sequences(part, question, onProgress);
    case 'around':
      return around(part, question);
    case 'evolution':
      return evolution(part, question);
  }
}
