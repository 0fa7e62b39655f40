import type { Codebook } from '../../shared/codebook.ts';
import type { InsightResult, Question } from '../../shared/insight.ts';
import { around } from './around.ts';
import { atLevel } from './event-log.ts';
import type { EventLog, Profiles } from './event-log.ts';
import { evolution } from './evolution.ts';
import { funnel } from './funnel.ts';
import { graph } from './graph.ts';
import { overview } from './overview.ts';
import { paths } from './paths.ts';
import { profile } from './profile.ts';
import { select } from './selection.ts';
import type { Answer } from './selection.ts';
import { sequences } from './sequences.ts';
import { variants } from './variants.ts';

/** What questions are answered from. */
export interface InsightData {
  log: EventLog;
  codebook: Codebook;
  /** Read when a question first needs them. */
  profiles: () => Profiles;
}

/**
 * Answers a question. `onProgress` is told the share that is done of what takes long, 0 to 1. Throws AppError `insight.…` for a question
 * that does not fit the workspace.
 */
export function ask(
  { log, codebook, profiles }: InsightData,
  question: Question,
  onProgress: (share: number) => void = () => undefined,
): Answer<InsightResult> {
  const part = select(atLevel(log, question.level, codebook), profiles, question.select);
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
    case 'profile':
      return profile(part, question, profiles);
  }
}
