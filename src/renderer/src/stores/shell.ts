import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Events } from '@shared/contract';
import { subscribe } from '@/api';

/** One-shot wishes of the shell, kept until the window can follow them. */
export const useShellStore = defineStore('shell', () => {
  const page = ref<Events['app.navigate']['page'] | null>(null);
  const notices = shallowRef<Events['app.notice'][]>([]);

  /** Main delivers what has waited for this window at its first attach, so this comes before it. */
  function listen(): void {
    subscribe('app.navigate', (wish) => {
      page.value = wish.page;
    });
    subscribe('app.notice', (notice) => {
      notices.value = [...notices.value, notice];
    });
  }

  /** The page the shell wants shown, once. */
  function takePage(): Events['app.navigate']['page'] | null {
    const wish = page.value;
    page.value = null;
    return wish;
  }

  /** The notices not shown yet, once. */
  function takeNotices(): Events['app.notice'][] {
    const waiting = notices.value;
    if (waiting.length > 0) notices.value = [];
    return waiting;
  }

  return { page, notices, listen, takePage, takeNotices };
});
