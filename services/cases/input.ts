import type { CaseContact } from '../../models/case.ts';
import type { Category, NewCase, OpenAnswer } from './types.ts';

export const longestText = 2_000;
const longestAddress = 300;
export const mostFiles = 20;
const phone = /^\+[1-9]\d{7,14}$/;
const email = /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@]{2,}$/;
const fileId = /^[\w-]{16,64}$/;

type Refusal = Extract<OpenAnswer, { ok: false }>;

/** Why a report cannot be taken as it is, or null. An emergency is never refused for who reports it. */
export function refusalOf(request: NewCase, category: Category): Refusal | null {
  const refuse = (reason: Refusal['reason']): Refusal => ({ ok: false, reason });
  const { description, address, zip, contact, media = [], accountId, conversationId, anonymous } = request;
  if ((description ?? '').length > longestText) return refuse('badDescription');
  if ((address ?? '').length > longestAddress) return refuse('badAddress');
  if (zip && !/^\d{5}$/.test(zip)) return refuse('badZip');
  if (media.length > mostFiles || !media.every((id) => fileId.test(id))) return refuse('badFiles');
  if (contact && !isContact(contact)) return refuse('badContact');
  if (category.priority === 'emergency') return null;
  if (anonymous) return category.anonymous ? null : refuse('notAnonymous');
  const reachable = accountId || conversationId || contact?.phone || contact?.email;
  return reachable ? null : refuse('contactNeeded');
}

const isContact = ({ name, phone: number, email: address, language }: Partial<CaseContact>): boolean =>
  (name ?? '').length <= 200 &&
  (!number || phone.test(number)) &&
  (!address || email.test(address)) &&
  (language === undefined || /^[a-z]{2,3}$/.test(language));

/** The report as it is kept: blanks are null, and an anonymous one has nothing of who reports. */
export function cleaned(request: NewCase) {
  const { requestId, category, actor, anonymous = false } = request;
  const text = (value: string | null | undefined) => value?.trim() || null;
  const who = anonymous
    ? { accountId: null, conversationId: null, contact: null }
    : {
        accountId: request.accountId ?? null,
        conversationId: request.conversationId ?? null,
        contact: request.contact ? toContact(request.contact) : null,
      };
  return {
    requestId,
    category,
    actor,
    anonymous,
    description: text(request.description),
    address: text(request.address),
    zip: text(request.zip),
    serviceLocationId: request.serviceLocationId ?? null,
    media: [...new Set(request.media ?? [])],
    ...who,
  };
}

const toContact = ({ name, phone, email, language }: Partial<CaseContact>): CaseContact => ({
  name: name?.trim() || null,
  phone: phone ?? null,
  email: email ?? null,
  language: language ?? 'en',
});

/** A case number as people write or say it: `c 7k2m-94qx` is C-7K2M94QX, and an O is a zero; null if it is none. */
export function asCaseNumber(text: string): string | null {
  const read = text
    .slice(0, 200)
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^C(?=.{8}$)/, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(read) ? `C-${read}` : null;
}
