/** What XML 1.0 does not allow in a document, in whatever way it is written (w3.org/TR/xml, production 2). */
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const MARKUP: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A reader would make spaces of these in an attribute.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Writes texts as values of XML attributes, and counts those of which something had to be left out. */
export class XmlText {
  /** How many texts had characters that XML does not allow. */
  changed = 0;

  value(text: string): string {
    const legal = text.replace(ILLEGAL, '');
    if (legal.length !== text.length) this.changed += 1;
    return legal.replace(/[&<>"\t\n\r]/g, (character) => MARKUP[character] ?? character);
  }
}

/** What both editions of XML 1.0 that readers follow have in names: letters and digits of the first plane, and some signs. */
const NOT_IN_NAME = /[^\p{L}\p{Nd}\-._:]|[ªµº]|[\u{10000}-\u{10FFFF}]/gu;
const BEGINS_NAME = /^[\p{L}_:]/u;

/** A text as an `xs:Name`: what a name cannot have becomes `_`. */
export function xmlName(text: string): string {
  const name = text.replace(NOT_IN_NAME, '_');
  return BEGINS_NAME.test(name) ? name : `_${name}`;
}
