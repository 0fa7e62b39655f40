import { isBuiltin } from 'node:module';

/** `import … from 'x'`, `export … from 'x'`, `import 'x'` at the beginning of a line, and `import('x')` anywhere. */
const STATEMENT = /^(?:import|export)\b[^'"`;]*?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Comments of documentation, in which types are written as imports. */
const DOCUMENTATION = /\/\*\*[^]*?\*\//g;

/** The packages that a built module would look for in a node_modules, which is not packed. */
export function bareImports(code: string): string[] {
  const names = [...code.replace(DOCUMENTATION, '').matchAll(STATEMENT)].map(
    ([, statement, call]) => statement ?? call ?? '',
  );
  return [...new Set(names)].filter(
    (name) => !name.startsWith('.') && !name.startsWith('/') && !isBuiltin(name) && name !== 'electron',
  );
}
