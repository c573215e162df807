import { formatMoney } from '../../services/money.ts';

/** A day as customers read it, `December 14, 2026`. */
export const dayText = (day: string, language: string): string =>
  new Intl.DateTimeFormat(language === 'es' ? 'es-US' : 'en-US', {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`));

/** An amount that came as a text of cents. */
export const moneyText = (cents: string, language: string): string => formatMoney(Number(cents), language);
