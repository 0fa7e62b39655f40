import { t } from './index';
import type { TextKey } from './index';

/** Fields of a profile that have a name in each language, by their column in the file, in lower case. */
const FIELDS = new Map<string, TextKey>([
  ['age', 'profileField.age'],
  ['gender', 'profileField.gender'],
  ['sex', 'profileField.gender'],
  ['birthday', 'profileField.birthday'],
  ['income', 'profileField.income'],
  ['occupation', 'profileField.occupation'],
  ['job', 'profileField.occupation'],
  ['education', 'profileField.education'],
  ['marital_status', 'profileField.maritalStatus'],
  ['country', 'profileField.country'],
  ['province', 'profileField.province'],
  ['city', 'profileField.city'],
  ['interests', 'profileField.interests'],
  ['interest', 'profileField.interests'],
  ['tags', 'profileField.tags'],
  ['level', 'profileField.level'],
  ['register_time', 'profileField.registerTime'],
  ['device', 'profileField.device'],
  ['budget', 'profileField.budget'],
  ['has_car', 'profileField.hasCar'],
  ['purchase_intent', 'profileField.purchaseIntent'],
]);

/** The name of a profile field in the language in use; the column itself when it is not known. */
export function fieldName(column: string): string {
  const key = FIELDS.get(column.trim().toLowerCase());
  return key ? t(key) : column;
}
