import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { SingleQuestion } from '@shared/asking';
import type { ErrorInfo } from '@shared/errors';
import type { ExplainPreflight, Explanation } from '@shared/explanation';
import type { DataRevision, Question } from '@shared/insight';
import { request, toErrorInfo } from '@/api';
import { t } from '@/i18n';
import { formatMoney, formatNumber } from '@/i18n/format';
import { capText, inCents } from '@/run-cap';
import { useAskingStore } from '@/stores/asking';
import { useInsightStore } from '@/stores/insight';
import { isSameQuestion, withoutView } from '@/stores/insight-settings';
import { useModelStore } from '@/stores/model';
import { LatestCall } from './latestCall';
import { confirm } from './useConfirm';

export interface ExplanationView {
  explanation: ShallowRef<Explanation | null>;
  error: ShallowRef<ErrorInfo | null>;
  /** What it is at; null for nothing. */
  busy: Ref<'counting' | 'asking' | null>;
  /** Tells what it may cost, and asks the model when the user agrees; what is there already is shown at once. */
  explain: () => Promise<void>;
  cancel: () => Promise<void>;
  /** Puts it away. */
  clear: () => void;
}

/**
 * The explanation of an answer by the model, whichever window asked for it. It goes when the question or the data are others; one that is being
 * asked for goes on.
 */
export function useExplanation(
  answer: () => { question: Question; data: DataRevision } | null,
): ExplanationView {
  const model = useModelStore();
  const insight = useInsightStore();
  const explanation = shallowRef<Explanation | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const asking = useAskingStore();
  /** What this page is at. */
  const own = ref<'counting' | 'asking' | null>(null);
  const isOf = (asked: SingleQuestion | null | undefined): boolean => {
    const now = answer()?.question;
    if (!now || asked?.kind !== 'explain') return false;
    return isSameQuestion(withoutView(now), withoutView(asked.question));
  };
  const busy = computed(() => own.value ?? (isOf(asking.active) ? 'asking' : null));
  const call = new LatestCall();
  const keyNow = (): string | null => {
    const now = answer();
    return now && JSON.stringify([now.question, now.data.id]);
  };

  function clear(): void {
    call.cancel();
    [explanation.value, error.value, own.value] = [null, null, null];
  }

  /** Shows what the model answered, when it was asked about this answer. */
  function take(): void {
    const now = answer();
    const { ended } = asking;
    if (!now || !ended || !isOf(ended.asked)) return;
    const came = ended.answer;
    if (came.kind === 'failed') error.value = came.error;
    else if (came.kind === 'explained' && came.explanation.data.id === now.data.id)
      [explanation.value, error.value] = [came.explanation, null];
    void asking.dismiss().catch(() => undefined);
  }

  async function explain(agreed: Cap | null = null): Promise<void> {
    const question = answer()?.question;
    if (!question || busy.value !== null) return;
    const isNewest = call.begin();
    [explanation.value, error.value, own.value] = [null, null, 'counting'];
    try {
      const { estimate, kept, problem } = await request('insight.explainPreflight', { question });
      if (!isNewest()) return;
      // An explanation that follows a question in words was not asked for separately: an empty table needs no message.
      if (problem && !(agreed && problem.code === 'insight.explain_empty')) error.value = problem;
      if (!estimate) return;
      const isAgreed = kept || (agreed !== null && fits(estimate, agreed));
      if (!isAgreed && !(await agrees(estimate, model.view?.settings.model ?? '', isNewest))) return;
      if (!isNewest()) return;
      own.value = 'asking';
      const explained = await request('insight.explain', { question, ...capOf(estimate) });
      if (isNewest() && explained.data.id === answer()?.data.id) explanation.value = explained;
    } catch (thrown) {
      const info = toErrorInfo(thrown);
      if (isNewest() && info.code !== 'insight.explain_cancelled') error.value = info;
    } finally {
      if (isNewest()) own.value = null;
    }
  }

  watch(keyNow, clear);
  watch([keyNow, () => asking.ended], take, { immediate: true });
  // A question in words is explained with what is left of what the user agreed to.
  watch(
    [keyNow, () => insight.inWords],
    () => {
      const [now, asked] = [answer()?.question, insight.inWords];
      if (!now || !asked?.question || asked.explain === null) return;
      if (!isSameQuestion(withoutView(now), withoutView(asked.question))) return;
      insight.inWords = { ...asked, explain: null };
      void explain(asked.explain);
    },
    { immediate: true },
  );
  onBeforeUnmount(clear);
  return { explanation, error, busy, explain: () => explain(), cancel: asking.cancel, clear };
}

type Estimate = NonNullable<ExplainPreflight['estimate']>;
interface Cap {
  maxCost: number | null;
  maxTokens: number | null;
}

const fits = ({ most, mostTokens }: Estimate, { maxCost, maxTokens }: Cap): boolean =>
  maxCost === null
    ? maxTokens !== null && mostTokens <= maxTokens
    : most !== null && inCents(most) <= maxCost;

/** What was told that it may take at the most is the cap. */
function capOf({ most, mostTokens }: Estimate): Cap {
  return most === null
    ? { maxCost: null, maxTokens: mostTokens }
    : { maxCost: inCents(most), maxTokens: null };
}

function agrees(estimate: Estimate, model: string, stillAsked: () => boolean): Promise<boolean> {
  const { rows, inputTokens, outputTokens, cost, most, mostTokens, currency } = estimate;
  const of = { rows: formatNumber(rows), model, tokens: formatNumber(inputTokens + outputTokens) };
  const text =
    cost === null || most === null
      ? t('insight.explain.question.tokens', { ...of, most: capText(mostTokens, 'tokens', currency) })
      : t('insight.explain.question.money', {
          ...of,
          cost: formatMoney(cost, currency),
          most: capText(most, 'money', currency),
        });
  return confirm({
    title: t('insight.explain.title'),
    text,
    yes: t('insight.explain.yes'),
    danger: false,
    stillAsked,
  });
}
