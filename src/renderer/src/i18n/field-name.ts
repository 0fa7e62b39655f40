import { fieldNameIn } from '@shared/field-names';
import { currentLocale } from './index';

/** The name of a column of a profile or a log in the language in use; the column itself when it is not known. */
export const fieldName = (column: string): string => fieldNameIn(currentLocale(), column);
