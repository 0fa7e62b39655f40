import { computed, ref, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { DEFAULT_DETAIL } from '@shared/abstraction';
import type { Detail, DetailPreview } from '@shared/abstraction';
import type { ErrorInfo } from '@shared/errors';
import type { ExtractorId, RunPreflight, RunScope } from '@shared/run';
import { request, toErrorInfo } from '@/api';
import { useRunStore } from '@/stores/run';
import { useSettingsStore } from '@/stores/settings';
import { LatestCall } from './latestCall';
import { useAction } from './useAction';
import type { Action } from './useAction';

const PILOT_USERS = 20;

/** The user's choices for a run with a model. */
export interface ModelChoices {
  /** The caps in money and, for a model without prices, in tokens. Undefined: no cap. */
  maxCost: number | undefined;
  maxTokens: number | undefined;
  pilot: boolean;
  pilotUsers: number;
  /** Send requests even for users whose answers are stored. */
  fresh: boolean;
}

export interface AskOptions {
  /** The extractor to begin with; that of the settings when left out. */
  extractor?: ExtractorId;
  /** The detail to begin with; that of the latest run when left out. */
  detail?: Detail;
  /** The scopes among which the user can choose in the dialog; none beside the first when left out. */
  offered?: RunScope[];
  /** True when the users have events already. */
  regenerate?: boolean;
  /** Called once the user has started the run. */
  started?: () => void;
}

export interface StartDialog {
  open: Ref<boolean>;
  scope: ShallowRef<RunScope | null>;
  offered: ShallowRef<RunScope[]>;
  extractor: Ref<ExtractorId>;
  choices: Ref<ModelChoices>;
  /** How much joins into one event. */
  detail: Ref<Detail>;
  /** What each detail would make of the users; null while it is being loaded, `failed` where it could not be. */
  detailPreview: ShallowRef<DetailPreview | 'failed' | null>;
  /** What the run would do; null while it is being loaded. */
  preflight: ShallowRef<RunPreflight | null>;
  /** Number of users that are abstracted already and not part of the run; null for scopes where there are none. */
  leftOut: Ref<number | null>;
  /** True when existing events would be replaced; before the preflight has arrived, what the caller knows. */
  replaces: ComputedRef<boolean>;
  error: ShallowRef<ErrorInfo | null>;
  /** Opens the dialog for the users of this scope. */
  ask: (scope: RunScope, options?: AskOptions) => Promise<void>;
  /** Loads the preflight again for other users. */
  chooseScope: (scope: RunScope) => Promise<void>;
  /** Loads the preflight again for another extractor. */
  choose: (extractor: ExtractorId) => Promise<void>;
  change: (choices: ModelChoices) => void;
  chooseDetail: (detail: Detail) => void;
  /** Loads the preflight again: what an estimate rests on has changed. */
  recount: () => Promise<void>;
  confirm: Action<[]>;
  close: () => void;
}

/** The dialog before a run: what the run would do, with which extractor, at which cost, and the user's choices. */
export function useStartDialog(): StartDialog {
  const run = useRunStore();
  const settings = useSettingsStore();
  const open = ref(false);
  const scope = shallowRef<RunScope | null>(null);
  const offered = shallowRef<RunScope[]>([]);
  const extractor = ref<ExtractorId>('rules');
  const choices = ref<ModelChoices>(noChoices());
  const detail = ref<Detail>(DEFAULT_DETAIL);
  const detailPreview = shallowRef<DetailPreview | 'failed' | null>(null);
  const preflight = shallowRef<RunPreflight | null>(null);
  const leftOut = ref<number | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const call = new LatestCall();
  const previewCall = new LatestCall();
  let whenStarted: (() => void) | undefined;
  const regenerate = ref(false);
  const replaces = computed(() => (preflight.value ? preflight.value.replacing > 0 : regenerate.value));

  async function ask(wanted: RunScope, options: AskOptions = {}): Promise<void> {
    whenStarted = options.started;
    regenerate.value = options.regenerate ?? false;
    scope.value = wanted;
    offered.value = options.offered ?? [];
    choices.value = { ...noChoices(), fresh: wanted.kind === 'lowCoverage' };
    // Results of one detail are not mixed with those of another without being asked for.
    detail.value = options.detail ?? run.snapshot?.detail ?? DEFAULT_DETAIL;
    open.value = true;
    await choose(options.extractor ?? settings.view?.extractor ?? 'rules');
  }

  async function chooseScope(wanted: RunScope): Promise<void> {
    scope.value = wanted;
    await choose(extractor.value);
  }

  async function choose(wanted: ExtractorId): Promise<void> {
    [extractor.value, preflight.value, error.value, detailPreview.value] = [wanted, null, null, null];
    await count(true);
    if (preflight.value && !error.value) void previewDetails();
  }

  /**
   * Loads what the run would do. `first`: it is not decided yet whether stored answers are used; for users who have
   * events already they are not.
   */
  async function count(first: boolean): Promise<void> {
    const of = scope.value;
    if (!of) return;
    const isNewest = call.begin();
    const { fresh } = choices.value;
    try {
      const [counted, info] = await Promise.all([
        request('run.preflight', { scope: of, extractor: extractor.value, fresh, detail: detail.value }),
        of.kind === 'remaining' ? request('workspace.info') : null,
      ]);
      if (!isNewest()) return;
      if (first && !fresh && counted.estimate && isRegeneration(of, counted)) {
        choices.value = { ...choices.value, fresh: true };
        await count(false);
        return;
      }
      error.value = null;
      preflight.value = counted;
      leftOut.value = info?.sequences.succeeded ?? null;
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    }
  }

  /** The run can start without it: what went wrong is said by the preflight, or when the run starts. */
  async function previewDetails(): Promise<void> {
    const of = scope.value;
    if (!of) return;
    const isNewest = previewCall.begin();
    try {
      const preview = await request('run.previewDetails', { scope: of });
      if (isNewest()) detailPreview.value = preview;
    } catch {
      // The dialog says that it has no figures.
      if (isNewest()) detailPreview.value = 'failed';
    }
  }

  const confirm = useAction(async () => {
    const of = scope.value;
    const counted = preflight.value;
    if (!of || !counted) return;
    await run.start({ scope: of, extractor: extractor.value, detail: detail.value, ...modelPart(counted) });
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
    // A pilot of all users would be the run itself.
    const tried = pilot && pilotUsers < counted.users ? pilotUsers : null;
    return { maxCost: maxCost ?? null, maxTokens: maxTokens ?? null, pilotUsers: tried, fresh };
  }

  function change(next: ModelChoices): void {
    const recount = next.fresh !== choices.value.fresh;
    choices.value = next;
    if (recount) void count(false);
  }

  function chooseDetail(next: Detail): void {
    detail.value = next;
    // What a model answers, and costs, depends on it.
    if (extractor.value === 'llm') void count(false);
  }

  function close(): void {
    open.value = false;
  }

  return {
    open,
    scope,
    offered,
    extractor,
    choices,
    detail,
    detailPreview,
    preflight,
    leftOut,
    replaces,
    error,
    ask,
    chooseScope,
    choose,
    change,
    chooseDetail,
    recount: () => count(false),
    confirm,
    close,
  };
}

function noChoices(): ModelChoices {
  return { maxCost: undefined, maxTokens: undefined, pilot: false, pilotUsers: PILOT_USERS, fresh: false };
}

/** True when all users of the scope have events: the user is not content with the stored answers. */
function isRegeneration(scope: RunScope, counted: RunPreflight): boolean {
  return scope.kind === 'users' && counted.users > 0 && counted.replacing === counted.users;
}
