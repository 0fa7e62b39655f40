/** What electron-builder asks of fpm, of all that fpm can. */
export interface FpmOrder {
  type: 'deb' | 'rpm';
  /** The package to write. */
  output: string;
  name: string;
  version: string;
  architecture: string;
  description: string;
  maintainer: string;
  homepage: string;
  license: string;
  depends: string[];
  recommends: string[];
  afterInstall: string;
  afterRemove: string;
  /** Files and folders (their content) and where they go. */
  files: { from: string; to: string }[];
}

const SWITCHES = ['--force'];

/** Reads the command line of fpm. Throws for a line that no package can be made of. */
export function parseFpmArguments(args: readonly string[]): FpmOrder {
  const values = new Map<string, string[]>();
  const files: FpmOrder['files'] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (SWITCHES.includes(arg)) continue;
    if (arg.startsWith('--') && arg.includes('=')) {
      const [option = '', value = ''] = splitOnce(arg, '=');
      values.set(option, [...(values.get(option) ?? []), value]);
    } else if (arg.startsWith('-')) {
      values.set(arg, [...(values.get(arg) ?? []), rest.shift() ?? '']);
    } else {
      const [from = '', to = ''] = splitOnce(arg, '=');
      files.push({ from, to });
    }
  }
  const one = (option: string): string => {
    const [value] = values.get(option) ?? [];
    if (value === undefined) throw new Error(`fpm was not given ${option}`);
    return value;
  };
  const type = one('-t');
  if (type !== 'deb' && type !== 'rpm') throw new Error(`fpm cannot make ${type}`);
  return {
    type,
    output: one('--package'),
    name: one('--name'),
    version: one('--version'),
    architecture: one('--architecture'),
    description: one('--description').trim(),
    maintainer: one('--maintainer'),
    homepage: one('--url'),
    license: one('--license'),
    depends: values.get('-d') ?? [],
    recommends: values.get('--deb-recommends') ?? [],
    afterInstall: one('--after-install'),
    afterRemove: one('--after-remove'),
    files,
  };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
