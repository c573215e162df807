import type { Payment } from '../../models/payment.ts';
import type { PaymentLink } from '../../models/paymentLink.ts';
import { UpstreamError } from '../errors.ts';
import type { Cents } from '../money.ts';
import { spokenNumber } from '../requests.ts';
import { asAmount, checkAmount, limitsOf } from './amounts.ts';
import type { PaymentDeps } from './deps.ts';
import { type Links, maskedNumber } from './links.ts';
import type { PaymentProcessor } from './processor.ts';

/** What the payment page shows; `language` is the conversation's, or null. */
export type PayPage =
  | { state: 'unknown' }
  /** Something that the page needs does not answer just now. */
  | { state: 'unavailable' }
  | { state: 'expired' | 'autopayOn' | 'tooManyTries'; language: string | null }
  | {
      state: 'form';
      purpose: PaymentLink['purpose'];
      language: string | null;
      account: string;
      /** What the amount field begins with. */
      amount: Cents | null;
      /** What is owed, only for the customer; negative is a credit. */
      balance: Cents | null;
      /** What of it was handed in already and is not settled; zero where the payer may not know. */
      onTheWay: Cents;
      least: Cents;
      most: Cents;
      cardOnly: boolean;
      /** Outcomes to choose from by name; null: the processor's own page asks. */
      outcomes: string[] | null;
      attempt: number;
      /** The try before this one was declined. */
      declined: boolean;
    }
  | { state: 'waiting'; language: string | null; account: string; amount: Cents }
  | {
      state: 'received' | 'pending' | 'returned';
      language: string | null;
      account: string;
      amount: Cents;
      receiptNumber: string;
    };

export type PayRequest = {
  /** Dollars, as the customer typed them. */
  amount: string;
  outcome: string | null;
  /** The number of the try that the page was made for. */
  attempt: number | null;
  /** The page's own address, as the processor sends the browser back. */
  returnUrl: string;
  language: string;
};
export type PayAnswer =
  /** `redirect` is the processor's page; null: the page shows what became of it. */
  | { ok: true; redirect: string | null }
  | {
      ok: false;
      reason:
        | 'unknown'
        | 'expired'
        | 'badAmount'
        | 'badOutcome'
        | 'cardOnly'
        | 'tooManyTries'
        | 'enrolmentFailed';
    }
  | { ok: false; reason: 'tooLittle'; least: Cents }
  | { ok: false; reason: 'tooMuch'; most: Cents };

/** A link is for one payment; so many declined tries it bears before a new one has to be asked for. */
const mostTries = 10;
/** What came of a payment is shown for so long after its link has expired, in milliseconds. */
const shownMs = 86_400_000;
const numbersToTry = 5;

const isTaken = ({ approvedOn, pendingOn, declinedOn }: Payment) =>
  approvedOn != null || (pendingOn != null && declinedOn == null);
const hasFailed = (payment: Payment) =>
  !isTaken(payment) && (payment.declinedOn != null || payment.abandonedOn != null);

/** The hosted payment page: what it shows and what its button does. A look at it changes nothing. */
export function createPayPage(deps: PaymentDeps, links: Links) {
  const { records, payments, mandates, processor, clock, policy } = deps;
  const hasExpired = (link: PaymentLink, after = 0) =>
    clock.now().getTime() > link.expiresAt.getTime() + after;

  /** What is to be shown at `/pay/{token}`. */
  async function open(token: string, { came = false } = {}): Promise<PayPage> {
    const link = await links.find(token);
    if (!link || !processor) return { state: 'unknown' };
    const { purpose, accountId, verified, cardOnly } = link;
    const language = link.language ?? null;
    const last = await payments.lastOfLink(link._id);
    if (last && isTaken(last) && !hasExpired(link, shownMs)) return shownOf(last, link);
    if (hasExpired(link) || (await isWithdrawn(link))) return { state: 'expired', language };
    const account = maskedNumber(link.lastDigits);
    if (purpose === 'autopay' && (await isEnrolledBy(link))) return { state: 'autopayOn', language };
    if (last && came && !hasFailed(last)) return { state: 'waiting', language, account, amount: last.amount };
    const attempt = nextOf(last);
    if (attempt >= mostTries) return { state: 'tooManyTries', language };
    const isShown = verified && purpose === 'pay';
    const balance = isShown ? await records.balance(accountId) : null;
    const onTheWay = isShown ? await payments.onTheWay(accountId) : 0;
    const left = (balance ?? 0) - onTheWay;
    return {
      state: 'form',
      purpose,
      language,
      account,
      amount: link.amount ?? (left > 0 ? left : null),
      balance,
      onTheWay,
      ...limitsOf(policy, balance),
      cardOnly,
      outcomes: outcomesOf(processor, link),
      attempt,
      declined: last?.declinedOn != null && !isTaken(last),
    };
  }

  /**
   * The customer pressed Pay. One payment a link, however often it is pressed: the first write decides, and who
   * comes second gets what became of it.
   */
  async function pay(token: string, request: PayRequest): Promise<PayAnswer> {
    const link = await links.find(token);
    if (!link || !processor) return { ok: false, reason: 'unknown' };
    const last = await payments.lastOfLink(link._id);
    if (last && isTaken(last)) return { ok: true, redirect: null };
    if (hasExpired(link)) return { ok: false, reason: 'expired' };
    if (link.purpose === 'autopay') return enrol(processor, link, request);
    let attempt = nextOf(last);
    // The page of an earlier try, pressed twice: what became of it is shown.
    if (last && request.attempt !== null && request.attempt < attempt) return { ok: true, redirect: null };
    if (attempt >= mostTries) return { ok: false, reason: 'tooManyTries' };
    const owed = link.verified ? await records.balance(link.accountId) : null;
    const check = checkAmount(asAmount(request.amount), policy, owed);
    if (!check.ok) return check;
    const outcome = processor.outcomes ? (request.outcome ?? '') : null;
    if (outcome !== null && !processor.isOutcome(outcome)) return { ok: false, reason: 'badOutcome' };
    if (outcome !== null && link.cardOnly && processor.methodOf(outcome) === 'bank')
      return { ok: false, reason: 'cardOnly' };

    if (last && !hasFailed(last) && last.amount !== check.amount && last.processorId) {
      // Begun at the processor for another amount: that must not be paid as well.
      if (!(await processor.cancel(last.processorId))) return { ok: true, redirect: null };
      await payments.learn(last._id, { abandonedOn: clock.today() });
      attempt = last.attempt + 1;
    }
    const begun = await begin(link, attempt, check.amount, outcome);
    return begun.redirect
      ? { ok: true, redirect: begun.redirect }
      : handOver(processor, link, begun, request);
  }

  async function begin(link: PaymentLink, attempt: number, amount: Cents, outcome: string | null) {
    const paymentId = `${link._id}:${attempt}`;
    for (let time = 0; time < numbersToTry; time++) {
      await payments.begin({
        _id: paymentId,
        accountId: link.accountId,
        source: 'link',
        linkId: link._id,
        attempt,
        conversationId: link.conversationId ?? null,
        language: link.language ?? null,
        verified: link.verified,
        amount,
        outcome,
        receiptNumber: spokenNumber('R', `${paymentId} ${time}`),
        startedAt: clock.now(),
        processor: (processor as PaymentProcessor).name,
      });
      const standing = await payments.byId(paymentId);
      if (standing) return standing;
      // The receipt's number is taken.
    }
    throw new UpstreamError('payment.notStored', 'The store takes no payment');
  }

  async function handOver(by: PaymentProcessor, link: PaymentLink, payment: Payment, request: PayRequest) {
    const begun = await by.begin({
      paymentId: payment._id,
      amount: payment.amount,
      account: maskedNumber(link.lastDigits),
      language: request.language,
      cardOnly: link.cardOnly,
      returnUrl: request.returnUrl,
      outcome: payment.outcome ?? null,
    });
    await payments.began(payment._id, begun);
    return { ok: true as const, redirect: begun.redirect };
  }

  async function enrol(by: PaymentProcessor, link: PaymentLink, request: PayRequest): Promise<PayAnswer> {
    if (await isEnrolledBy(link)) return { ok: true, redirect: null };
    if (await isWithdrawn(link)) return { ok: false, reason: 'expired' };
    const outcome = by.outcomes ? (request.outcome ?? '') : null;
    if (outcome !== null && !by.isOutcome(outcome)) return { ok: false, reason: 'badOutcome' };
    const { redirect } = await by.enrol({
      setupId: link._id,
      account: maskedNumber(link.lastDigits),
      language: request.language,
      returnUrl: request.returnUrl,
      outcome,
    });
    if (redirect || (await isEnrolledBy(link))) return { ok: true, redirect };
    return { ok: false, reason: 'enrolmentFailed' };
  }

  async function isEnrolledBy({ accountId, madeAt }: PaymentLink): Promise<boolean> {
    const mandate = await mandates.ofAccount(accountId);
    return mandate?.reference != null && mandate.since.getTime() === madeAt.getTime();
  }

  /** Automatic payment was stopped after the link was made: the newer word stands. */
  async function isWithdrawn({ accountId, purpose, madeAt }: PaymentLink): Promise<boolean> {
    if (purpose !== 'autopay') return false;
    const mandate = await mandates.ofAccount(accountId);
    return mandate !== null && mandate.reference == null && mandate.since > madeAt;
  }

  return { open, pay };
}

function shownOf(payment: Payment, link: PaymentLink): PayPage {
  const { amount, receiptNumber } = payment;
  const isBack = payment.returnedOn != null && payment.reinstatedOn == null;
  const state = isBack ? 'returned' : payment.approvedOn ? 'received' : 'pending';
  const account = maskedNumber(link.lastDigits);
  return { state, language: link.language ?? null, account, amount, receiptNumber };
}

const nextOf = (last: Payment | null): number => (last ? last.attempt + (hasFailed(last) ? 1 : 0) : 0);

function outcomesOf(processor: PaymentProcessor, { cardOnly, purpose }: PaymentLink): string[] | null {
  const all = processor.outcomes;
  if (all === null) return null;
  // A bank account is enrolled, and what its first draw comes to is chosen with it.
  if (purpose === 'autopay') return all.filter((one) => one !== 'pending' && one !== 'bankDeclined');
  return all.filter((one) => !cardOnly || processor.methodOf(one) === 'card');
}
