import type { Chromium } from './browser/chromium.ts';
import { HostPage } from './browser/page.ts';
import type { PageOwner } from './browser/page.ts';
import { host, runningChromium } from './host.ts';
import { theme } from './api/native-theme.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Opens a page in a window of its own, with everything installed that a document needs. */
export async function openPage(bounds: Bounds, preloadSource: string, owner: PageOwner): Promise<HostPage> {
  const chromium = runningChromium();
  const { connection } = chromium;
  const targetId = await (host.shown ? chromium.openAppWindow() : openHeadless(chromium, bounds));
  const session = await connection.attach(targetId);
  const page = new HostPage(session, targetId, owner, {
    schemes: host.schemes,
    handler: (scheme) => host.handlers.get(scheme),
    report: (problem) => host.report(problem),
  });
  const stopFollowing = followTheme(page);
  chromium.whenGone(targetId, () => {
    stopFollowing();
    owner.gone();
  });
  await page.prepare(preloadSource);
  await page.view.setBounds(bounds);
  if (!host.shown) await page.view.emulateFocus();
  return page;
}

async function openHeadless(chromium: Chromium, { x, y, width, height }: Bounds): Promise<string> {
  const { connection, contextId } = chromium;
  const { targetId } = await connection.browser.send('Target.createTarget', {
    url: 'about:blank',
    newWindow: true,
    ...{ left: x, top: y, width, height },
    ...(contextId === undefined ? {} : { browserContextId: contextId }),
  });
  return targetId;
}

/** Keeps `prefers-color-scheme` of a page equal to `nativeTheme`; returns the function that stops this. */
function followTheme(page: HostPage): () => void {
  // For a user "system" is left to the system, and the page reports its value.
  const apply = async (): Promise<void> => {
    const leftToSystem = host.forPerson && theme.themeSource === 'system';
    await page.view.emulateDark(leftToSystem ? undefined : theme.shouldUseDarkColors);
    if (leftToSystem) theme.setSystemDark(await page.view.isDark());
  };
  const onUpdated = (): void => void apply();
  theme.on('updated', onUpdated);
  onUpdated();
  return () => theme.off('updated', onUpdated);
}
