import type { Detail, ThemeGrain } from '../../shared/abstraction.ts';
import type { InductionKind } from '../../shared/induction.ts';
import type { ThemeLookup } from '../abstraction/measure.ts';
import type { Clock } from '../clock.ts';
import { grainOf } from '../detail/grain-of-log.ts';
import { regrouper } from '../extract/llm/answer/regroup.ts';
import { makeClassifier } from '../extract/rules/classifier.ts';
import { RulesExtractor } from '../extract/rules/rules-extractor.ts';
import type { Rules } from '../extract/rules/rules-schema.ts';
import { sessionLimits } from '../extract/rules/session-limits.ts';
import type { ModelInductorParts } from '../induct/model-inductor.ts';
import type { DetailChange, RunBasis, RunRow } from '../run/ports.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';
import { codebookOfRules } from './codebook-service.ts';
import type { CodebookService } from './codebook-service.ts';
import { sequenceOf } from './model-basis.ts';
import type { ModelBasis } from './model-basis.ts';
import type { RulesInUse } from './rules-in-use.ts';
import type { ThemeService } from './theme-service.ts';

/** In slow mode batches are small as well, so that a test sees many of them. */
const SLOW_BATCH_USERS = 5;

/** What a run takes from an open workspace. */
export interface RunSources {
  workspace: OpenWorkspace;
  themes: ThemeService;
  codebook: CodebookService;
}

export interface RunPreparationOptions {
  clock: Clock;
  rules: RulesInUse;
  /** Slow mode for tests: every batch of the rules extractor takes this long. */
  slowRulesMs: number;
}

/** Tells what runs and requests rest on, from the rules in use, the log, the table of themes and the event types. */
export class RunPreparation {
  readonly #options: RunPreparationOptions;

  constructor(options: RunPreparationOptions) {
    this.#options = options;
  }

  /** What a run with a model rests on, of what it took from the log. */
  modelBasis(
    { themes, codebook }: Pick<RunSources, 'themes' | 'codebook'>,
    detail: Detail,
    basis: RunBasis | null,
  ): ModelBasis {
    const rules = this.#options.rules.forRun;
    return {
      detail,
      codebook: codebook.view().codebook,
      sessions: sessionLimits(rules.rules, basis),
      themeGapMs: basis?.themeGapMs ?? 0,
      namedFields: basis?.namedFields ?? [],
      idFields: basis?.idFields ?? [],
      isProcess: basis?.isProcess ?? false,
      grain: basis?.grain ?? 'themes',
      themeOf: basis && detail !== 'fine' ? themes.lookupOf(basis, rules) : ITSELF,
    };
  }

  /** The same for what is no run; without a workspace, of the types of the rules alone. */
  async modelBasisNow(sources: RunSources | null, detail: Detail): Promise<ModelBasis> {
    const { shown } = this.#options.rules;
    const { rules } = shown;
    const needsLog = sources !== null && (detail !== 'fine' || isAuto(rules));
    const log = needsLog ? await sources.themes.now(shown) : null;
    const grain =
      log && sources && detail === 'standard'
        ? await grainOf(sources.workspace, shown, log, sources.themes.areDecided(shown))
        : 'themes';
    return {
      detail,
      codebook: sources ? sources.codebook.view().codebook : codebookOfRules(rules),
      sessions: sessionLimits(rules, log),
      themeGapMs: log?.themeGapMs ?? 0,
      namedFields: log?.namedFields ?? [],
      idFields: log?.idFields ?? [],
      isProcess: log?.isProcess ?? false,
      grain,
      themeOf: log?.themeOf ?? ITSELF,
    };
  }

  /**
   * What a run takes from the log and the table of themes. One that goes on keeps what it took when it began; the measure of one whose workspace was
   * rescued is lost, and it takes what there is now.
   */
  async basis(
    { workspace, themes }: Pick<RunSources, 'workspace' | 'themes'>,
    detail: Detail,
    stored: RunBasis | null,
  ): Promise<RunBasis | null> {
    if (stored && workspace.measures.has(stored.measureId)) return stored;
    const rules = this.#options.rules.forRun;
    const joinsByTheme = detail !== 'fine';
    if (!joinsByTheme && !isAuto(rules.rules)) return null;
    const basis = await themes.basis(rules);
    return { ...basis, grain: await this.#grain({ workspace, themes }, detail, basis) };
  }

  /** How finely themes are told apart at a detail, by what a run takes from the log. */
  async #grain(
    { workspace, themes }: Pick<RunSources, 'workspace' | 'themes'>,
    detail: Detail,
    basis: Omit<RunBasis, 'grain'>,
  ): Promise<ThemeGrain> {
    if (detail !== 'standard') return 'themes';
    const rules = this.#options.rules.forRun;
    const themeOf = themes.lookupOf(basis, rules);
    return grainOf(workspace, rules, { ...basis, themeOf }, themes.areDecided(rules));
  }

  /** How the stored events of a run are brought to another detail, on what the run took from the log when it began. */
  async regrouping(
    { workspace, themes, codebook }: RunSources,
    { basis: stored, detail: from }: Pick<RunRow, 'basis' | 'detail'>,
    detail: Detail,
  ): Promise<Pick<DetailChange, 'basis' | 'regroup'>> {
    const { rules } = this.#options.rules.forRun;
    const basis =
      stored && workspace.measures.has(stored.measureId) && detail !== from
        ? { ...stored, grain: await this.#grain({ workspace, themes }, detail, stored) }
        : await this.basis({ workspace, themes }, detail, stored);
    const now = this.modelBasis({ themes, codebook }, detail, basis);
    const regroup = regrouper({
      from,
      codebook: now.codebook,
      rules,
      classify: makeClassifier(rules),
      sequence: sequenceOf(now),
    });
    return { basis, regroup: ({ events, input }) => regroup(events, input.behaviours) };
  }

  /** The built-in extractor, for a run at a detail on what it took from the log. */
  rulesExtractor(themes: ThemeService, detail: Detail, basis: RunBasis | null): RulesExtractor {
    const { clock, slowRulesMs } = this.#options;
    const rules = this.#options.rules.forRun;
    // Names of things are not looked up at the finest detail, so that their themes need not be loaded.
    const themeOf = basis && detail !== 'fine' ? themes.lookupOf(basis, rules) : ITSELF;
    return new RulesExtractor(rules, {
      ...(basis ? { abstraction: { ...basis, detail, themeOf } } : {}),
      ...(slowRulesMs > 0 ? { clock, delayMs: slowRulesMs, limits: { maxUsers: SLOW_BATCH_USERS } } : {}),
    });
  }
}

/** What an induction begins with: the codebook, and the names that it asks about. */
export async function inductionBasis(
  { codebook, themes }: Pick<RunSources, 'codebook' | 'themes'>,
  begins: InductionKind | null,
): Promise<Pick<ModelInductorParts, 'codebook' | 'names'>> {
  const { candidates } = begins === 'words' ? await codebook.use() : { candidates: [] };
  const words = new Map(candidates.map(({ word, category }) => [`${category} ${word}`, { word, category }]));
  const toClassify = begins === 'themes' ? await themes.unclassified() : { things: [], themes: [] };
  return { codebook: codebook.view().codebook, names: { words: [...words.values()], ...toClassify } };
}

const ITSELF: ThemeLookup = ({ name }) => name;

const isAuto = ({ session }: Rules): boolean => session.gapMinutes === 'auto';
