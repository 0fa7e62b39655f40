import { useTitle } from '@vueuse/core';
import { useRoute } from 'vue-router';
import { t } from '@/i18n';
import { PAGES } from '@/router';

/** Keeps the title of the document at the page shown, in the language in force. */
export function useDocumentTitle(): void {
  const route = useRoute();
  useTitle(() => {
    const page = PAGES.find((name) => name === route.name);
    return page ? `${t(`nav.${page}`)} · ${t('app.name')}` : t('app.name');
  });
}
