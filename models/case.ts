import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

export const casePriorities = ['emergency', 'high', 'normal', 'low'] as const;
export type CasePriority = (typeof casePriorities)[number];

/** One thing that happened to a case; what is here is never changed. */
export type CaseEvent = {
  /** A keyed hash of the request: the same request is found again, and an anonymous one names nobody. */
  requestId: string;
  argsHash: string;
  /** District time. */
  at: Date;
  /** customer, system, or a CSR's id. */
  actor: string;
  kind: string;
  /** What else there is to know: words for the desk, ids, what was decided. */
  details: Record<string, unknown>;
};
/** Where the reporter is reached, where no account says so. */
export type CaseContact = {
  name: string | null;
  phone: string | null;
  email: string | null;
  language: string;
};
export type CasePromise = { id: string; at: Date; note: string };
export type CaseAttention = { reason: string; at: Date };

const fields = {
  _id: { type: String, required: true }, // the case number, C-…; Open311's service_request_id
  serviceCode: { type: String, required: true },
  group: { type: String, required: true },
  priority: { type: String, enum: casePriorities, required: true },
  status: { type: String, enum: ['open', 'closed'] as const, required: true },
  /** How it ended, once it is closed. */
  outcome: { type: String, default: null },
  requestedAt: { type: Date, required: true }, // District time, as all times here
  updatedAt: { type: Date, required: true },
  acknowledgeBy: { type: Date, required: true },
  acknowledgedAt: { type: Date, default: null },
  expectedAt: { type: Date, required: true },
  /** When the next of these is due while it is open; past means overdue. */
  nextDueAt: { type: Date, default: null },
  closedAt: { type: Date, default: null },
  /** How often it was opened: a reopened case has deadlines of its own. */
  openings: { type: Number, required: true },
  owner: { type: String, default: null }, // a CSR's id
  attention: { type: Schema.Types.Mixed, default: null },
  promise: { type: Schema.Types.Mixed, default: null },
  /** The customer was reached, and how often that was tried, since it was last opened. */
  reached: { type: Boolean, default: false },
  contactTries: { type: Number, default: 0 },
  description: { type: String, default: null },
  address: { type: String, default: null },
  zip: { type: String, default: null },
  serviceLocationId: { type: String, default: null },
  media: { type: [String], default: [] }, // ids of files
  anonymous: { type: Boolean, required: true },
  accountId: { type: String, default: null },
  conversationId: { type: String, default: null },
  contact: { type: Schema.Types.Mixed, default: null },
  orderNumber: { type: String, default: null }, // the field order that it caused
  incidentNumber: { type: String, default: null },
  /** The last state of the incident that the customer was told of. */
  incidentTold: { type: Number, default: 0 },
  /** One open case for what this names: a danger that a conversation tells of. */
  openKey: { type: String, default: null },
  /** Rises with each change; a change holds only at the version that it saw. */
  version: { type: Number, required: true },
  history: { type: [Schema.Types.Mixed], required: true },
} as const;

/** What a customer reports or complains of, until it is settled. */
const caseSchema = new Schema(fields, {
  versionKey: false,
  minimize: false,
  statics: {
    byNumber(caseNumber: string) {
      return this.findById(caseNumber).lean<CaseRecord>();
    },
    /** The case to whose history a request belongs. */
    byRequest(requestId: string) {
      return this.findOne({ 'history.requestId': requestId }).lean<CaseRecord>();
    },
    byOpenKey(openKey: string) {
      return this.findOne({ openKey }).lean<CaseRecord>();
    },
    /** False where the number, the request or the open key is taken. */
    async open(record: CaseRecord): Promise<boolean> {
      try {
        await this.create(record);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Changes a case that is still at that version; null where it is not, or where the request was taken. */
    async change(caseNumber: string, version: number, change: CaseChange): Promise<CaseRecord | null> {
      try {
        return await this.findOneAndUpdate(
          { _id: caseNumber, version },
          {
            $set: { ...change.set, updatedAt: change.event.at },
            $inc: { version: 1 },
            $push: { history: change.event },
          },
          { returnDocument: 'after' },
        ).lean<CaseRecord>();
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
    },
    /** The newest first, after the last one of the page before. */
    page(filter: CaseFilter, after: { requestedAt: Date; caseNumber: string } | null, limit: number) {
      const further = after && {
        $or: [
          { requestedAt: { $lt: after.requestedAt } },
          { requestedAt: after.requestedAt, _id: { $lt: after.caseNumber } },
        ],
      };
      return this.find({ ...filter, ...further }, { history: 0 })
        .sort({ requestedAt: -1, _id: -1 })
        .limit(limit)
        .lean<CaseRecord[]>();
    },
    /** What should have been dealt with by now, the longest overdue first. */
    overdue(now: Date, limit: number) {
      return this.find({ nextDueAt: { $lte: now } }, { history: 0 })
        .sort({ nextDueAt: 1 })
        .limit(limit)
        .lean<CaseRecord[]>();
    },
    /** What somebody at the desk must look at now, the longest waiting first. */
    wanting(limit: number) {
      return this.find({ 'attention.at': { $type: 'date' } }, { history: 0 })
        .sort({ 'attention.at': 1 })
        .limit(limit)
        .lean<CaseRecord[]>();
    },
    /** Cases of those kinds in a zone since then that belong to no incident yet, the oldest first. */
    apart(where: { zip: string; serviceCodes: readonly string[]; since: Date }, limit: number) {
      return this.find({
        zip: where.zip,
        serviceCode: { $in: where.serviceCodes },
        incidentNumber: null,
        requestedAt: { $gte: where.since },
      })
        .sort({ requestedAt: 1 })
        .limit(limit)
        .lean<CaseRecord[]>();
    },
    joined(incidentNumber: string) {
      return this.countDocuments({ incidentNumber });
    },
    /** The first case of a kind that belongs to an incident. */
    firstOfKind(incidentNumber: string, serviceCode: string) {
      return this.findOne({ incidentNumber, serviceCode }, { requestedAt: 1 })
        .sort({ requestedAt: 1, _id: 1 })
        .lean<Pick<CaseRecord, '_id' | 'requestedAt'>>();
    },
    /** Cases of an incident whose customers have not heard of its latest state. */
    untold(incidentNumber: string, told: number, limit: number) {
      return this.find({ incidentNumber, incidentTold: { $lt: told } })
        .limit(limit)
        .lean<CaseRecord[]>();
    },
    async told(caseNumber: string, told: number): Promise<void> {
      await this.updateOne(
        { _id: caseNumber, incidentTold: { $lt: told } },
        { $set: { incidentTold: told } },
      );
    },
  },
});
caseSchema.index({ 'history.requestId': 1 }, { unique: true }); // a retried turn opens one case
caseSchema.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } });
caseSchema.index({ requestedAt: -1, _id: -1 });
caseSchema.index({ status: 1, requestedAt: -1, _id: -1 });
caseSchema.index({ owner: 1, requestedAt: -1, _id: -1 });
caseSchema.index({ accountId: 1, requestedAt: -1, _id: -1 });
caseSchema.index({ zip: 1, serviceCode: 1, requestedAt: -1 });
caseSchema.index({ incidentNumber: 1, serviceCode: 1, requestedAt: 1 });
caseSchema.index({ nextDueAt: 1 }, { partialFilterExpression: { nextDueAt: { $type: 'date' } } });
caseSchema.index({ 'attention.at': 1 }, { partialFilterExpression: { 'attention.at': { $type: 'date' } } });

export type CaseRecord = Omit<
  InferRawDocType<typeof fields>,
  'history' | 'contact' | 'promise' | 'attention' | 'media'
> & {
  history: CaseEvent[];
  contact: CaseContact | null;
  promise: CasePromise | null;
  attention: CaseAttention | null;
  media: string[];
};
export type CaseChange = { set: Partial<CaseRecord>; event: CaseEvent };
export type CaseFilter = Partial<
  Pick<
    CaseRecord,
    'status' | 'group' | 'serviceCode' | 'priority' | 'owner' | 'zip' | 'incidentNumber' | 'accountId'
  >
>;
export const CaseModel = model('Case', caseSchema);
