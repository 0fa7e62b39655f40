import { useSettingsStore } from '@/stores/settings';
import { useAction } from './useAction';

/** The tables whose columns can be hidden; the settings keep them by these names. */
export type TableName = 'users' | 'insight' | 'imports' | 'verdicts' | 'types' | 'themes' | 'history';

export interface HiddenColumns {
  isHidden: (column: string) => boolean;
  /** Shows a column that is hidden, and hides one that is shown; kept in the settings. */
  toggle: (column: string) => Promise<boolean>;
}

/** Which columns of the tables of a kind the user does not want to see. */
export function useHiddenColumns(table: TableName): HiddenColumns {
  const settings = useSettingsStore();
  const nameOf = (column: string): string => `${table}.${column}`;
  const hidden = (): readonly string[] => settings.view?.hiddenColumns ?? [];
  const change = useAction((hiddenColumns: string[]) => settings.change({ hiddenColumns }));
  return {
    isHidden: (column) => hidden().includes(nameOf(column)),
    toggle: (column) => {
      const name = nameOf(column);
      const others = hidden().filter((each) => each !== name);
      return change.run(others.length < hidden().length ? others : [...others, name]);
    },
  };
}
