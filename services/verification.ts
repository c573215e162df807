import type { NewAuditEntry } from '../models/auditEntry.ts';
import type { NoticeRequest } from '../models/outbox.ts';
import type { VerificationCode } from '../models/verificationCode.ts';
import type { VerificationTry } from '../models/verificationTry.ts';
import type { DistrictClock } from './clock.ts';
import { type ChangedContact, type ContactHistory, codesTo } from './codesTo.ts';
import { InvariantError } from './errors.ts';
import { isPin, noPin, type PinHash } from './pins.ts';
import type { Policy } from './policy.ts';
import type { Account, Contacts, Records } from './records.ts';
import type { Secrets } from './secrets.ts';
import { type CodeStore, createPlaces, type TryStore } from './verificationPlaces.ts';

/** Who says to be the customer, and on which turn; the requestId is the turn's own, a repeat brings it again. */
export type ProofRequest = {
  requestId: string;
  conversationId: string;
  accountNumber: string;
  zip: string;
  /** A keyed hash of the client's network (services/network.ts), where the channel knows it. */
  network?: string | null;
  /** The same of the client's own address. */
  address?: string | null;
};

export type CodeAnswer =
  /** The same for an account that is not there: "if the account and ZIP match, a code is on its way". */
  { ok: true; minutes: number } | { ok: false; reason: 'locked' | 'tooManyCodes'; waitMinutes: number };

export type ProofAnswer =
  | {
      ok: true;
      accountId: string;
      level: 'L1' | 'L2';
      by?: 'code' | 'pin';
      customerName: string;
    }
  | { ok: false; reason: 'notMatched' | 'expired' | 'locked' | 'tooManyCodes'; triesLeft: number };

export type VerificationDeps = {
  records: Pick<Records, 'matchAccount' | 'contacts'>;
  codes: CodeStore;
  tries: TryStore;
  pins: { ofAccount(accountId: string): PromiseLike<PinHash | null> };
  /** Contacts that were changed of late: a code goes to the one before. */
  contactHistory: ContactHistory;
  outbox: {
    enqueueNotice(notice: NoticeRequest): Promise<void>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  secrets: Secrets;
  clock: Pick<DistrictClock, 'now'>;
  policy: Pick<Policy, 'verify'>;
  machineNow?: () => Date;
};

export type VerificationService = ReturnType<typeof createVerificationService>;

/** No account has this id: what is looked up for it costs the same and finds nothing. */
const nobody = 'nobody';
const dayMs = 86_400_000;

/**
 * Proof of who a customer is. A wrong account number, ZIP, code and PIN all go the same way: the same words,
 * the same reads and writes, the same hashing; limits count by the number that was typed, whether or not an
 * account has it.
 *
 * A turn that dies between two writes is run again with the same requestId. The document of the code or the
 * try is written first and decides everything (its place, its time, the code); what follows (the outbox row,
 * the outcome, the audit entry) is derived from it under keys of its own, so a second run writes the same.
 */
export function createVerificationService(deps: VerificationDeps) {
  const { records, codes, tries, pins, outbox, audit, secrets, clock, contactHistory } = deps;
  const limits = deps.policy.verify;
  const { takeCode, takeTry } = createPlaces({ ...deps, limits });
  const absentPin = noPin();

  return {
    /** Sends a one-time code to the phone or e-mail on file; to an unknown account or contact, to nobody. */
    async sendCode(
      request: ProofRequest & { via: 'phone' | 'email'; language: string },
    ): Promise<CodeAnswer> {
      const { via } = request;
      const asked = keysOf(request, via);
      const [{ accountId, contacts, changes }, code] = await Promise.all([
        lookUp(asked),
        takeCode(asked, via),
      ]);
      if (code.answer === 'sent') {
        await outbox.enqueueNotice({
          key: code._id,
          channel: via === 'phone' ? 'sms' : 'email',
          to: codesTo(via, contacts, changes, asked.conversationId),
          template: 'verificationCode',
          language: request.language,
          sealed: secrets.seal(
            JSON.stringify({ code: digitsOf(code), minutes: limits.codeMinutes }),
            code._id,
          ),
          at: code.at,
        });
      }
      await note(asked, 'send', code.answer === 'sent' ? 'codeSent' : 'codeRefused', accountId, code.at);
      if (code.answer === 'sent') return { ok: true, minutes: limits.codeMinutes };
      const waitMinutes = code.answer === 'locked' ? limits.lockMinutes : limits.codeWindowMinutes;
      return { ok: false, reason: code.answer, waitMinutes };
    },

    /** L1: account number and ZIP match, which tells whether something is due and no more. It is counted as a try. */
    async checkAccount(request: ProofRequest): Promise<ProofAnswer> {
      const asked = keysOf(request, 'match');
      const [found, attempt] = await Promise.all([lookUp(asked), takeTry(asked, 'match', null)]);
      return settle(asked, found, attempt, async () => found.account !== null);
    },

    /** Checks the code that was sent last to that account from this conversation; it is good once. */
    async checkCode({ code, ...request }: ProofRequest & { code: string }): Promise<ProofAnswer> {
      const typed = code.replace(/\D/g, '');
      const asked = keysOf(request, `code ${typed}`);
      const last = await codes.latestFor(asked.accountKey, asked.conversationId);
      const [found, attempt] = await Promise.all([lookUp(asked), takeTry(asked, 'code', last)]);
      return settle(asked, found, attempt, async () => {
        const sent = last?._id === attempt.codeId ? last : await codes.byRequest(attempt.codeId ?? nobody);
        const right = secrets.equal(digitsOf(sent ?? { _id: nobody, nonce: nobody }), typed);
        return right && found.account !== null && sent !== null && (await codes.spend(sent._id, attempt._id));
      });
    },

    /** Checks the PIN that the customer chose with the District. */
    async checkPin({ pin, ...request }: ProofRequest & { pin: string }): Promise<ProofAnswer> {
      const typed = pin.replace(/\D/g, '');
      const asked = keysOf(request, `pin ${typed}`);
      const [found, attempt] = await Promise.all([lookUp(asked), takeTry(asked, 'pin', null)]);
      return settle(asked, found, attempt, async () => {
        const kept = await pins.ofAccount(found.account?.accountId ?? nobody);
        return (await isPin(typed, kept ?? absentPin)) && kept !== null;
      });
    },
  };

  /**
   * What the request is about, as keyed hashes: neither a number nor a proof is ever stored. The requestId as
   * well: its target is the account number that was typed.
   */
  function keysOf(
    { requestId, conversationId, accountNumber, zip, network, address }: ProofRequest,
    rest: string,
  ): Asked {
    const number = accountNumber.replace(/\D/g, '');
    const fiveDigits = zip.replace(/\D/g, '').slice(0, 5);
    const args = JSON.stringify([conversationId, number, fiveDigits, rest]);
    return {
      requestId: secrets.mac(`requestId ${requestId}`),
      conversationId,
      accountNumber: number,
      zip: fiveDigits,
      accountKey: secrets.mac(`account ${number}`),
      network: network ?? null,
      address: address ?? null,
      argsHash: secrets.mac(`args ${args}`),
    };
  }

  async function lookUp(asked: Asked): Promise<Found> {
    const account = await records.matchAccount(asked);
    const accountId = account?.accountId ?? null;
    const since = new Date(clock.now().getTime() - limits.holdRefundDays * dayMs);
    const [contacts, changes] = await Promise.all([
      records.contacts(accountId ?? nobody),
      contactHistory.since(accountId ?? nobody, since),
    ]);
    if (account !== null && contacts === null)
      throw new InvariantError('records.inconsistent', 'An account has no customer');
    return { account, accountId, contacts, changes };
  }

  async function settle(
    asked: Asked,
    found: Found,
    attempt: VerificationTry,
    isRight: () => Promise<boolean>,
  ) {
    const { account, contacts } = found;
    let { outcome } = attempt;
    if (outcome === 'pending') {
      const right = attempt.proof === 'match' ? 'matched' : 'right';
      outcome = (await isRight()) && account !== null ? right : 'wrong';
      await tries.settle(attempt._id, outcome);
    }
    if (outcome === 'wrong' && attempt.account.n === limits.maxTries) await tellOfLock(attempt, found);
    await note(asked, 'check', outcome === 'right' ? 'passed' : outcome, found.accountId, attempt.at);
    return toAnswer({ ...attempt, outcome }, account, contacts);
  }

  /**
   * The lock is told to the contact on file and to nobody else, once: whoever guesses reads the same words as ever.
   * For an account that is not there the notice goes to nobody, at the same cost.
   */
  async function tellOfLock(attempt: VerificationTry, { contacts, changes }: Found): Promise<void> {
    const phone = codesTo('phone', contacts, changes, attempt.conversation.key);
    const key = `lock:${attempt._id}`;
    await outbox.enqueueNotice({
      key,
      channel: phone === null && contacts?.email ? 'email' : 'sms',
      to: phone ?? codesTo('email', contacts, changes, attempt.conversation.key),
      template: 'accountLocked',
      language: contacts?.language ?? 'en',
      sealed: secrets.seal(JSON.stringify({ minutes: limits.lockMinutes }), key),
      at: attempt.at,
    });
  }

  function note(
    asked: Asked,
    verb: string,
    result: string,
    accountId: string | null,
    at: Date,
  ): Promise<void> {
    const { requestId, conversationId } = asked;
    const action = `verification.${result}`;
    return audit.record({
      key: `verification:${requestId}:${verb}`,
      at,
      actor: 'customer',
      action,
      accountId,
      conversationId,
    });
  }

  function digitsOf({ _id, nonce }: Pick<VerificationCode, '_id' | 'nonce'>): string {
    return secrets.digits(limits.codeDigits, `${nonce} ${_id}`);
  }
}

type Asked = ProofRequest & {
  accountKey: string;
  argsHash: string;
  network: string | null;
  address: string | null;
};
type Found = {
  account: Account | null;
  accountId: string | null;
  contacts: Contacts | null;
  changes: ChangedContact[];
};

/** The third wrong try answers as every later one does: locked. */
function toAnswer(
  { outcome, proof, triesLeft }: Pick<VerificationTry, 'outcome' | 'proof' | 'triesLeft'>,
  account: Account | null,
  contacts: Contacts | null,
): ProofAnswer {
  if ((outcome === 'right' || outcome === 'matched') && account !== null && contacts !== null) {
    const { accountId } = account;
    const { customerName } = contacts;
    return proof === 'match'
      ? { ok: true, accountId, level: 'L1', customerName }
      : { ok: true, accountId, level: 'L2', by: proof, customerName };
  }
  if (outcome === 'expired') return { ok: false, reason: 'expired', triesLeft };
  return { ok: false, reason: triesLeft === 0 ? 'locked' : 'notMatched', triesLeft };
}
