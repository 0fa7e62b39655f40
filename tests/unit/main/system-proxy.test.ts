import { describe, expect, it } from 'vitest';
import { proxyOfAnswer, systemProxy } from '../../../src/main/network/system-proxy.ts';
import { ManualScheduler, RecordingLog } from './fakes.ts';

describe('the proxy of the system', () => {
  it.each([
    ['DIRECT', null],
    ['', null],
    ['PROXY proxy.example:8080', 'http://proxy.example:8080'],
    ['HTTPS secure.example:443; DIRECT', 'https://secure.example:443'],
    ['SOCKS5 socks.example:1080;PROXY proxy.example:8080', 'socks5://socks.example:1080'],
    ['SOCKS old.example:1080; PROXY proxy.example:8080', 'http://proxy.example:8080'],
    ['SOCKS old.example:1080', null],
    ['DIRECT; PROXY proxy.example:8080', null],
    ['proxy [::1]:3128', 'http://[::1]:3128'],
    ['PROXY', null],
    ['nonsense', null],
  ])('of the answer %j is %s', (answer, expected) => expect(proxyOfAnswer(answer)).toBe(expected));

  it('is none where the system does not answer in time, or fails', async () => {
    const scheduler = new ManualScheduler();
    const log = new RecordingLog();
    const silent = systemProxy({ resolve: () => new Promise(() => undefined), scheduler, log });
    const asked = silent('https://api.example');
    scheduler.advance(5_000);
    expect(await asked).toBeNull();
    const broken = systemProxy({ resolve: () => Promise.reject(new Error('no')), scheduler, log });
    expect(await broken('https://api.example')).toBeNull();
    expect(log.lines).toHaveLength(2);
    expect(scheduler.waiting).toBe(0);
  });
});
