/** A sum of money as it is written in a language: in whole cents from one on, and smaller sums to a hundredth of a cent. */
export function formatMoneyIn(locale: string, value: number, currency: string): string {
  const small = value !== 0 && Math.abs(value) < 1;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...(small ? { minimumFractionDigits: 2, maximumFractionDigits: 4 } : {}),
  }).format(value);
}
