import { rulesChoice } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { RulesInfo } from '../../../shared/workspace.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function settingsHandlers(
  context: ShellContext,
): DomainHandlers<'settings'> & DomainHandlers<'rules'> {
  const { settings } = context;
  // A file with a mistake stays chosen: the window names the line, no run starts, and the mended file is taken at the
  // next start of a run.
  const useRules = async (rules: Partial<Pick<Settings, 'rulesPath' | 'rulesPack'>>): Promise<RulesInfo> => {
    // First the file: rules that are in force now and not at the next start would be a surprise.
    settings.update(rules);
    await context.engine().useRules(rulesChoice(settings.current));
    return context.engine().rulesInfo();
  };
  return {
    'settings.get': () => settings.view(),
    'settings.set': (patch) => settings.update(patch),
    'settings.chooseRules': async (_input, { windowId }) => {
      const path = await context.dialogs.open(windowId, 'rules');
      return path === null ? null : useRules({ rulesPath: path });
    },
    'settings.usePack': ({ pack }) => useRules({ rulesPath: null, rulesPack: pack }),
    'rules.info': () => context.engine().rulesInfo(),
    'rules.suggest': () => context.engine().suggestRules(),
  };
}
