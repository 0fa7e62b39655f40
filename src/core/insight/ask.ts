import type { Codebook } from '../../shared/codebook.ts';
import { TIME_BINS } from '../../shared/insight.ts';
import type { Comparison, InsightResult, Question } from '../../shared/insight.ts';
import { around } from './around.ts';
import { compared, countedFigures, NO_FIGURE, partsOf, sharedUsers, withAllRows } from './comparison.ts';
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
  if (other === null) return answerOf(part, question, profiles, onProgress);
  const answerFor = (of: Part, asked: typeof question): Answer<InsightResult> =>
    answerOf(of, asked, profiles, (share) => onProgress((share + (of === part ? 0 : 1)) / 2));
  const [answer, beside] = alike(question, (asked) => [answerFor(part, asked), answerFor(other, asked)]);
  const whole = withAllRows(question);
  const [own, others] =
    whole === question ? [answer, beside] : [answerFor(part, whole), answerFor(other, whole)];
  const figures = countedFigures({ own, other: others }, { own: part, other }, question, onProgress);
  const sides = new Map([
    ['own', own],
    ['other', others],
    ['beside', beside],
  ]);
  return {
    result: answer.result,
    comparison: {
      ...compared(question, {
        own: { result: own.result, figures: figures.own },
        other: { result: others.result, figures: figures.other },
        ...{ users: other.users.length, shared: sharedUsers(part, other) },
      }),
      beside: beside.result,
    },
    usersOf: (key) => {
      const [, side = '', rest = key] = /^(own|other|beside):(.*)$/s.exec(key) ?? [];
      if (rest === NO_FIGURE && side !== '') return new Int32Array();
      return (sides.get(side) ?? answer).usersOf(rest);
    },
  };
}

type Pair = [Answer<InsightResult>, Answer<InsightResult>];

/**
 * Both answers, of what each would choose by itself with one choice: overviews with bins of time of one length, the longer of the two, and
 * sequences with one least share of users, the higher one.
 */
function alike<Q extends Question>(question: Q, answer: (question: Q) => Pair): Pair {
  const both = answer(question);
  const supports = both.flatMap(({ result }) => (result.analysis === 'sequences' ? [result.support] : []));
  if (new Set(supports).size > 1) return answer({ ...question, support: Math.max(...supports) });
  const bins = both.flatMap(({ result }) => (result.analysis === 'overview' ? [result.bin] : []));
  const [one, two] = bins;
  if (one === two) return both;
  const longer = TIME_BINS.findLast((bin) => bins.includes(bin));
  return answer({ ...question, bin: longer });
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
      return funnel(part, question, profiles, onProgress);
    case 'paths':
      return paths(part, question);
    case 'graph':
      return graph(part, question);
    case 'variants':
      return variants(part, question);
    case 'sequences':
      return sequences(part, question, onProgress);
    case 'around':
      return around(part, question, onProgress);
    case 'evolution':
      return evolution(part, question, undefined, onProgress);
  }
}
