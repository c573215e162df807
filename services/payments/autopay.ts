import { addDays, type Day } from '../calendar.ts';
import type { Submitted } from '../changes.ts';
import { UpstreamError } from '../errors.ts';
import { laterThan } from '../plans/offers.ts';
import { spokenNumber } from '../requests.ts';
import { instantOf } from './days.ts';
import type { PaymentDeps } from './deps.ts';
import type { LinkAnswer, LinkRequest, Links } from './links.ts';
import type { Outcomes } from './outcomes.ts';
import type { ProcessorEvent } from './processor.ts';

export type EnrolmentRequest = {
  requestId: string;
  accountId: string;
  on: boolean;
  conversationId?: string | null;
  /** customer, or a CSR's id. */
  actor?: string;
};
export type EnrolmentAnswer =
  | { ok: true; status: 'confirmed' | 'pending' }
  | { ok: false; reason: 'noAccount' | 'refused' };

type Enrolled = Extract<ProcessorEvent, { setupId: string }>;
const numbersToTry = 5;
/** A draw that the processor does not take is tried again after so long and for so long; Stripe knows a repeat for a day. */
const drawAgainMs = 3_600_000;
const drawForMs = 43_200_000;

/**
 * Automatic payment and paperless bills. A bank account is enrolled at the processor's page by a link and is known
 * here by the processor's name for it alone. Whoever asks has been verified (L2) before.
 */
export function createAutopay(deps: PaymentDeps, links: Links, outcomes: Outcomes) {
  const { records, changes, payments, mandates, processor, followUps, audit, tell, clock, policy, log } =
    deps;

  const disputes: ((accountId: string) => Promise<boolean>)[] = [];

  followUps.handle('autopay.draw', {
    async run({ payload }) {
      const bill = payload as { accountId: string; billId: string };
      try {
        const drawn = await draw(bill);
        if (typeof drawn === 'string') return { outcome: drawn };
        const again = instantOf(drawn.until, policy.hours.office.open, clock.timeZone);
        return { outcome: drawn.because, again };
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        log.warn({ event: 'autopay.notTaken', accountId: bill.accountId, code: error.code }, 'not drawn yet');
        const begun = (await payments.byId(`autopay:${bill.billId}`))?.startedAt ?? clock.now();
        if (clock.now().getTime() - begun.getTime() < drawForMs)
          return { outcome: error.code, again: new Date(clock.now().getTime() + drawAgainMs) };
        await giveUp(bill);
        return { outcome: 'gaveUp' };
      }
    },
  });

  /** Turns paperless bills on or off. */
  async function paperless(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    if (!(await records.accountById(request.accountId))) return { ok: false, reason: 'noAccount' };
    return submit(request, { paperless: request.on });
  }

  /** The link by which a bank account is enrolled; automatic payment is on once the processor says so. */
  const enrolLink = (request: Omit<LinkRequest, 'amount' | 'verified'>): Promise<LinkAnswer> =>
    links.make({ ...request, verified: true }, 'autopay');

  /** Turns automatic payment off. What was drawn already stands. */
  async function stop(request: Omit<EnrolmentRequest, 'on'>): Promise<EnrolmentAnswer> {
    if (!(await records.accountById(request.accountId))) return { ok: false, reason: 'noAccount' };
    await mandates.withdraw(request.accountId, clock.now());
    return submit({ ...request, on: false }, { autopay: false });
  }

  async function submit(
    { requestId, accountId, on, conversationId = null, actor = 'customer' }: EnrolmentRequest,
    to: { autopay?: boolean; paperless?: boolean },
  ): Promise<EnrolmentAnswer> {
    const submitted: Submitted = await changes.submit({ kind: 'enrolment', requestId, accountId, ...to });
    const [what] = Object.keys(to);
    await audit.record({
      key: `enrolment:${requestId}`,
      at: clock.now(),
      actor,
      action: `${what}.${on ? 'turnedOn' : 'turnedOff'}`,
      accountId,
      conversationId,
      details: { before: !on, after: on, status: submitted.status },
    });
    if (submitted.status === 'refused') return { ok: false, reason: 'refused' };
    return { ok: true, status: submitted.status };
  }

  /** The processor's word about an enrolment. */
  async function enrolled(event: Enrolled): Promise<{ ok: true } | { ok: false; reason: 'unknownPayment' }> {
    const link = await links.byId(event.setupId);
    if (link?.purpose !== 'autopay' || !processor) return { ok: false, reason: 'unknownPayment' };
    const { accountId, madeAt: since } = link;
    const conversationId = link.conversationId ?? null;
    const key = `enrolled:${event.setupId}`;
    if (event.kind === 'enrolled') {
      await mandates.give({ accountId, processor: processor.name, reference: event.reference, since });
      // Consent that was withdrawn after the link was made does not come back by it, or by a repeated call.
      if ((await mandates.ofAccount(accountId))?.reference == null) return { ok: true };
      await submit({ requestId: key, accountId, on: true, conversationId }, { autopay: true });
      await schedule(accountId);
    }
    await tell({
      key: event.kind === 'enrolled' ? key : `${key}:failed`,
      accountId,
      conversationId,
      language: link.language ?? null,
      at: clock.now(),
      verified: true,
      late: false,
      kind: event.kind === 'enrolled' ? 'autopayOn' : 'autopayFailed',
    });
    return { ok: true };
  }

  /**
   * Schedules the draw of the latest bill of an account that pays automatically, once a bill; whoever issues a bill
   * calls this. Answers the day, or null where there is nothing to draw or its day has passed.
   */
  async function schedule(accountId: string): Promise<Day | null> {
    const [account, bill] = await Promise.all([records.accountById(accountId), records.openBill(accountId)]);
    if (!account?.autopay || !bill) return null;
    const day = addDays(bill.issuedOn, policy.billing.autopayDaysAfterBill);
    if (day < clock.today()) return null;
    await followUps.schedule({
      key: `autopay:${bill.billId}`,
      kind: 'autopay.draw',
      dueAt: instantOf(day, policy.hours.office.open, clock.timeZone),
      payload: { accountId, billId: bill.billId },
      accountId,
    });
    return day;
  }

  // The payment is the first write and holds the amount: a second run draws the same under the same id.
  async function draw({
    accountId,
    billId,
  }: {
    accountId: string;
    billId: string;
  }): Promise<string | { until: Day; because: 'extended' | 'disputed' | 'onTheWay' }> {
    const paymentId = `autopay:${billId}`;
    const [account, mandate] = await Promise.all([
      records.accountById(accountId),
      mandates.ofAccount(accountId),
    ]);
    let payment = await payments.byId(paymentId);
    if (!payment) {
      if (!account?.autopay) return 'turnedOff';
      const tomorrow = addDays(clock.today(), 1);
      for (const isDisputed of disputes)
        if (await isDisputed(accountId)) return { until: tomorrow, because: 'disputed' };
      const plan = await deps.planOf(accountId);
      const waits = plan ? laterThan(plan.instalments, tomorrow) : 0;
      const due = (await records.balance(accountId)) - waits;
      // What was handed in already is not drawn as well: it is waited for, as the bank may refuse it.
      const onTheWay = await payments.onTheWay(accountId);
      const amount = due - onTheWay;
      if (due > 0 && amount <= 0) return { until: tomorrow, because: 'onTheWay' };
      // Later instalments of an arrangement are the customer's to pay.
      if (due <= 0 && waits > 0 && plan?.kind === 'extension')
        return { until: plan.instalments.at(-1)?.dueOn ?? tomorrow, because: 'extended' };
      if (amount <= 0) return 'nothingDue';
      if (!processor || !mandate?.reference || mandate.processor !== processor.name) {
        log.warn({ event: 'autopay.noMandate', accountId }, 'a bill could not be drawn');
        await tell({
          key: `${paymentId}:notDrawn`,
          accountId,
          conversationId: null,
          language: null,
          at: clock.now(),
          verified: true,
          late: true,
          kind: 'autopayNotDrawn',
          amount,
        });
        return 'noMandate';
      }
      for (let time = 0; time < numbersToTry && !payment; time++) {
        await payments.begin({
          _id: paymentId,
          accountId,
          source: 'autopay',
          conversationId: null,
          language: null,
          verified: true,
          amount,
          receiptNumber: spokenNumber('R', `${paymentId} ${time}`),
          startedAt: clock.now(),
          processor: processor.name,
        });
        payment = await payments.byId(paymentId);
      }
      if (!payment) throw new UpstreamError('payment.notStored', 'The store takes no payment');
    }
    if (payment.declinedOn != null || payment.returnedOn != null) return 'declined';
    if (!mandate?.reference || !processor) return 'noMandate';
    const { processorId } = await processor.draw({
      paymentId,
      amount: payment.amount,
      reference: mandate.reference,
    });
    await payments.began(paymentId, { processorId, redirect: null });
    await outcomes.carryOut(paymentId);
    return 'drawn';
  }

  /** The processor took nothing for hours: the customer pays another way. What it says later still counts. */
  async function giveUp({ billId }: { billId: string }): Promise<void> {
    await payments.learn(`autopay:${billId}`, { declineCode: 'notTaken', declinedOn: clock.today() });
    await outcomes.carryOut(`autopay:${billId}`);
  }

  return {
    paperless,
    enrolLink,
    stop,
    enrolled,
    schedule,
    /** Draws wait, a day at a time, while one of these says that the bill is being looked into. */
    waitFor(isDisputed: (accountId: string) => Promise<boolean>): void {
      disputes.push(isDisputed);
    },
  };
}
