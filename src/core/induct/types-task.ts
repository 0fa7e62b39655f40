import type { TypesPhase } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import type { FailureClass } from '../../shared/failure-classes.ts';
import { AppError } from '../errors.ts';
import type { BehaviourInput } from '../extract/extractor.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { behaviourLine } from '../extract/llm/prompt/behaviour-line.ts';
import type { EncodedUnit } from '../extract/llm/prompt/encode-unit.ts';
import { EXAMPLE_CHARS, nextDraft } from './draft.ts';
import type { Example } from './draft.ts';
import { encodeUser, LEAST_TOKENS, usersThatFit } from './minibatch.ts';
import type { SampledUser } from './minibatch.ts';
import type { TypesPlan, TypesProgress } from './ports.ts';
import type { TypesPrompt } from './prompt.ts';
import type { KeptAnswer } from './read-list.ts';
import { readTypes } from './read-types.ts';
import { typesRequest } from './request.ts';
import type { InductionTask, Step } from './task.ts';

/** So many users are loaded for a request at the most: more do not fit, however short they are. */
const MOST_USERS = 40;

export interface TypesTaskParts {
  plan: TypesPlan;
  progress: () => TypesProgress;
  save: (progress: TypesProgress) => void;
  settings: ModelSettings;
  outputs: OutputModel;
  prompt: TypesPrompt;
  user: (userNo: number) => SampledUser | null;
  isConversion: (behaviour: BehaviourInput) => boolean;
}

interface TypesStep extends Step {
  phase: TypesPhase;
  units: EncodedUnit[];
  /** How many users of the sample are dealt with by it. */
  users: number;
}

/** Types from a sample: each request is about the types so far and some more users; the last one reviews them. */
export class TypesTask implements InductionTask<TypesStep> {
  readonly #parts: TypesTaskParts;

  constructor(parts: TypesTaskParts) {
    this.#parts = parts;
  }

  /** Throws induction.no_users. */
  next(isPatient: boolean): TypesStep | null {
    const { plan, save } = this.#parts;
    const progress = this.#parts.progress();
    const left = plan.users.slice(progress.usersDone);
    if (left.length > 0) {
      const { units, users } = this.#minibatch(left.slice(0, MOST_USERS), progress);
      // Users who were there at the start may have been cleared since.
      if (units.length > 0)
        return this.#step(progress.step === 0 ? 'propose' : 'update', units, users, isPatient);
      save({ ...progress, usersDone: progress.usersDone + users });
      return this.next(isPatient);
    }
    if (progress.types.length === 0) throw new AppError('induction.no_users');
    return progress.reviewed ? null : this.#step('review', [], 0, isPatient);
  }

  take(step: TypesStep, answer: KeptAnswer): FailureClass | null {
    const { plan, save } = this.#parts;
    const progress = this.#parts.progress();
    const said = readTypes(answer);
    if (said.items === null) return said.failure;
    const usersDone = progress.usersDone + step.users;
    const isReview = step.phase === 'review';
    const done = progress.step + 1;
    const left = plan.users.length - usersDone;
    save({
      ...progress,
      phase: isReview || left === 0 ? 'review' : 'update',
      usersDone,
      step: done,
      // As many users in each of those that are left as in those before, and the review.
      steps: isReview ? done : done + Math.ceil((left * done) / Math.max(1, usersDone)) + 1,
      reviewed: isReview,
      types: nextDraft(progress.types, said.items, exampleIn(step.units), plan),
    });
    return null;
  }

  /** Fewer behaviours in each request. */
  askLess({ units }: TypesStep): boolean {
    const progress = this.#parts.progress();
    const batchTokens = Math.floor(progress.batchTokens / 2);
    if (units.length === 0 || batchTokens < LEAST_TOKENS) return false;
    this.#parts.save({ ...progress, batchTokens });
    return true;
  }

  #minibatch(
    userNos: readonly number[],
    { batchTokens }: TypesProgress,
  ): { units: EncodedUnit[]; users: number } {
    const { settings, plan, isConversion, user } = this.#parts;
    const { language } = plan.codebook;
    const units: EncodedUnit[] = [];
    let users = 0;
    for (const userNo of userNos) {
      const sampled = user(userNo);
      const { sendUserIds } = settings;
      if (sampled)
        units.push(encodeUser(sampled, { maxTokens: batchTokens, sendUserIds, language, isConversion }));
      const tokens = units.map((unit) => unit.tokens);
      if (usersThatFit(tokens, batchTokens) < units.length) {
        units.pop();
        break;
      }
      users += 1;
    }
    return { units, users };
  }

  #step(phase: TypesPhase, units: EncodedUnit[], users: number, isPatient: boolean): TypesStep {
    const { prompt, settings, outputs, plan } = this.#parts;
    const request = typesRequest({
      phase,
      units,
      types: this.#parts.progress().types,
      prompt,
      settings,
      outputs,
      expectedTypes: plan.most + plan.fixed.length,
      isPatient,
    });
    const asked: Step['asked'] = (key) =>
      units.map(({ unit }) => [unit.userNo, unit.part, unit.parts, unit.behaviours.length, key]);
    return { phase, units, users, request, asked };
  }
}

/** The behaviours of a request by the numbers that they have in it. */
function exampleIn(units: readonly EncodedUnit[]): (number: number) => Example | null {
  return (number) => {
    let first = 1;
    for (const { unit } of units) {
      const behaviour = unit.behaviours[number - first];
      if (behaviour && number >= first) return { userNo: unit.userNo, text: exampleText(behaviour) };
      first += unit.behaviours.length;
    }
    return null;
  };
}

/** A behaviour without its time. */
function exampleText(behaviour: BehaviourInput): string {
  const { text } = behaviourLine(behaviour);
  const said = text.slice(text.indexOf(' ') + 1).trim();
  return said.length <= EXAMPLE_CHARS ? said : `${said.slice(0, EXAMPLE_CHARS - 1)}…`.toWellFormed();
}
