import { SaxesParser } from 'saxes';

export interface XesElement {
  tag: string;
  attributes: Record<string, string>;
  children: XesElement[];
}

/** The elements of an XML document; the parser refuses what XML 1.0 does not allow. */
export function readXml(text: string): XesElement {
  const root: XesElement = { tag: '', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element = { tag: name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  const [log] = root.children;
  if (!log) throw new Error('the document is empty');
  return log;
}

const ORDER = ['extension', 'global', 'classifier', 'attribute', 'trace', 'event'];
const VALUES: Record<string, RegExp> = {
  string: /^/,
  date: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/,
  int: /^-?\d+$/,
  float: /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i,
  boolean: /^(true|false)$/,
};
const NAME = /^[\p{L}_:][\p{L}\p{N}\p{M}\-.:_·‿⁀]*$/u;
const NC_NAME = /^[\p{L}_][\p{L}\p{N}\-._]*$/u;

/** What is wrong with a document by the rules of XES 1849-2016 that its readers insist on. */
export function xesProblems(log: XesElement): string[] {
  const problems: string[] = [];
  if (log.tag !== 'log') problems.push(`the root is ${log.tag}`);
  if (!/^\d+(\.\d+)?$/.test(log.attributes['xes.version'] ?? '')) problems.push('xes.version is no decimal');
  if ('xmlns' in log.attributes) problems.push('the schema has no target namespace');
  const kinds = log.children.map(({ tag }) => ORDER.indexOf(tag in VALUES ? 'attribute' : tag));
  if (kinds.some((kind, index) => kind < 0 || kind < (kinds[index - 1] ?? 0)))
    problems.push('elements of the log out of order');
  for (const child of log.children) {
    if (child.tag === 'extension' || child.tag === 'classifier')
      if (!NC_NAME.test(child.attributes['name'] ?? '')) problems.push(`${child.tag} without a proper name`);
    if (child.tag === 'global' && !['trace', 'event'].includes(child.attributes['scope'] ?? ''))
      problems.push('global without a scope');
  }
  const check = (element: XesElement): void => {
    const keys = new Set<string>();
    let ended = false;
    for (const child of element.children) {
      if (child.tag === 'event') {
        ended = true;
        check(child);
        continue;
      }
      const { key = '', value } = child.attributes;
      const pattern = VALUES[child.tag];
      if (ended) problems.push('an attribute after an event');
      if (!pattern || value === undefined || !pattern.test(value))
        problems.push(`${child.tag} ${key} = ${String(value)}`);
      if (!NAME.test(key)) problems.push(`the key ${key} is no name`);
      if (keys.has(key)) problems.push(`the key ${key} twice`);
      keys.add(key);
    }
  };
  for (const child of log.children) if (child.tag === 'trace' || child.tag === 'global') check(child);
  return problems;
}
