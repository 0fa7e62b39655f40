/** A hidden window paints no frame; nothing may wait for one longer than this. */
const LONGEST_WAIT_MS = 250;

/** Resolves once what is rendered now has been painted, so that heavy work can let it go first. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST_WAIT_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}
