import type { BrowserContext, Page } from 'playwright-core';
import { until } from './app-under-test.ts';

/** Finds the Playwright page of a DevTools target. */
export class Pages {
  private readonly known = new Map<string, Page>();
  private readonly targets = new WeakMap<Page, string>();

  /** Waits until Playwright has seen the target, so many seconds at the most. */
  find(context: BrowserContext, targetId: string, seconds?: number): Promise<Page> {
    const known = this.known.get(targetId);
    if (known) return Promise.resolve(known);
    const look = async (): Promise<Page | undefined> => {
      for (const page of context.pages()) {
        if ((await this.targetOf(context, page)) !== targetId) continue;
        this.known.set(targetId, page);
        return page;
      }
      return undefined;
    };
    return until(`the page of target ${targetId}`, look, seconds);
  }

  forget(targetId: string): void {
    this.known.delete(targetId);
  }

  private async targetOf(context: BrowserContext, page: Page): Promise<string | undefined> {
    const known = this.targets.get(page);
    if (known !== undefined) return known;
    try {
      const session = await context.newCDPSession(page);
      const { targetInfo } = await session.send('Target.getTargetInfo');
      await session.detach();
      this.targets.set(page, targetInfo.targetId);
      return targetInfo.targetId;
    } catch {
      // The page was closed meanwhile.
      return undefined;
    }
  }
}
