import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { CDPSession, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Lists that Element Plus opens are appended to the body, outside of all landmarks: a recommendation, and not ours to follow. */
const TOLERATED = { region: { enabled: false } };

/** A rule that a page breaks, and where. */
export interface Violation {
  /** Name of the rule, see https://dequeuniversity.com/rules/axe. */
  rule: string;
  impact: string;
  /** The elements, as selectors, each with what is wrong with it. */
  where: string[];
}

/** The DevTools session of a page: its isolated world, and axe in it, are there as long as the document. */
const sessions = new WeakMap<Page, Promise<CDPSession>>();

/**
 * What axe-core finds wrong on the page as it is shown. It runs in an isolated world, through the DevTools protocol: the
 * page's content security policy forbids scripts from elsewhere, and the page must not see a global `axe`.
 */
export async function violations(page: Page): Promise<Violation[]> {
  const opening = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, opening);
  const session = await opening;
  const { frameTree } = await session.send('Page.getFrameTree');
  // The same world again, unless there is another document.
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  });
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      ...{ expression, contextId, awaitPromise: true, returnByValue: true },
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  if ((await evaluate('typeof axe')) === 'undefined') await evaluate(`${AXE};void 0`);
  const found = (await evaluate(
    `axe.run(${JSON.stringify({ resultTypes: ['violations'], rules: TOLERATED })})`,
  )) as AxeResults;
  return found.violations.map(({ id, impact, nodes }) => ({
    rule: id,
    impact: impact ?? 'unknown',
    where: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
  }));
}
