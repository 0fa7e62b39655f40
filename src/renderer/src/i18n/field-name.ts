import { t } from './index';
import type { TextKey } from './index';

/** Columns of a profile or a log that have a name in each language, as in the file, in lower case. */
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
  ['brand', 'logField.brand'],
  ['category', 'logField.category'],
  ['platform', 'logField.platform'],
  ['channel', 'logField.channel'],
  ['source', 'logField.source'],
  ['page', 'logField.page'],
  ['url', 'logField.url'],
  ['keyword', 'logField.keyword'],
  ['query', 'logField.keyword'],
  ['price', 'logField.price'],
  ['amount', 'logField.amount'],
  ['quantity', 'logField.quantity'],
]);

/** The name of a column in the language in use; the column itself when it is not known. */
export function fieldName(column: string): string {
  const key = FIELDS.get(column.trim().toLowerCase());
  return key ? t(key) : column;
}
