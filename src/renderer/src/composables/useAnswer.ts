import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { Analysis, InsightAnswer, InsightResult, QuestionOf, ResultOf } from '@shared/insight';
import { request, toErrorInfo } from '@/api';
import { LatestCall } from './latestCall';
import { useLiveReload } from './useLiveReload';

export interface AnswerView<A extends Analysis> {
  /** The question that `result` answers, with it; null until the first answer. */
  answer: ShallowRef<{
    question: QuestionOf<A>;
    result: ResultOf<A> & Pick<InsightAnswer, 'data' | 'comparison'>;
  } | null>;
  error: ShallowRef<ErrorInfo | null>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/**
 * The answer to a question, and again whenever the question or the data change; null asks nothing. The answer of before stays until the next one is
 * there.
 */
export function useAnswer<A extends Analysis>(question: () => QuestionOf<A> | null): AnswerView<A> {
  const answer: AnswerView<A>['answer'] = shallowRef(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const loading = ref(false);
  const call = new LatestCall();

  async function reload(): Promise<void> {
    const asked = question();
    const isNewest = call.begin();
    if (asked === null) {
      [answer.value, error.value, loading.value] = [null, null, false];
      return;
    }
    loading.value = true;
    try {
      const result = (await request('insight.ask', asked)) as InsightResult as ResultOf<A> &
        Pick<InsightAnswer, 'data'>;
      if (isNewest()) [answer.value, error.value] = [{ question: asked, result }, null];
    } catch (thrown) {
      if (isNewest()) error.value = toErrorInfo(thrown);
    } finally {
      if (isNewest()) loading.value = false;
    }
  }

  // By its text: a question that is made anew and says the same is the same.
  watch(() => JSON.stringify(question()), reload, { immediate: true });
  // While a run makes progress, all events would be read anew every second.
  useLiveReload(reload, { progress: false });
  onBeforeUnmount(() => call.cancel());
  return { answer, error, loading, reload };
}
