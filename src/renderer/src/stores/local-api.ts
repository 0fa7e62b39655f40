import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { ApiChange, ApiSettingsPatch, ApiView } from '@shared/local-api';
import { request, subscribe } from '@/api';

/** The local API, whichever window changed it. A token stays in the window that had it made, until it is closed. */
export const useLocalApiStore = defineStore('localApi', () => {
  const view = shallowRef<ApiView | null>(null);
  /** The token that was made in this window; null once the user has put it away. */
  const token = shallowRef<string | null>(null);
  let unsubscribe: (() => void) | null = null;

  /** Every change arrives twice in the window that made it, as an answer and as a push. */
  function accept(next: ApiView): void {
    if (next.revision >= (view.value?.revision ?? -1)) view.value = next;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('api.changed', accept);
    accept(await request('api.get'));
  }

  async function take(answer: Promise<ApiChange>): Promise<void> {
    const change = await answer;
    accept(change.view);
    if (change.token !== null) token.value = change.token;
  }

  const change = (patch: ApiSettingsPatch): Promise<void> => take(request('api.set', patch));
  const renewToken = (): Promise<void> => take(request('api.renewToken'));
  const forgetToken = (): void => {
    token.value = null;
  };

  return { view, token, load, change, renewToken, forgetToken };
});
