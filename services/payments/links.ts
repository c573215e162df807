import { createHash, createHmac } from 'node:crypto';
import type { PaymentLink } from '../../models/paymentLink.ts';
import { ConflictError } from '../errors.ts';
import type { Cents } from '../money.ts';
import { argsHash } from '../requests.ts';
import { checkAmount } from './amounts.ts';
import { addMonths } from './days.ts';
import type { PaymentDeps } from './deps.ts';

export type LinkRequest = {
  requestId: string;
  accountId: string;
  conversationId?: string | null;
  /** Cents that the customer said; the page begins with it. Absent: with what is owed, where that may be shown. */
  amount?: Cents | null;
  /** Who asks has proven to be the customer (L2). Anybody may pay a bill, but only the customer sees what is owed. */
  verified?: boolean;
  /** Absent: the conversation's. */
  language?: string | null;
};
export type LinkAnswer =
  | {
      ok: true;
      url: string;
      /** How long it opens, in minutes of District time. */
      minutes: number;
      expiresAt: Date;
      /** `••••3414` */
      account: string;
    }
  | { ok: false; reason: 'noLinks' | 'noAccount' | 'badAmount' }
  /** Too many payments came back: no bank account is enrolled any more. */
  | { ok: false; reason: 'cardOnly' }
  | { ok: false; reason: 'tooLittle'; least: Cents }
  | { ok: false; reason: 'tooMuch'; most: Cents };

/** An account number as anybody may see it. */
export const maskedNumber = (lastDigits: string): string => `••••${lastDigits}`;

const tokenLength = 24; // 144 bits

/**
 * Links to the payment page. The token is a keyed hash of the request: it cannot be guessed, a repeat of the request
 * has the same, and the store keeps only a hash of it.
 */
export function createLinks(deps: PaymentDeps) {
  const { records, links, payments, languageOf, audit, secrets, clock, policy, publicUrl } = deps;
  const key = secrets.keyFor('payLink');
  const minutes = policy.payments.linkMinutes;

  const tokenOf = (purpose: string, requestId: string) =>
    createHmac('sha256', key).update(`${purpose} ${requestId}`).digest('base64url').slice(0, tokenLength);

  /**
   * Makes a link that opens the payment page of one account for a while.
   * @throws ConflictError `action.conflict` where the requestId has asked for another link.
   */
  async function make(request: LinkRequest, purpose: PaymentLink['purpose'] = 'pay'): Promise<LinkAnswer> {
    if (!deps.processor) return { ok: false, reason: 'noLinks' };
    const { requestId, accountId, conversationId = null, amount = null, verified = false } = request;
    const hash = argsHash(`link ${purpose}`, [accountId, conversationId, amount, verified]);
    const token = tokenOf(purpose, requestId);
    const earlier = await links.byId(idOf(token));
    if (earlier) return answer(token, earlier, hash);

    const account = await records.accountById(accountId);
    if (!account) return { ok: false, reason: 'noAccount' };
    if (amount !== null) {
      const check = checkAmount(amount, policy, verified ? await records.balance(accountId) : null);
      if (!check.ok) return check;
    }
    const cardOnly = (await returnsOf(accountId)) >= policy.billing.returnedPayment.cashOnlyAfter;
    if (cardOnly && purpose === 'autopay') return { ok: false, reason: 'cardOnly' };
    const madeAt = clock.now();
    const wanted: PaymentLink = {
      _id: idOf(token),
      purpose,
      accountId,
      lastDigits: account.accountNumber.slice(-4),
      conversationId,
      language: request.language ?? (conversationId ? await languageOf(conversationId) : null),
      amount,
      verified,
      cardOnly,
      madeAt,
      expiresAt: new Date(madeAt.getTime() + minutes * 60_000),
      requestId,
      argsHash: hash,
    };
    return answer(token, (await links.keep(wanted)) ?? wanted, hash);
  }

  // The link is the first write and holds all; the audit entry follows it under its own key.
  async function answer(token: string, link: PaymentLink, hash: string): Promise<LinkAnswer> {
    if (link.argsHash !== hash)
      throw new ConflictError('action.conflict', 'A payment link was repeated with other arguments');
    await audit.record({
      key: `link:${link._id}`,
      at: link.madeAt,
      actor: 'customer',
      action: link.purpose === 'pay' ? 'payment.linkMade' : 'autopay.linkMade',
      accountId: link.accountId,
      conversationId: link.conversationId ?? null,
      details: { verified: link.verified, amount: link.amount ?? null },
    });
    return {
      ok: true,
      url: `${publicUrl()}/pay/${token}`,
      minutes,
      expiresAt: link.expiresAt,
      account: maskedNumber(link.lastDigits),
    };
  }

  /** How many payments of an account came back in the time that the policy counts. */
  async function returnsOf(accountId: string): Promise<number> {
    const since = addMonths(clock.today(), -policy.billing.returnedPayment.withinMonths);
    return records.returnsSince
      ? records.returnsSince(accountId, since, null)
      : payments.returnedSince(accountId, since);
  }

  return {
    make,
    returnsOf,
    /** The link that a token opens, expired or not; null for one that was never made. */
    find: (token: string) => (/^[\w-]{24}$/.test(token) ? links.byId(idOf(token)) : Promise.resolve(null)),
    byId: (linkId: string) => links.byId(linkId),
  };
}

const idOf = (token: string) => createHash('sha256').update(`pay ${token}`).digest('base64url');

export type Links = ReturnType<typeof createLinks>;
