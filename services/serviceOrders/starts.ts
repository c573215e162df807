import { createHash } from 'node:crypto';
import type { NewServiceOrder, ServiceOrderRecord } from '../../models/serviceOrder.ts';
import { checkDigit } from '../accountNumber.ts';
import { ConflictError, UpstreamError } from '../errors.ts';
import { argsHash, spokenNumber } from '../requests.ts';
import type { Applicants } from './applicants.ts';
import type { PremiseChecks } from './premiseChecks.ts';
import type { ProgressService } from './progress.ts';
import { faultOfTexts, isWindow, numbersToTry } from './requests.ts';
import { blank } from './stops.ts';
import type {
  Quote,
  QuoteAnswer,
  QuoteRequest,
  ServiceOrderDeps,
  StartAnswer,
  StartRequest,
} from './types.ts';
import { toOrder } from './view.ts';

type Refusal = Exclude<StartAnswer, { ok: true }>;
/** All that was found out before a start is booked. */
type Cleared = { quote: Quote; customerId: string | null; review: string[] };
const kinds = ['residential', 'landlord', 'commercial'];
const longestReference = 300;

/** Beginning service at a premise. */
export function createStarts(
  deps: ServiceOrderDeps,
  parts: {
    checks: PremiseChecks;
    applicants: Applicants;
    progress: Pick<ProgressService, 'carryOn'>;
    quote(request: QuoteRequest): Promise<QuoteAnswer>;
  },
) {
  const { orders, secrets, clock, policy } = deps;
  const { checks, applicants, progress, quote } = parts;

  /** `transfer` is the stop that is to be booked with it, in text. */
  async function start(request: StartRequest, transfer: string | null = null): Promise<StartAnswer> {
    const hash = hashOf(request, transfer);
    const earlier = await orders.byRequest(request.requestId);
    if (earlier !== null) return answerAgain(earlier, hash);
    const cleared = await clear(request);
    return 'quote' in cleared && !('reason' in cleared) ? book(request, cleared, hash, transfer) : cleared;
  }

  async function clear(request: StartRequest): Promise<Cleared | Refusal> {
    const fault = faultOf(request);
    if (fault !== null) return { ok: false, reason: fault };
    const quoted = await quote(request);
    if (!quoted.ok) return quoted;
    const { windows, total } = quoted.quote;
    if (request.window && !windows.some(({ name }) => name === request.window))
      return { ok: false, reason: 'tooLateForWindow' };
    const known = request.accountId ? await applicants.known(request.accountId) : null;
    if (request.accountId && known === null) return { ok: false, reason: 'noAccount' };
    if (known !== null && known.debt > 0) return { ok: false, reason: 'priorDebt', amount: known.debt };
    if (request.agreed !== total) return { ok: false, reason: 'feesChanged', quote: quoted.quote };
    const mayOwe = known === null && request.applicant ? await applicants.mayOwe(request.applicant) : false;
    return {
      quote: quoted.quote,
      customerId: known?.customerId ?? null,
      review: mayOwe ? ['priorDebt'] : [],
    };
  }

  function faultOf(request: StartRequest) {
    const { occupancy, accountKind, applicant, accountId, proof, window } = request;
    const texts = faultOfTexts(request);
    if (texts !== null) return texts;
    if (!isWindow(window ?? null)) return 'badWindow' as const;
    if (!['owner', 'tenant'].includes(occupancy) || !kinds.includes(accountKind ?? 'residential'))
      return 'badOccupancy' as const;
    if (!accountId && !(applicant && applicants.isComplete(applicant))) return 'badApplicant' as const;
    if (proof && !isProof(proof, policy.start.proofs[occupancy])) return 'badProof' as const;
    return null;
  }

  async function book(
    request: StartRequest,
    cleared: Cleared,
    hash: string,
    transfer: string | null,
  ): Promise<StartAnswer> {
    const { serviceLocationId } = request;
    const [isRunning, landlord] = await Promise.all([
      checks.isRunning(serviceLocationId),
      checks.landlordOf(serviceLocationId),
    ]);
    for (let time = 0; time < numbersToTry; time++) {
      const accountNumber = deps.isNumberTaken && drawNumber(`${request.requestId} ${time}`);
      if (accountNumber && (await deps.isNumberTaken?.(accountNumber))) continue;
      const order = toNewOrder(request, cleared, {
        hash,
        time,
        accountNumber,
        landlord,
        isRunning,
        transfer,
      });
      const { orderNumber, ...rest } = order;
      if (await orders.book(order)) return answerAgain({ ...rest, _id: orderNumber }, hash);
      const same = await orders.byRequest(request.requestId);
      if (same !== null) return answerAgain(same, hash);
      if ((await orders.startAt(serviceLocationId)) !== null) return { ok: false, reason: 'premiseActive' };
      // Neither: a number is taken, or the premise has just become free.
    }
    throw new UpstreamError('serviceOrder.notStored', 'The store takes no order');
  }

  function toNewOrder(
    request: StartRequest,
    { quote: quoted, customerId, review }: Cleared,
    drawn: {
      hash: string;
      time: number;
      accountNumber: string | null;
      landlord: string | null;
      isRunning: boolean;
      transfer: string | null;
    },
  ): NewServiceOrder {
    const { requestId, serviceLocationId, day, window = null, proof = null, applicant = null } = request;
    const orderNumber = spokenNumber('SO', `${requestId} ${drawn.time}`);
    const sealed = (text: string | null) => (text === null ? null : secrets.seal(text, orderNumber));
    return {
      ...blank,
      orderNumber,
      kind: 'start',
      accountId: `account-${orderNumber}`,
      accountNumber: drawn.accountNumber,
      serviceLocationId,
      holdsPremise: serviceLocationId,
      effectiveOn: day,
      bookedFor: day,
      window,
      bookedWindow: window,
      forwardingAddress: null,
      accessNotes: request.accessNotes?.trim() || null,
      hazards: request.hazards ?? [],
      conversationId: request.conversationId,
      by: request.by ?? 'customer',
      status: proof === null ? 'waitingForProof' : 'open',
      work: drawn.isRunning ? ['READ_IN'] : ['TURN_ON', 'READ_IN'],
      review,
      needsReview: review.length > 0,
      customerId,
      applicant: customerId === null ? sealed(JSON.stringify(applicant)) : null,
      occupancy: request.occupancy,
      accountKind: request.accountKind ?? 'residential',
      fees: quoted.fees,
      proof: {
        by: quoted.proofBy,
        kind: proof?.kind ?? null,
        reference: proof?.reference ?? null,
        requestId: proof ? requestId : null,
      },
      revertsTo: drawn.landlord,
      transfer: sealed(drawn.transfer),
      bookedAt: clock.now(),
      requestId,
      argsHash: drawn.hash,
    };
  }

  async function answerAgain(order: ServiceOrderRecord, hash: string): Promise<StartAnswer> {
    if (order.argsHash !== hash)
      throw new ConflictError('action.conflict', 'A service order was repeated with other arguments');
    const progress_ = await progress.carryOn(order);
    if (progress_.status === 'refused') {
      const isPremise = progress_.reason === 'premiseActive';
      return { ok: false, reason: isPremise ? 'premiseActive' : 'refusedByRecords' };
    }
    return { ok: true, confirmation: progress_.status, order: toOrder(order, policy) };
  }

  return { start, clear };
}

/** A proof that the District takes from such an applicant, and where it lies. */
export const isProof = ({ kind, reference }: { kind: string; reference: string }, kinds: string[]): boolean =>
  kinds.includes(kind) && reference.trim() !== '' && reference.length <= longestReference;

/** Seven digits of the seed, never a zero first, and their check digit. */
function drawNumber(seed: string): string {
  const bytes = createHash('sha256').update(`account number ${seed}`).digest();
  const sevenDigits = String(1_000_000 + (bytes.readUInt32BE() % 9_000_000));
  return `${sevenDigits}${checkDigit(sevenDigits)}`;
}

const hashOf = ({ requestId, by, ...asked }: StartRequest, transfer: string | null): string =>
  argsHash('start', [
    transfer,
    Object.entries(asked)
      .filter(([, value]) => value != null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
