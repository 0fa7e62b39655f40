// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useThrottle } from '@/composables/useThrottle';
import { mountComposable, unmountAll } from './support/mount';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  unmountAll();
  vi.useRealTimers();
});

describe('useThrottle', () => {
  test('runs immediately after a quiet time, then at most once in the given time', async () => {
    const work = vi.fn(() => Promise.resolve());
    const { result: request } = mountComposable(() => useThrottle(work, 1000));
    request();
    await vi.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(1);
    for (let call = 0; call < 5; call++) request();
    await vi.advanceTimersByTimeAsync(999);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('never runs twice at once, and runs once more for calls made meanwhile', async () => {
    const ends: (() => void)[] = [];
    const work = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const { result: request } = mountComposable(() => useThrottle(work, 100));
    request();
    await vi.advanceTimersByTimeAsync(0);
    request();
    request();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(2);
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('passes an error on and goes on working', async () => {
    const failure = new Error('no answer');
    const work = vi.fn(() => Promise.reject(failure));
    const onError = vi.fn();
    const { result: request } = mountComposable(() => useThrottle(work, 100, onError));
    request();
    await vi.advanceTimersByTimeAsync(0);
    expect(onError).toHaveBeenCalledWith(failure);
    request();
    await vi.advanceTimersByTimeAsync(100);
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('does nothing once its component is gone', async () => {
    const work = vi.fn(() => Promise.reject(new Error('late')));
    const onError = vi.fn();
    const { result: request, unmount } = mountComposable(() => useThrottle(work, 100, onError));
    request();
    await vi.advanceTimersByTimeAsync(0);
    request();
    unmount();
    request();
    await vi.advanceTimersByTimeAsync(1000);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
