import { describe, expect, test } from 'vitest';
import { decideClose } from '../../../src/main/lifecycle/close-policy.ts';
import type { CloseSituation } from '../../../src/main/lifecycle/close-policy.ts';
import { CrashLimiter } from '../../../src/main/lifecycle/crash-limiter.ts';
import { QuitPolicy } from '../../../src/main/lifecycle/quit-policy.ts';
import type { QuitAnswer, QuitPolicyOptions } from '../../../src/main/lifecycle/quit-policy.ts';
import { RecordingLog } from './fakes.ts';

function setUp(overrides: Partial<QuitPolicyOptions> = {}): {
  quit: QuitPolicy;
  did: string[];
  answer: (answer: QuitAnswer) => void;
  timeOut: () => void;
  log: RecordingLog;
} {
  const did: string[] = [];
  const log = new RecordingLog();
  let answer: (answer: QuitAnswer) => void = () => undefined;
  let timeOut: () => void = () => undefined;
  const quit = new QuitPolicy({
    activeWork: () => 'run',
    confirm: (work) => {
      did.push(`ask ${work}`);
      return new Promise((resolve) => (answer = resolve));
    },
    focusQuestion: () => did.push('focus'),
    keepRunning: () => did.push('keep'),
    shutdown: async () => void did.push('shutdown'),
    lastStep: () => false,
    exit: () => did.push('exit'),
    kill: () => did.push('kill'),
    wait: () => new Promise((resolve) => (timeOut = () => resolve())),
    log,
    ...overrides,
  });
  return { quit, did, log, answer: (value) => answer(value), timeOut: () => timeOut() };
}

describe('quitting', () => {
  test('without work it asks nothing', async () => {
    const { quit, did } = setUp({ activeWork: () => null });
    await quit.request();
    expect(did).toEqual(['shutdown', 'exit']);
  });

  test.each([
    ['cancel', ['ask run'], 'idle'],
    ['keep', ['ask run', 'keep'], 'idle'],
    ['quit', ['ask run', 'shutdown', 'exit'], 'shutting-down'],
  ] as const)('with work it asks; the answer %s', async (choice, expected, state) => {
    const { quit, did, answer } = setUp();
    const done = quit.request();
    expect(quit.state).toBe('confirming');
    answer(choice);
    await done;
    expect(did).toEqual(expected);
    expect(quit.state).toBe(state);
  });

  test('after a cancelled quit the next one asks again', async () => {
    const { quit, did, answer } = setUp();
    for (let n = 0; n < 2; n += 1) {
      const done = quit.request();
      answer('cancel');
      await done;
    }
    expect(did).toEqual(['ask run', 'ask run']);
  });

  test('a second quit while the question is open brings it to the front', async () => {
    const { quit, did, answer } = setUp();
    const done = quit.request();
    await quit.request();
    answer('quit');
    await done;
    await quit.request();
    expect(did).toEqual(['ask run', 'focus', 'shutdown', 'exit']);
  });

  test('the end of the session asks nothing, also while the question is open', async () => {
    const { quit, did, answer } = setUp();
    const question = quit.request();
    await quit.requestNow();
    answer('cancel');
    await question;
    await quit.requestNow();
    expect(did).toEqual(['ask run', 'shutdown', 'exit']);
    expect(quit.state).toBe('shutting-down');
  });

  test('a workspace that does not close in time does not hold it up: the process is killed', async () => {
    const { quit, did, timeOut, log } = setUp({
      activeWork: () => null,
      shutdown: () => new Promise(() => undefined),
    });
    const done = quit.request();
    await Promise.resolve();
    await Promise.resolve();
    timeOut();
    await done;
    expect(did).toEqual(['kill']);
    expect(log.lines).toEqual([expect.stringContaining('not closed in time')]);
  });

  test('the last step comes when the workspace is closed, and its failure holds nothing up', async () => {
    const steps: string[] = [];
    const did = setUp({
      activeWork: () => null,
      shutdown: async () => void steps.push('shutdown'),
      lastStep: () => {
        steps.push('last step');
        return fail();
      },
      exit: () => steps.push('exit'),
    });
    await did.quit.requestNow();
    expect(steps).toEqual(['shutdown', 'last step', 'exit']);
    expect(did.log.lines).toEqual([expect.stringContaining('last step')]);
  });

  test('an updater that ends the process gets the time for it, and then the process exits all the same', async () => {
    const { quit, did, timeOut } = setUp({ activeWork: () => null, lastStep: () => true });
    const done = quit.requestNow();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(did).toEqual(['shutdown']);
    timeOut();
    await done;
    expect(did).toEqual(['shutdown', 'exit']);
  });

  test('an exit that fails ends with a kill', async () => {
    const { quit, did } = setUp({ activeWork: () => null, exit: () => fail() });
    await quit.request();
    expect(did).toEqual(['shutdown', 'kill']);
  });

  test.each([
    ['finding out what is going on', { activeWork: () => fail() }],
    ['the question', { confirm: () => Promise.reject(new Error('no dialog')) }],
    [
      'closing the workspace',
      { activeWork: () => null, shutdown: () => Promise.reject(new Error('locked')) },
    ],
    ['reaching the engine', { activeWork: () => null, shutdown: () => fail() }],
    ['staying in the tray', { confirm: () => Promise.resolve('keep'), keepRunning: () => fail() }],
  ] as [string, Partial<QuitPolicyOptions>][])('quits although %s fails', async (_what, overrides) => {
    const { quit, did } = setUp(overrides);
    await quit.request();
    expect(did.at(-1)).toBe('exit');
  });

  test('a question that cannot be brought to the front stays answerable', async () => {
    const { quit, did, answer } = setUp({ focusQuestion: () => fail() });
    const done = quit.request();
    await quit.request();
    answer('cancel');
    await done;
    expect(did).toEqual(['ask run']);
  });
});

function fail(): never {
  throw new Error('broken');
}

describe('closing a window', () => {
  const situation: CloseSituation = {
    isLast: true,
    closeBehaviour: 'tray-while-running',
    working: true,
    quitting: false,
    hintShown: false,
    hasTray: true,
  };

  test.each([
    ['the last one, work going on, first time', {}, { action: 'keep', hint: true }],
    ['the last one, work going on, told before', { hintShown: true }, { action: 'keep', hint: false }],
    ['the last one, nothing going on', { working: false }, { action: 'quit' }],
    ['not the last one', { isLast: false }, { action: 'close' }],
    ['while quitting', { quitting: true }, { action: 'close' }],
    [
      'always in the tray',
      { closeBehaviour: 'always-tray', working: false },
      { action: 'keep', hint: false },
    ],
    ['always in the tray, work going on', { closeBehaviour: 'always-tray' }, { action: 'keep', hint: true }],
    ['no tray to stay in: the question whether to quit', { hasTray: false }, { action: 'quit' }],
    [
      'always in a tray that is not there',
      { closeBehaviour: 'always-tray', hasTray: false },
      { action: 'quit' },
    ],
    ['closing means quitting', { closeBehaviour: 'quit' }, { action: 'quit' }],
  ] as [string, Partial<CloseSituation>, object][])('%s', (_case, change, expected) => {
    expect(decideClose({ ...situation, ...change })).toEqual(expected);
  });
});

test('what keeps dying is started again three times a minute, and again when the minute is over', () => {
  let now = 0;
  const limiter = new CrashLimiter(3, 60_000, () => now);
  const crash = (at: number): boolean => {
    now = at;
    return limiter.mayRestart();
  };
  expect([0, 10, 20, 30].map(crash)).toEqual([true, true, true, false]);
  expect(crash(70_000)).toBe(true);
  expect([70_001, 70_002, 70_003].map(crash)).toEqual([true, true, false]);
  limiter.reset();
  expect(crash(70_004)).toBe(true);
});
