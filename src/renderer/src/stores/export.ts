import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { EXPORT_CARRIES } from '@shared/export-formats';
import type { ExportFormat, ExportWhat } from '@shared/export-formats';
import { isFiner } from '@shared/abstraction';
import type { Detail } from '@shared/abstraction';
import type { ExportBasis, ExportSnapshot } from '@shared/export';
import { request, subscribe } from '@/api';

/** The latest snapshot of the export, a cache of main's state; and the dialog that starts one and shows it. */
export const useExportStore = defineStore('export', () => {
  const snapshot = shallowRef<ExportSnapshot | null>(null);
  const open = ref(false);
  const what = ref<ExportWhat>('events');
  const format = ref<ExportFormat>('csv');
  /** What the workspace has to export; null while that is loaded. */
  const basis = shallowRef<ExportBasis | null>(null);
  /** Null: that of the log. */
  const timeZone = ref<string | null>(null);
  /** Null: as the events are stored. */
  const detail = ref<Detail | null>(null);
  let unsubscribe: (() => void) | null = null;

  function accept(next: ExportSnapshot): void {
    if (snapshot.value && next.revision < snapshot.value.revision) return;
    snapshot.value = next;
  }

  /** Follows exports. `fresh`: another workspace is open, so the known snapshot is dropped. */
  async function attach(fresh = false): Promise<void> {
    unsubscribe ??= subscribe('export.snapshot', accept);
    if (fresh) [snapshot.value, open.value] = [null, false];
    accept(await request('export.attach'));
  }

  const status = computed(() => snapshot.value?.status ?? 'idle');
  const active = computed(() => status.value === 'running');
  /** How the last export ended, until that is put away. */
  const ended = computed(() => (status.value === 'idle' || active.value ? null : snapshot.value));

  /** Opens the dialog, with what was exported last; `wanted`: what the page that asks is about. */
  async function ask(wanted?: ExportWhat): Promise<void> {
    // An export that goes on, or how it ended, is shown first.
    if (status.value === 'idle') await offer(wanted);
    open.value = true;
  }

  async function offer(wanted?: ExportWhat): Promise<void> {
    const { last, ...found } = await request('export.offer');
    [basis.value, timeZone.value, detail.value] = [found, null, null];
    choose({ what: wanted ?? last?.what ?? 'events', format: last?.format ?? 'csv' });
  }

  /** Chooses what to export, or a format; the format gives way where it cannot carry what is chosen. */
  function choose(change: { what?: ExportWhat; format?: ExportFormat }): void {
    what.value = change.what ?? what.value;
    format.value = change.format ?? format.value;
    if (!EXPORT_CARRIES[format.value].includes(what.value)) format.value = 'csv';
  }

  /** What is chosen of the detail; null for users, and without events. `stored`: as they are, of which there is more than one detail. */
  const detailChoice = computed<Detail | 'stored' | null>(() => {
    const [first, second] = what.value === 'users' ? [] : (basis.value?.details ?? []);
    return first ? (detail.value ?? (second ? 'stored' : first.detail)) : null;
  });
  /** For how many users events are computed at the chosen detail: by the rules, or of those of a model. */
  const computedUsers = computed(() => {
    const wanted = what.value === 'users' ? null : detail.value;
    const others = (basis.value?.details ?? []).filter(
      (stored) => wanted !== null && stored.detail !== wanted,
    );
    const users = others.reduce((sum, stored) => sum + stored.users, 0);
    const byModel = others.reduce((sum, stored) => sum + stored.byModel, 0);
    return { byRules: users - byModel, byModel };
  });
  /** The stored events of a model that are coarser than the chosen detail: such an export needs a new abstraction first. */
  const outOfReach = computed(() => {
    const wanted = what.value === 'users' ? null : detail.value;
    if (wanted === null) return null;
    return (
      basis.value?.details.find((stored) => stored.byModel > 0 && isFiner(wanted, stored.detail)) ?? null
    );
  });

  /** Asks for a place and starts; nothing happens when the user closes that dialog. */
  async function start(): Promise<void> {
    const started = await request('export.start', {
      ...{ what: what.value, format: format.value },
      ...(timeZone.value === null ? {} : { timeZone: timeZone.value }),
      ...(detail.value === null || what.value === 'users' ? {} : { detail: detail.value }),
    });
    if (started) accept(started);
  }
  const cancel = async (): Promise<void> => accept(await request('export.cancel'));
  const dismiss = async (): Promise<void> => accept(await request('export.dismiss'));
  /** Puts away how an export ended, and offers another one. */
  async function again(): Promise<void> {
    await offer();
    await dismiss();
  }
  const reveal = (): Promise<null> => request('export.reveal');

  return {
    ...{
      snapshot,
      status,
      active,
      ended,
      open,
      what,
      format,
      basis,
      timeZone,
      detail,
      detailChoice,
      computedUsers,
      outOfReach,
    },
    ...{ attach, ask, choose, start, cancel, dismiss, again, reveal },
  };
});
