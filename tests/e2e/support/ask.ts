import type { Page } from 'playwright-core';
import type { Replies, RequestInput, Route } from '../../../src/shared/contract.ts';

/** Asks main as the pages do. Rejects with the code of an error. */
export function ask<R extends Route>(page: Page, route: R, input?: RequestInput<R>): Promise<Replies[R]> {
  return page.evaluate(
    async ([where, what]) => {
      const reply = await window.eventloom.request(where as 'run.attach', what as undefined);
      if (!reply.ok) throw new Error(reply.error.code);
      return 'json' in reply ? (JSON.parse(reply.json) as unknown) : reply.data;
    },
    [route, input] as const,
  ) as Promise<Replies[R]>;
}
