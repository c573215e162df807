import parsePhoneNumber from 'libphonenumber-js/max';
import { z } from 'zod';
import type { ContactChange } from '../records.ts';

/** What a customer or a CSR gives; what is absent stays, null takes it away. */
export type GivenContacts = {
  phone?: string | null;
  email?: string | null;
  mailingAddress?: string | null;
  language?: string;
};
export type BadContact = 'badPhone' | 'badEmail' | 'badAddress' | 'badLanguage' | 'nothingGiven';
type Read = { ok: true; contacts: ContactChange } | { ok: false; reason: BadContact };

const email = z.email().max(254);
const longestAddress = 200;

/** A phone number as people write it, in E.164, or null: it must be one that can exist in the United States or abroad. */
export function asPhone(text: string): string | null {
  const found = parsePhoneNumber(text, 'US');
  return found?.isValid() && !found.ext ? found.number : null;
}

/** An e-mail address in lower case, or null. */
export function asEmail(text: string): string | null {
  const read = email.safeParse(text.trim().toLowerCase());
  return read.success ? read.data : null;
}

/** Reads contacts; the first that will not do is told. */
export function readContacts(given: GivenContacts, languages: readonly string[]): Read {
  const contacts: ContactChange = {};
  if (given.phone !== undefined) {
    contacts.phone = given.phone === null ? null : asPhone(given.phone);
    if (given.phone !== null && contacts.phone === null) return { ok: false, reason: 'badPhone' };
  }
  if (given.email !== undefined) {
    contacts.email = given.email === null ? null : asEmail(given.email);
    if (given.email !== null && contacts.email === null) return { ok: false, reason: 'badEmail' };
  }
  if (given.mailingAddress !== undefined) {
    contacts.mailingAddress = given.mailingAddress === null ? null : asOneLine(given.mailingAddress);
    if (given.mailingAddress !== null && contacts.mailingAddress === null)
      return { ok: false, reason: 'badAddress' };
  }
  if (given.language !== undefined) {
    if (!languages.includes(given.language)) return { ok: false, reason: 'badLanguage' };
    contacts.language = given.language;
  }
  return Object.keys(contacts).length === 0 ? { ok: false, reason: 'nothingGiven' } : { ok: true, contacts };
}

/** An address in one line, or null: it has a number or a box, and a street or a town. */
export function asOneLine(text: string): string | null {
  const line = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const will = line.length >= 8 && line.length <= longestAddress && /\d/.test(line) && /\p{L}{2}/u.test(line);
  return will ? line : null;
}

/** A name of a person or a firm, or null. */
export function asName(text: string): string | null {
  const name = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return name.length >= 2 && name.length <= 100 && /\p{L}/u.test(name) && !/[<>{}]/.test(name) ? name : null;
}
