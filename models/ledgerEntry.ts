import { type InferRawDocType, model, Schema } from 'mongoose';
import { duplicateOf, isDuplicate } from './duplicate.ts';
import { inTurn } from './inTurn.ts';

export const ledgerKinds = ['charge', 'payment', 'reversal', 'credit', 'refund'] as const;

const fields = {
  _id: { type: String, required: true },
  accountId: { type: String, required: true },
  kind: { type: String, enum: ledgerKinds, required: true },
  /** Cents; positive is owed to the District, negative is paid to it. */
  amount: { type: Number, required: true },
  postedOn: { type: String, required: true },
  billId: { type: String, default: null },
  /** What the charge or credit is for, where it is no bill. */
  label: { type: String, default: null },
  /** The requestId of the entry that this one takes back or belongs to. */
  of: { type: String, default: null },
  requestId: { type: String, required: true },
  /** The place in the account's ledger, from 1 without a gap; absent on what was brought over from elsewhere. */
  seq: { type: Number },
  /** The sum of all numbered entries up to this one, in cents. */
  sum: { type: Number },
} as const;

/** How often an entry asks for the next place when others take it first. */
const mostTries = 2_000;
/** How many brought-over entries are read at first; twice as many each time after. */
const firstPage = 64;

/**
 * Money on an account. An entry is never edited: what was wrong is reversed by another.
 *
 * An entry takes the place after the last one, which it has read, and carries the sum up to itself. Places are
 * unique and the entries before it never change, so that the last sum is the sum of all, whatever was killed and
 * however many write at once; nothing else has to be kept true, and a balance costs the same for 10 and for 10,000.
 */
const ledgerEntrySchema = new Schema(fields, {
  versionKey: false,
  statics: {
    /** Writes an entry; its requestId a second time changes nothing. */
    async post(entry: NewLedgerEntry): Promise<void> {
      await inTurn(entry.accountId, () => place(entry));
    },
    /** Whether the entry of a request is there. */
    async isPosted(requestId: string): Promise<boolean> {
      return (await this.exists({ requestId })) !== null;
    },
    /** What was charged from a day on that is no bill, in cents. */
    async feesSince(accountId: string, day: string): Promise<number> {
      const [sum] = await this.aggregate<{ cents: number }>([
        { $match: { accountId, postedOn: { $gte: day }, kind: 'charge', billId: null } },
        { $group: { _id: null, cents: { $sum: '$amount' } } },
      ]);
      return sum?.cents ?? 0;
    },
    /** The sum of all entries, in cents; zero where there are none. */
    async balanceOf(accountId: string): Promise<number> {
      const [last, brought] = await Promise.all([lastOf(accountId), broughtOver(accountId)]);
      return (last?.sum ?? 0) + brought;
    },
    /** The latest first, from the one after `cursor` on. */
    async page(accountId: string, { limit, cursor }: LedgerQuery): Promise<LedgerEntry[]> {
      return this.find({ accountId, ...(cursor === null ? {} : before(cursor)) })
        .sort({ postedOn: -1, seq: -1, _id: -1 })
        .limit(limit)
        .lean();
    },
    async byRequest(requestId: string): Promise<LedgerEntry | null> {
      return this.findOne({ requestId }).lean();
    },
    /** How many payments of an account came back since a day, before the one that a reversal tells of. */
    async returnsBefore(accountId: string, since: string, reversal: LedgerEntry | null): Promise<number> {
      const before = reversal?.seq ?? Number.POSITIVE_INFINITY;
      const found: LedgerEntry[] = await this.find({
        accountId,
        kind: 'reversal',
        postedOn: { $gte: since },
      })
        .limit(firstPage)
        .lean();
      return found.filter(({ label, seq }) => label !== 'dispute' && (seq ?? 0) < before).length;
    },
    /** Adds an account's entries up one by one and compares: whether each sum and each place is right. */
    async holds(accountId: string): Promise<boolean> {
      const last = await lastOf(accountId);
      const upTo = last?.seq ?? 0;
      const [all] = await this.aggregate<{ cents: number; count: number }>([
        { $match: { accountId, seq: { $gt: 0, $lte: upTo } } },
        { $group: { _id: null, cents: { $sum: '$amount' }, count: { $sum: 1 } } },
      ]);
      return (all?.cents ?? 0) === (last?.sum ?? 0) && (all?.count ?? 0) === upTo;
    },
  },
});
ledgerEntrySchema.index({ accountId: 1, postedOn: -1, seq: -1, _id: -1 });
ledgerEntrySchema.index({ accountId: 1, seq: -1 });
ledgerEntrySchema.index(
  { accountId: 1, seq: 1 },
  { unique: true, partialFilterExpression: { seq: { $gt: 0 } } },
);
ledgerEntrySchema.index({ requestId: 1 }, { unique: true });

export type LedgerEntry = Omit<InferRawDocType<typeof fields>, 'seq' | 'sum'> & {
  seq?: number | null;
  sum?: number | null;
};
export type LedgerQuery = { limit: number; cursor: string | null };
export type NewLedgerEntry = Omit<LedgerEntry, 'billId' | 'seq' | 'sum'> & { billId?: string | null };
export const LedgerEntryModel = model('LedgerEntry', ledgerEntrySchema);

/** What a page ends with, so that the next begins after it. */
export const cursorOf = ({ postedOn, seq, _id }: LedgerEntry): string => `${postedOn}|${seq ?? 0}|${_id}`;

/** The entries that come after a cursor: earlier days, then lower places of its day; those without one come last. */
function before(cursor: string) {
  const [, postedOn = '', place = '', id = ''] = /^([^|]*)\|(\d+)\|(.*)$/s.exec(cursor) ?? [];
  const seq = Number(place);
  const ofThatDay =
    seq > 0
      ? [
          { postedOn, seq: { $lt: seq } },
          { postedOn, seq: null },
        ]
      : [{ postedOn, seq: null, _id: { $lt: id } }];
  return { postedOn: { $lte: postedOn }, $or: [{ postedOn: { $lt: postedOn } }, ...ofThatDay] };
}

/** Takes the next place in the account's ledger, unless the request has one. */
async function place(entry: NewLedgerEntry): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const last = await lastOf(entry.accountId);
    const next = { seq: (last?.seq ?? 0) + 1, sum: (last?.sum ?? 0) + entry.amount };
    try {
      await LedgerEntryModel.create({ ...entry, ...next });
      return;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // Somebody else took the place; any other key says that the request was done before.
      if (duplicateOf(error) !== 'accountId') return;
    }
  }
  throw new Error('An account’s ledger is written to faster than an entry can be placed');
}

/** The entry with the highest number, or null where none has one. */
async function lastOf(accountId: string): Promise<LedgerEntry | null> {
  return LedgerEntryModel.findOne({ accountId, seq: { $gt: 0 } })
    .sort({ seq: -1 })
    .lean();
}

/** The sum of the entries without a number: those come first in the index, so that hardly any other is read. */
async function broughtOver(accountId: string): Promise<number> {
  let sum = 0;
  for (let skip = 0, limit = firstPage; ; skip += limit, limit *= 2) {
    const page = await LedgerEntryModel.find({ accountId }, { amount: 1, seq: 1 })
      .sort({ seq: 1 })
      .skip(skip)
      .limit(limit)
      .lean();
    const unnumbered = page.filter(({ seq }) => seq == null);
    sum += unnumbered.reduce((total, { amount }) => total + amount, 0);
    if (unnumbered.length < limit) return sum;
  }
}
