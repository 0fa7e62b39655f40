import { ElMessage } from 'element-plus';
import { readonly, ref } from 'vue';
import type { Ref } from 'vue';
import { toErrorInfo } from '@/api';
import { currentLocale } from '@/i18n';
import { errorText } from '@/i18n/error-text';

export interface Action<A extends unknown[]> {
  /** True while the request is under way; what triggers it is disabled meanwhile. */
  pending: Readonly<Ref<boolean>>;
  /** Does it, unless it is being done already. Tells whether it succeeded; an error has been shown. */
  run: (...args: A) => Promise<boolean>;
}

/** A thing a user can do: never twice at once, and a failure is always said. */
export function useAction<A extends unknown[]>(work: (...args: A) => Promise<unknown>): Action<A> {
  const pending = ref(false);
  async function run(...args: A): Promise<boolean> {
    if (pending.value) return false;
    pending.value = true;
    try {
      await work(...args);
      return true;
    } catch (error) {
      showError(error);
      return false;
    } finally {
      pending.value = false;
    }
  }
  return { pending: readonly(pending), run };
}

/** Says an error in the language in force. */
export function showError(error: unknown): void {
  ElMessage({
    type: 'error',
    message: errorText(toErrorInfo(error), currentLocale()),
    duration: 8000,
    showClose: true,
    grouping: true,
  });
}
