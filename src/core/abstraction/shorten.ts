/** At most `limit` characters of a text, cut between characters, with `…` at the end of a text that was longer. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text.slice(0, limit * 2));
  return characters.length > limit ? `${characters.slice(0, limit).join('')}…` : text;
}
