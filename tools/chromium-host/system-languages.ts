/** The languages of the user's environment: `zh_CN.UTF-8` → `zh-CN`; the C locale is American English, as in Chromium. */
export function systemLanguages(): string[] {
  const { LANGUAGE, LC_ALL, LC_MESSAGES, LANG } = process.env;
  const wished = [...(LANGUAGE ?? '').split(':'), LC_ALL, LC_MESSAGES, LANG]
    .map((locale) => (locale ?? '').replace(/[.@].*$/, '').replace('_', '-'))
    .filter((locale) => locale !== '' && locale !== 'C' && locale !== 'POSIX');
  return wished.length > 0 ? [...new Set(wished)] : ['en-US'];
}
