import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { requestOfArguments, requestOfLink } from '../../../src/main/open/open-request.ts';
import { OpenRequests } from '../../../src/main/open/open-requests.ts';
import type { OpenTarget } from '../../../src/main/open/open-requests.ts';

const REFUSED = { from: 'link', path: null };
const W = resolve('/data/w.eventloom');
const linkTo = (path: string): string => `eventloom://open?path=${encodeURIComponent(path)}`;

describe('a link', () => {
  it('names a workspace by its absolute path', () => {
    expect(requestOfLink(linkTo(W))).toEqual({ from: 'link', path: W });
    const chinese = resolve('/data/春 1.eventloom');
    expect(requestOfLink(`EventLoom://open/?path=${encodeURIComponent(chinese)}`)).toEqual({
      from: 'link',
      path: chinese,
    });
    expect(requestOfLink(linkTo('/data/x/../w.eventloom'))).toEqual({ from: 'link', path: W });
  });

  it.each([
    ['eventloom://open'],
    ['eventloom://open?path='],
    ['eventloom://open?path=w.eventloom'],
    ['eventloom://open?path=../w.eventloom'],
    ['eventloom://open?path=%2Fetc%2Fpasswd'],
    ['eventloom://open?path=%2Fdata%2Fw.eventloom%00.csv'],
    ['eventloom://open?path=%2Fdata%2F%0Aw.eventloom'],
    ['eventloom://open?path=%2F%2Fserver%2Fshare%2Fw.eventloom'],
    ['eventloom://open?path=%5C%5Cserver%5Cshare%5Cw.eventloom'],
    [`eventloom://open?path=${encodeURIComponent(`/${'a'.repeat(5000)}.eventloom`)}`],
    [`${linkTo(W)}&path=%2Fb.eventloom`],
    ['eventloom://delete?path=%2Fdata%2Fw.eventloom'],
    ['eventloom://open/more?path=%2Fdata%2Fw.eventloom'],
    ['https://open?path=%2Fdata%2Fw.eventloom'],
    ['eventloom:'],
    ['no link'],
  ])('%s is refused', (link) => {
    expect(requestOfLink(link)).toEqual(REFUSED);
  });
});

describe('arguments', () => {
  it('name a workspace, relative to the folder of the start, or a link', () => {
    expect(requestOfArguments(['.', '--flag', 'w.eventloom'], '/data')).toEqual({ from: 'file', path: W });
    expect(requestOfArguments(['/old/w.db'], '/data')).toEqual({ from: 'file', path: resolve('/old/w.db') });
    expect(requestOfArguments([linkTo(W)], '/data')).toEqual({ from: 'link', path: W });
    // What a link smuggles in as another argument counts for nothing.
    expect(requestOfArguments(['eventloom://open?path=x', 'w.eventloom'], '/data')).toEqual(REFUSED);
  });

  it.each([[[]], [['.']], [['--user-data-dir=/x.eventloom']], [['behaviors.csv']]])(
    '%j name nothing to open',
    (args) => {
      expect(requestOfArguments(args, '/data')).toBeNull();
    },
  );
});

describe('requests to open a workspace', () => {
  let calls: string[] = [];
  let failure: AppError | null = null;
  const current = { path: resolve('/data/last.eventloom'), open: true, recent: [W] };
  const target = {
    state: () => ({ ...current, error: null, rescued: null, fileTask: null }),
    open: (path: string) => {
      calls.push(`open ${path}`);
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
    openLast: () => Promise.resolve(void calls.push('last')),
    show: () => void calls.push('show'),
    notice: ({ code }) => void calls.push(code),
  } satisfies OpenTarget;

  beforeEach(() => {
    calls = [];
    failure = null;
  });

  it('open the workspace of last time when there are none', async () => {
    await new OpenRequests().connect(target);
    expect(calls).toEqual(['last']);
  });

  it('wait for the shell, and the newest one wins', async () => {
    const requests = new OpenRequests();
    requests.ask({ from: 'file', path: '/other.eventloom' });
    requests.ask({ from: 'file', path: W });
    await requests.connect(target);
    expect(calls).toEqual(['show', `open ${W}`]);
  });

  it('open what a file names while the application runs, and say why not', async () => {
    const requests = new OpenRequests();
    await requests.connect(target);
    failure = new AppError('workspace.busy');
    requests.ask({ from: 'file', path: '/new.eventloom' });
    await expect.poll(() => calls).toEqual(['last', 'show', 'open /new.eventloom', 'workspace.busy']);
  });

  it('only bring the window back for the workspace that is open', async () => {
    const requests = new OpenRequests();
    await requests.connect(target);
    requests.ask({ from: 'file', path: current.path });
    await expect.poll(() => calls).toEqual(['last', 'show']);
  });

  it('follow a link only to a workspace that was opened before', async () => {
    const requests = new OpenRequests();
    requests.ask({ from: 'link', path: '/stranger.eventloom' });
    await requests.connect(target);
    expect(calls).toEqual(['show', 'app.link_refused', 'last']);
    requests.ask({ from: 'link', path: W });
    await expect.poll(() => calls).toContain(`open ${W}`);
    requests.ask({ from: 'link', path: null });
    await expect.poll(() => calls.filter((call) => call === 'app.link_refused')).toHaveLength(2);
  });
});
