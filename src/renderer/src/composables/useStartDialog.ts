import { computed, ref, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { ExtractorId, RunPreflight, RunScope } from '@shared/run';
import { request, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { useSettingsStore } from '@/stores/settings';
import { useAction } from './useAction';
import type { Action } from './useAction';

const PILOT_USERS = 20;

/** What the user chooses for a run with a model. */
export interface ModelChoices {
  /** The caps in money and, for a model without prices, in tokens. Undefined: no cap. */
  maxCost: number | undefined;
  maxTokens: number | undefined;
  pilot: boolean;
  pilotUsers: number;
  /** Ask again where an answer is there already. */
  fresh: boolean;
}

export interface AskOptions {
  /** The extractor to begin with; that of the settings when left out. */
  extractor?: ExtractorId;
  /** The users are known to have events already. */
  regenerate?: boolean;
  /** Called once the user has started the run. */
  started?: () => void;
}

export interface StartDialog {
  open: Ref<boolean>;
  scope: ShallowRef<RunScope | null>;
  extractor: Ref<ExtractorId>;
  choices: Ref<ModelChoices>;
  /** What the run would do; null while it is being counted. */
  preflight: ShallowRef<RunPreflight | null>;
  /** Users that are done already and that the run leaves out; null when that says nothing. */
  leftOut: Ref<number | null>;
  /** Events that are there already would be replaced; before it is counted, as far as is known. */
  replaces: ComputedRef<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  /** Opens with what a run of this scope would do. */
  ask: (scope: RunScope, options?: AskOptions) => Promise<void>;
  /** Counts again for another extractor. */
  choose: (extractor: ExtractorId) => Promise<void>;
  change: (choices: ModelChoices) => void;
  confirm: Action<[]>;
  close: () => void;
}

/** The question before a run: what would be done, with what, for how much, and does the user want it. */
export function useStartDialog(): StartDialog {
  const run = useRunStore();
  const settings = useSettingsStore();
  const open = ref(false);
  const scope = shallowRef<RunScope | null>(null);
  const extractor = ref<ExtractorId>('rules');
  const choices = ref<ModelChoices>(noChoices());
  const preflight = shallowRef<RunPreflight | null>(null);
  const leftOut = ref<number | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  let asked = 0;
  let whenStarted: (() => void) | undefined;
  const regenerate = ref(false);
  const replaces = computed(() => (preflight.value ? preflight.value.replacing > 0 : regenerate.value));

  async function ask(wanted: RunScope, options: AskOptions = {}): Promise<void> {
    whenStarted = options.started;
    regenerate.value = options.regenerate ?? false;
    scope.value = wanted;
    choices.value = { ...noChoices(), fresh: wanted.kind === 'lowCoverage' };
    open.value = true;
    await choose(options.extractor ?? settings.view?.extractor ?? 'rules');
  }

  async function choose(wanted: ExtractorId): Promise<void> {
    [extractor.value, preflight.value, error.value] = [wanted, null, null];
    await count(true);
  }

  /** `first`: what is wanted of stored answers is not known yet. */
  async function count(first: boolean): Promise<void> {
    const of = scope.value;
    if (!of) return;
    asked += 1;
    const mine = asked;
    const { fresh } = choices.value;
    try {
      const [counted, info] = await Promise.all([
        request('run.preflight', { scope: of, extractor: extractor.value, fresh }),
        of.kind === 'remaining' ? request('workspace.info') : null,
      ]);
      if (mine !== asked) return;
      if (first && !fresh && counted.estimate && isRegeneration(of, counted)) {
        choices.value = { ...choices.value, fresh: true };
        await count(false);
        return;
      }
      preflight.value = counted;
      leftOut.value = info?.sequences.succeeded ?? null;
    } catch (thrown) {
      if (mine === asked) error.value = toErrorInfo(thrown);
    }
  }

  const confirm = useAction(async () => {
    const of = scope.value;
    const counted = preflight.value;
    if (!of || !counted) return;
    await run.start({ scope: of, extractor: extractor.value, ...modelPart(counted) });
    open.value = false;
    whenStarted?.();
  });

  function modelPart(counted: RunPreflight): {
    maxCost: number | null;
    maxTokens: number | null;
    pilotUsers: number | null;
    fresh: boolean;
  } {
    if (extractor.value !== 'llm') return { maxCost: null, maxTokens: null, pilotUsers: null, fresh: false };
    const { pilot, pilotUsers, fresh } = choices.value;
    // What was entered for one kind of cap does not hold once prices were entered or removed.
    const priced = counted.estimate?.cost !== null;
    const maxCost = priced ? choices.value.maxCost : undefined;
    const maxTokens = priced ? undefined : choices.value.maxTokens;
    // A trial of everybody would be the run itself.
    const tried = pilot && pilotUsers < counted.users ? pilotUsers : null;
    return { maxCost: maxCost ?? null, maxTokens: maxTokens ?? null, pilotUsers: tried, fresh };
  }

  function change(next: ModelChoices): void {
    const recount = next.fresh !== choices.value.fresh;
    choices.value = next;
    if (recount) void count(false);
  }

  function close(): void {
    open.value = false;
  }

  return {
    open,
    scope,
    extractor,
    choices,
    preflight,
    leftOut,
    replaces,
    error,
    ask,
    choose,
    change,
    confirm,
    close,
  };
}

function noChoices(): ModelChoices {
  return { maxCost: undefined, maxTokens: undefined, pilot: false, pilotUsers: PILOT_USERS, fresh: false };
}

/** All of them have events: the stored answers are what the user is not content with. */
function isRegeneration(scope: RunScope, counted: RunPreflight): boolean {
  return scope.kind === 'users' && counted.users > 0 && counted.replacing === counted.users;
}
