import { join } from 'node:path';
import vue from 'eslint-plugin-vue';
import ts from 'typescript';
import tseslint from 'typescript-eslint';

/** The parser of components; it passes their scripts, and each expression of their templates, on to another one. */
const components = vue.configs['flat/base'].find(({ languageOptions }) => languageOptions?.parser)
  .languageOptions.parser;
const VUE = { extension: '.vue', isMixedContent: true, scriptKind: ts.ScriptKind.Deferred };

/**
 * The parser of TypeScript for scripts of components, with their types. By itself typescript-eslint makes a new program for each component,
 * because its script is not what the file holds, and finds out all types anew. Here one program of all scripts serves all components.
 * A script that is not that of the file any more, as in an editor, is left to typescript-eslint.
 */
export function scriptParser(root) {
  const programs = new Map();
  const programOf = (project) => {
    const known = programs.get(project) ?? createProgram(join(root, project));
    programs.set(project, known);
    return known;
  };
  return {
    meta: { name: 'eventloom-scripts', version: '1' },
    parseForESLint(code, options) {
      // Expressions of templates come without a project.
      const program = options.project?.length === 1 ? programOf(options.project[0]) : undefined;
      const isOfFile = program?.getSourceFile(options.filePath)?.text === code;
      const typed = isOfFile ? { ...options, project: undefined, programs: [program] } : options;
      return tseslint.parser.parseForESLint(code, typed);
    },
  };
}

/** A program of a tsconfig in which each component is its script. */
function createProgram(configPath) {
  const { config, error } = ts.readConfigFile(configPath, ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    config,
    ts.sys,
    join(configPath, '..'),
    { allowNonTsExtensions: true },
    configPath,
    undefined,
    [VUE],
  );
  const host = ts.createCompilerHost(options, true);
  const read = host.getSourceFile;
  host.getSourceFile = (path, target, ...more) =>
    path.endsWith('.vue')
      ? ts.createSourceFile(path, scriptOf(path), target, true, ts.ScriptKind.TS)
      : read(path, target, ...more);
  return ts.createProgram(fileNames, options, host);
}

const ENOUGH = new Error('the script is known');

/** The script of a component, as the parser of components passes it on: with its generic parameters as types before it. */
function scriptOf(path) {
  let script = '';
  const parser = {
    parseForESLint(code, options) {
      if (!options.project) return tseslint.parser.parseForESLint(code, options);
      script = code;
      throw ENOUGH;
    },
  };
  try {
    const options = { parser, project: [path], filePath: path, sourceType: 'module' };
    components.parseForESLint(ts.sys.readFile(path) ?? '', options);
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return script;
}
