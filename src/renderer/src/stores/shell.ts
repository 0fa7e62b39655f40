import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Events, ShellCommand } from '@shared/contract';
import { subscribe } from '@/api';

/** One-shot requests of the shell, kept until the window can handle them. */
export const useShellStore = defineStore('shell', () => {
  const page = shallowRef<Events['app.navigate'] | null>(null);
  const command = shallowRef<ShellCommand | null>(null);
  const notices = shallowRef<Events['app.notice'][]>([]);

  /** Subscribes. Must be called before the first attach, at which main delivers what is waiting for this window. */
  function listen(): void {
    subscribe('app.navigate', (wish) => {
      page.value = wish;
    });
    subscribe('app.command', (wish) => {
      command.value = wish;
    });
    subscribe('app.notice', (notice) => {
      notices.value = [...notices.value, notice];
    });
  }

  /** Returns the page that the shell wants shown, once; then null. */
  function takePage(): Events['app.navigate'] | null {
    const wish = page.value;
    page.value = null;
    return wish;
  }

  /** Returns the command of the menu that is to be carried out, once; then null. */
  function takeCommand(): ShellCommand | null {
    const wish = command.value;
    command.value = null;
    return wish;
  }

  /** Returns the notices that have not been shown, each once. */
  function takeNotices(): Events['app.notice'][] {
    const waiting = notices.value;
    if (waiting.length > 0) notices.value = [];
    return waiting;
  }

  return { page, command, notices, listen, takePage, takeCommand, takeNotices };
});
