import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Report, ReportChange } from '@shared/report';
import { request, subscribe } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** The report of the workspace, as every window sees it. */
export const useReportStore = defineStore('report', () => {
  const report = shallowRef<Report | null>(null);
  const call = new LatestCall();
  let unsubscribe: (() => void) | null = null;

  async function take(next: Promise<Report>): Promise<void> {
    const isNewest = call.begin();
    const got = await next;
    if (isNewest()) report.value = got;
  }

  async function load(): Promise<void> {
    unsubscribe ??= subscribe('insight.savedChanged', () => void load().catch(() => undefined));
    await take(request('insight.report'));
  }

  /** Rejects with insight.… */
  const change = (wanted: ReportChange): Promise<void> => take(request('insight.changeReport', wanted));
  /** Computes all figures of the data as they are now. */
  const compute = (): Promise<void> => take(request('insight.computeReport'));

  return { report, load, change, compute };
});
