import { questionParts, sideNames } from '@shared/drawing/question-text';
import type { Question } from '@shared/insight';
import { matchText } from '@shared/insight-table';
import { currentLocale, t } from '@/i18n';

/** A question in a line: its analysis, its events, and what it is restricted to. */
export function questionWords(question: Question, nameOf: (type: string) => string): string {
  const parts = [t(`insight.tabs.${question.analysis}`)];
  if (question.analysis === 'funnel') {
    parts.push(question.steps.map((step) => matchText(step, nameOf)).join(' → '));
    if (question.order === 'strict' || question.order === 'any')
      parts.push(t(`insight.funnel.orders.${question.order}`));
    if (typeof question.by === 'string') parts.push(t('insight.words.by', { field: question.by }));
  }
  if (question.analysis === 'evolution' && question.view?.target !== undefined)
    parts.push(nameOf(question.view.target));
  parts.push(...questionParts(question, { locale: currentLocale(), nameOf }));
  const compare = 'compare' in question ? question.compare : undefined;
  if (typeof compare === 'object' && 'converted' in compare)
    parts.push(t('insight.words.converted', { event: matchText(compare.converted, nameOf) }));
  else if (compare !== undefined)
    parts.push(
      t('insight.words.beside', { side: sideNames(question, { locale: currentLocale(), nameOf }).other }),
    );
  return parts.join(' · ');
}
