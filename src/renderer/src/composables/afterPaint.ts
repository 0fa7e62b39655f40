/** A hidden window paints no frames, so nothing waits longer than this for one. */
const LONGEST_WAIT_MS = 250;

/** Resolves after the next paint, so that heavy work does not delay it. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST_WAIT_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}
