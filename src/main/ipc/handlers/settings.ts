import type { RulesInfo } from '../../../shared/workspace.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function settingsHandlers(
  context: ShellContext,
): DomainHandlers<'settings'> & DomainHandlers<'rules'> {
  const { settings } = context;
  // A file with a mistake stays chosen: the window names the line, no run starts, and the mended file is taken at the
  // next start of a run.
  const useRules = async (path: string | null): Promise<RulesInfo> => {
    // First the file: rules that are in force now and not at the next start would be a surprise.
    settings.update({ rulesPath: path });
    return context.engine().useRules(path);
  };
  return {
    'settings.get': () => settings.view(),
    'settings.set': (patch) => settings.update(patch),
    'settings.chooseRules': async (_input, { windowId }) => {
      const path = await context.dialogs.open(windowId, 'rules');
      return path === null ? null : useRules(path);
    },
    'settings.useBuiltInRules': () => useRules(null),
    'rules.info': () => context.engine().rulesInfo(),
  };
}
