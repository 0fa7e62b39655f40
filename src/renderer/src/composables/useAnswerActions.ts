import { ElMessage } from 'element-plus';
import type { InsightFormat } from '@shared/insight-formats';
import type { Question } from '@shared/insight';
import { t } from '@/i18n';
import { useInsightStore } from '@/stores/insight';
import { useReportStore } from '@/stores/report';
import { useAction } from './useAction';
import type { Action } from './useAction';

/** What can be done with an answer that is shown, by its question with what its pictures show. */
export interface AnswerActions {
  /** Puts it into the report under a title. */
  addToReport: Action<[title: string, question: Question]>;
  /** Asks where to save it, and says where it is. */
  save: Action<[question: Question, format: InsightFormat]>;
}

/** The buttons of an answer. */
export function useAnswerActions(): AnswerActions {
  const store = useInsightStore();
  const report = useReportStore();
  return {
    addToReport: useAction(async (title, question) => {
      await report.change({ do: 'add', title, question });
      ElMessage({ type: 'success', message: t('insight.report.added') });
    }),
    save: useAction(async (question, format) => {
      const saved = await store.save(question, format);
      if (!saved) return;
      const { path, lacksChineseFont } = saved;
      if (lacksChineseFont)
        ElMessage({ type: 'warning', message: t('insight.save.noFont', { path }), duration: 12_000 });
      else ElMessage({ type: 'success', message: t('insight.save.done', { path }), duration: 6000 });
    }),
  };
}
