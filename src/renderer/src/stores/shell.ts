import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Events, ShellCommand } from '@shared/contract';
import type { InductionKind } from '@shared/induction';
import { subscribe } from '@/api';

/** So many commands are said to be recent. */
const MOST_RECENT = 5;

/** One-shot requests of the shell, kept until the window can handle them. */
export const useShellStore = defineStore('shell', () => {
  const page = shallowRef<Events['app.navigate'] | null>(null);
  const command = shallowRef<ShellCommand | null>(null);
  /** The dialog over all pages that is open. */
  const dialog = ref<'palette' | 'shortcuts' | null>(null);
  /** A user whose drawer is to be shown, wherever the window is. */
  const user = ref<string | null>(null);
  /** The dialog that starts a run is to be opened by the page that has it. */
  const wantsRun = ref(false);
  /** The dialog before an induction of this kind is to be opened by the page that has it. */
  const wantsInduction = ref<InductionKind | null>(null);
  /** The ids of the commands that were used, the latest first, while the window is open. */
  const recentCommands = ref<string[]>([]);
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

  /** Has a command carried out as if the application menu had sent it. */
  function order(wish: ShellCommand): void {
    command.value = wish;
  }

  function show(which: 'palette' | 'shortcuts'): void {
    dialog.value = which;
  }

  function showUser(userId: string): void {
    user.value = userId;
  }

  function remember(id: string): void {
    recentCommands.value = [id, ...recentCommands.value.filter((each) => each !== id)].slice(0, MOST_RECENT);
  }

  return {
    ...{ page, command, notices, dialog, user, wantsRun, wantsInduction, recentCommands },
    ...{ listen, takePage, takeCommand, takeNotices, order, show, showUser, remember },
  };
});
