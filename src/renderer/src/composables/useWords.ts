import { onBeforeUnmount, ref, shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { UnderstoodWords, WordsPreflight } from '@shared/asked-words';
import type { ErrorInfo } from '@shared/errors';
import { request, toErrorInfo } from '@/api';
import { t } from '@/i18n';
import { formatMoney, formatNumber } from '@/i18n/format';
import { capText, inCents } from '@/run-cap';
import { useAskingStore } from '@/stores/asking';
import type { AskedInWords } from '@/stores/insight';
import { useInsightStore } from '@/stores/insight';
import { useModelStore } from '@/stores/model';
import { LatestCall } from './latestCall';
import { confirm } from './useConfirm';

export interface WordsView {
  error: ShallowRef<ErrorInfo | null>;
  /** What it is at; null for nothing. */
  busy: Ref<'counting' | 'asking' | null>;
  /** Tells what it may cost, and asks the model when the user agrees; the question that it chooses is shown. */
  ask: (words: string) => Promise<void>;
  cancel: () => Promise<void>;
}

type Estimate = NonNullable<WordsPreflight['estimate']>;

/** Asks questions in words. */
export function useWords(): WordsView {
  const model = useModelStore();
  const insight = useInsightStore();
  const asking = useAskingStore();
  const error = shallowRef<ErrorInfo | null>(null);
  const busy = ref<'counting' | 'asking' | null>(null);
  const call = new LatestCall();

  async function ask(words: string): Promise<void> {
    if (busy.value !== null) return;
    const isNewest = call.begin();
    [error.value, busy.value, insight.inWords] = [null, 'counting', null];
    try {
      const { estimate, kept, problem } = await request('insight.wordsPreflight', { words });
      if (!isNewest()) return;
      if (problem) error.value = problem;
      if (!estimate) return;
      if (!kept && !(await agrees(estimate, model.view?.settings.model ?? '', isNewest))) return;
      if (!isNewest()) return;
      [busy.value, asking.isAwaited] = ['asking', true];
      const { most, mostTokens } = estimate;
      const cap =
        most === null
          ? { maxCost: null, maxTokens: mostTokens }
          : { maxCost: inCents(most), maxTokens: null };
      const understood = await request('insight.words', { words, ...cap });
      // A kept answer costs nothing, so the user has agreed to no cost of an explanation.
      const explain = kept ? null : leftOf(cap, understood.spent);
      const { question, reason } = understood;
      if (isNewest()) insight.showUnderstood({ words, question, reason, explain });
    } catch (thrown) {
      const info = toErrorInfo(thrown);
      if (isNewest() && info.code !== 'insight.words_cancelled') error.value = info;
    } finally {
      if (isNewest()) {
        if (asking.isAwaited) void asking.dismiss().catch(() => undefined);
        [busy.value, asking.isAwaited] = [null, false];
      }
    }
  }

  // What is asked goes on: it may be paid for already, and AskingLine shows its answer.
  onBeforeUnmount(() => {
    call.cancel();
    asking.isAwaited = false;
  });
  return { error, busy, ask, cancel: asking.cancel };
}

/** What is left of a cap. */
function leftOf(
  { maxCost, maxTokens }: NonNullable<AskedInWords['explain']>,
  { cost, tokens }: UnderstoodWords['spent'],
): AskedInWords['explain'] {
  return {
    maxCost: maxCost === null ? null : maxCost - (cost ?? 0),
    maxTokens: maxTokens === null ? null : maxTokens - tokens,
  };
}

function agrees(estimate: Estimate, model: string, stillAsked: () => boolean): Promise<boolean> {
  const { types, objects, fields, inputTokens, outputTokens, cost, most, mostTokens, currency } = estimate;
  const tokens = formatNumber(inputTokens + outputTokens);
  const of = {
    ...{ types: formatNumber(types), objects: formatNumber(objects), fields: formatNumber(fields) },
    ...{ model, tokens },
  };
  const text =
    cost === null || most === null
      ? t('insight.words.question.tokens', { ...of, most: capText(mostTokens, 'tokens', currency) })
      : t('insight.words.question.money', {
          ...of,
          cost: formatMoney(cost, currency),
          most: capText(most, 'money', currency),
        });
  return confirm({
    title: t('insight.words.label'),
    text,
    yes: t('insight.explain.yes'),
    danger: false,
    stillAsked,
  });
}
