import { createCodec } from '../page/codec.ts';
import type { FromPage, ToPage } from '../page/preload-world.ts';
import { PRELOAD_WORLD, RECEIVE_FUNCTION, SEND_BINDING, pageScripts } from '../page/scripts.ts';
import type { CdpSession } from './connection.ts';
import type { Protocol } from './protocol.ts';
import { PageView } from './page-view.ts';
import { toFulfilment, toRequest } from './scheme.ts';
import type { SchemeMap } from './scheme.ts';

export type SchemeHandler = (request: Request) => Promise<Response>;

/** What a page needs from the window that it belongs to. URLs are those of the application (`app://…`). */
export interface PageOwner {
  fromPage(message: Exclude<FromPage, { do: 'navigate' }>): void;
  navigated(url: string): void;
  domReady(): void;
  loaded(): void;
  titled(title: string): void;
  crashed(): void;
  /** The page was closed, by the user or by the host. */
  gone(): void;
  /** Whether a navigation that the page itself began may go on. */
  mayNavigate(url: string): boolean;
  /** The page tried to open a window. */
  windowOpened(url: string, frameName: string, features: string): void;
}

export interface PageContext {
  schemes: SchemeMap;
  handler(scheme: string): SchemeHandler | undefined;
  report(problem: string): void;
}

type Paused = Protocol.Fetch.requestPausedPayload;

/** One page of the browser with a preload injected: the body of a BrowserWindow. */
export class HostPage {
  readonly session: CdpSession;
  readonly targetId: string;
  readonly view: PageView;
  private readonly owner: PageOwner;
  private readonly context: PageContext;
  private readonly codec = createCodec();
  /** The preload's world of the document that is shown now. */
  private world: number | undefined;
  private mainFrame = '';
  private url = '';

  constructor(session: CdpSession, targetId: string, owner: PageOwner, context: PageContext) {
    this.session = session;
    this.view = new PageView(session);
    this.targetId = targetId;
    this.owner = owner;
    this.context = context;
  }

  /** Installs everything that has to be there before the first document. */
  async prepare(preloadSource: string): Promise<void> {
    this.listen();
    const { session } = this;
    const scripts = pageScripts(preloadSource);
    const { frameTree } = await session.send('Page.getFrameTree');
    this.mainFrame = frameTree.frame.id;
    await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('DOM.enable'),
      session.send('Debugger.enable', { maxScriptsCacheSize: 0 }),
      session.send('Runtime.addBinding', { name: SEND_BINDING, executionContextName: PRELOAD_WORLD }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.mainWorld }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: scripts.preloadWorld,
        worldName: PRELOAD_WORLD,
      }),
      session.send('Fetch.enable', {
        patterns: this.context.schemes.patterns().map((urlPattern) => ({ urlPattern })),
      }),
      // Popups wait before their first request, so that refusing one leaves no trace.
      session.send('Target.setAutoAttach', {
        autoAttach: true,
        waitForDebuggerOnStart: true,
        flatten: true,
        filter: [{ type: 'page' }, { exclude: true }],
      }),
    ]);
  }

  /** Loads an application URL; rejects with Chromium's error text, e.g. `net::ERR_FAILED`. */
  async navigate(url: string): Promise<void> {
    const { errorText } = await this.session.send('Page.navigate', {
      url: this.context.schemes.toBrowser(url),
    });
    if (errorText !== undefined) throw new Error(errorText);
  }

  /** From now on documents run no scripts of their own. */
  async disableScripts(): Promise<void> {
    await this.session.send('Emulation.setScriptExecutionDisabled', { value: true });
  }

  /** The page as PDF. */
  async printToPdf(options: Protocol.Page.printToPDFParameters): Promise<Buffer> {
    const { data } = await this.session.send('Page.printToPDF', options);
    return Buffer.from(data, 'base64');
  }

  async reload(ignoreCache: boolean): Promise<void> {
    await this.session.tell('Page.reload', { ignoreCache });
  }

  /** Kills the renderer process. */
  crash(): void {
    void this.session.tell('Page.crash');
  }

  async close(): Promise<void> {
    await this.session.tell('Page.close');
  }

  /** Sends to the preload. What cannot be cloned throws; what no document receives is lost, as in Electron. */
  send(message: ToPage): void {
    const text = this.codec.encode(message);
    if (this.world === undefined) return;
    const expression = `${RECEIVE_FUNCTION}(${JSON.stringify(text)})`;
    void this.session.tell('Runtime.evaluate', { expression, contextId: this.world });
  }

  private listen(): void {
    const { session, owner } = this;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = context.auxData as { frameId?: string };
      if (context.name === PRELOAD_WORLD && frameId === this.mainFrame) this.world = context.id;
    });
    session.on('Runtime.executionContextsCleared', () => (this.world = undefined));
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.world) this.world = undefined;
    });
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== SEND_BINDING || executionContextId !== this.world) return;
      const message = this.codec.decode(payload) as FromPage;
      if (message.do === 'navigate')
        void this.onWish(this.context.schemes.toApp(message.url), message.reload);
      else owner.fromPage(message);
    });
    session.on('Page.frameNavigated', ({ frame }) => this.onNavigated(frame));
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.mainFrame) this.setUrl(url);
    });
    session.on('Page.domContentEventFired', () => owner.domReady());
    session.on('Page.loadEventFired', () => void this.onLoaded());
    session.on('Inspector.targetCrashed', () => {
      this.world = undefined;
      owner.crashed();
    });
    session.on('Fetch.requestPaused', (paused) => void this.onRequest(paused));
    session.on('Debugger.paused', (paused) => void this.onPaused(paused));
    session.on('Page.windowOpen', ({ url, windowName, windowFeatures }) =>
      owner.windowOpened(this.context.schemes.toApp(url), windowName, windowFeatures.join(',')),
    );
    session.on('Target.attachedToTarget', ({ targetInfo }) => {
      // The refused tab had come to the front, and a page behind it does not paint.
      void session
        .tell('Target.closeTarget', { targetId: targetInfo.targetId })
        .then(() => session.tell('Page.bringToFront'));
    });
  }

  private onNavigated(frame: Protocol.Page.Frame): void {
    if (frame.parentId !== undefined) return;
    this.mainFrame = frame.id;
    this.setUrl(frame.url + (frame.urlFragment ?? ''));
  }

  private setUrl(url: string): void {
    this.url = this.context.schemes.toApp(url);
    this.owner.navigated(this.url);
  }

  private async onLoaded(): Promise<void> {
    this.owner.loaded();
    const title = await this.session
      .send('Runtime.evaluate', { expression: 'document.title' })
      .catch(() => null);
    if (typeof title?.result.value === 'string') this.owner.titled(title.result.value);
  }

  /** `debugger` in the preload's world requests a path (page/preload-world.ts); one from other code is skipped. */
  private async onPaused({ callFrames }: Protocol.Debugger.pausedPayload): Promise<void> {
    const frame = callFrames[0];
    if (frame?.functionName === 'pathOfFile') {
      const { callFrameId } = frame;
      try {
        const file = await this.session.send('Debugger.evaluateOnCallFrame', {
          callFrameId,
          expression: 'answer.file',
        });
        const { path } = await this.session.send('DOM.getFileInfo', { objectId: file.result.objectId ?? '' });
        const expression = `answer.path = ${JSON.stringify(path)}`;
        await this.session.send('Debugger.evaluateOnCallFrame', { callFrameId, expression });
      } catch (error) {
        this.context.report(`webUtils.getPathForFile: ${String(error)}`);
      }
    }
    await this.session.tell('Debugger.resume');
  }

  private async onWish(url: string, reload: boolean): Promise<void> {
    if (!this.owner.mayNavigate(url)) return;
    if (reload) await this.reload(false);
    else await this.navigate(url).catch((error: unknown) => this.context.report(`${url}: ${String(error)}`));
  }

  private async onRequest({ requestId, request }: Paused): Promise<void> {
    const url = this.context.schemes.toApp(request.url);
    const handler = this.context.handler(url.slice(0, url.indexOf(':')));
    try {
      if (!handler) throw new Error('there is no protocol.handle for this scheme');
      const response = await handler(toRequest(url, request));
      const fulfilment = await toFulfilment(response, this.context.schemes);
      await this.session.tell('Fetch.fulfillRequest', { requestId, ...fulfilment });
    } catch (error) {
      this.context.report(`protocol.handle failed for ${url}: ${String(error)}`);
      await this.session.tell('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    }
  }
}
