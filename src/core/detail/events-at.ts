import type { DatabaseSync } from 'node:sqlite';
import type { Detail } from '../../shared/abstraction.ts';
import type { Codebook } from '../../shared/codebook.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { EventDraft } from '../extract/extractor.ts';
import { regrouper } from '../extract/llm/answer/regroup.ts';
import type { Regroup } from '../extract/llm/answer/regroup.ts';
import { makeClassifier } from '../extract/rules/classifier.ts';
import { RulesExtractor } from '../extract/rules/rules-extractor.ts';
import type { Abstraction } from '../extract/rules/rules-extractor.ts';
import { sessionLimits } from '../extract/rules/session-limits.ts';
import { AppError } from '../errors.ts';
import { BatchTables } from '../store/batch-tables.ts';
import type { RunOfEvents } from '../store/event-owners.ts';
import { abstractionNow } from './abstraction-now.ts';
import type { AbstractionSource, RulesNow } from './abstraction-now.ts';

export interface EventsAtOptions extends Omit<AbstractionSource, 'batches'> {
  detail: Detail;
  /** The codebook with the types of the rules. */
  codebook: Codebook;
}

/** Gets ready to make events at a detail on what the workspace holds now; it has to stand still meanwhile. */
export async function openEventsAt({ codebook, detail, ...source }: EventsAtOptions): Promise<EventsAt> {
  const { db, rules } = source;
  const batches = new BatchTables(db);
  const abstraction = await abstractionNow({ ...source, batches }, detail);
  return new EventsAt({ db, batches, rules, codebook, abstraction });
}

interface EventsAtParts {
  db: DatabaseSync;
  batches: BatchTables;
  rules: RulesNow;
  codebook: Codebook;
  abstraction: Abstraction;
}

/** Makes the events of users at a detail, as a run would that began now; what is stored stays as it is. */
export class EventsAt {
  readonly #parts: EventsAtParts;
  readonly #extractor: RulesExtractor;
  readonly #regroupers = new Map<Detail, Regroup>();

  constructor(parts: EventsAtParts) {
    this.#parts = parts;
    this.#extractor = new RulesExtractor(parts.rules, { abstraction: parts.abstraction });
  }

  get detail(): Detail {
    return this.#parts.abstraction.detail;
  }

  /**
   * The events of a user with this number, in time order: made anew by the rules, or those that a model made, joined. Throws export.user_too_…
   * for a user whom a run would refuse.
   */
  of(userNo: number, madeBy: RunOfEvents): EventDraft[] {
    const { batches } = this.#parts;
    const from = madeBy.extractor === 'llm' ? madeBy.detail : null;
    const user = batches.user(userNo, from === null ? this.#extractor.maxBehavioursPerUser : Infinity);
    if (!user) return [];
    const { input, refused } = user;
    if (refused) throw refusal(input.userId, refused);
    if (from !== null) return this.#regroup(from)(batches.withEvents(user).events, input.behaviours).events;
    const outcome = this.#extractor.outcomeOf(input);
    if (outcome.status === 'failed') throw refusal(input.userId, outcome.error);
    return outcome.events;
  }

  /** Joins what a model made at a detail. */
  #regroup(from: Detail): Regroup {
    const known = this.#regroupers.get(from);
    if (known) return known;
    const { rules, codebook, abstraction } = this.#parts;
    const regroup = regrouper({
      from,
      codebook,
      rules: rules.rules,
      classify: makeClassifier(rules.rules),
      sequence: { ...abstraction, ...sessionLimits(rules.rules, abstraction) },
    });
    this.#regroupers.set(from, regroup);
    return regroup;
  }
}

/** What a run would refuse a user for, as an error of an export. */
function refusal(user: string, { code, params }: ErrorInfo): AppError {
  const isLong = code === 'extract.user_too_long';
  return new AppError(isLong ? 'export.user_too_long' : 'export.user_too_large', { ...params, user });
}
