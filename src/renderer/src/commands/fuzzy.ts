/**
 * How well a text fits what is typed; 0: not at all. All typed characters have to be in the text in this order. Whole words, beginnings of
 * words and characters that follow one another count for more, and so does a short text.
 */
export function fuzzyScore(typed: string, text: string): number {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, '');
  if (wanted === '') return 1;
  const own = text.toLowerCase();
  const whole = own.indexOf(typed.trim().toLowerCase());
  if (whole >= 0) return 1000 + (isBeginning(own, whole) ? 500 : 0) - Math.min(own.length, 400);
  let [score, last, from] = [0, -2, 0];
  for (const character of wanted) {
    const at = own.indexOf(character, from);
    if (at < 0) return 0;
    score += at === last + 1 ? 12 : isBeginning(own, at) ? 8 : 1;
    [last, from] = [at, at + character.length];
  }
  return score / (1 + own.length / 100);
}

function isBeginning(text: string, at: number): boolean {
  return at === 0 || /[\s\p{P}]/u.test(text[at - 1] ?? '');
}
