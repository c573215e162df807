import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

/** One person who was paged: which run of the paging did it, so that none is paged twice for one step. */
export type PageStep = { run: number; person: string; at: Date };

const fields = {
  _id: { type: String, required: true }, // what it is about: a case's or an incident's number
  /** What somebody answers with: "ACK 4821". Unique among those that are open. */
  n: { type: Number, required: true },
  caseNumber: { type: String, default: null },
  incidentNumber: { type: String, default: null },
  /** The category or the kind of incident; never a customer's words. */
  what: { type: String, required: true },
  address: { type: String, default: null },
  zip: { type: String, default: null },
  conversationId: { type: String, default: null },
  status: { type: String, enum: ['open', 'acknowledged', 'unanswered'] as const, required: true },
  startedAt: { type: Date, required: true }, // District time
  steps: { type: [Schema.Types.Mixed], required: true },
  acknowledgedBy: { type: String, default: null },
  acknowledgedVia: { type: String, default: null },
  acknowledgedAt: { type: Date, default: null },
} as const;

/** The people on call are told of something, one after the other, until somebody acknowledges. */
const pageSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(id: string) {
      return this.findById(id).lean<PageRecord>();
    },
    /** The latest of a number: numbers come again once a page is answered. */
    byNumber(n: number) {
      return this.findOne({ n }).sort({ startedAt: -1 }).lean<PageRecord>();
    },
    /** Whether somebody was paged for the same in a zone since then, for another case. */
    async hasOther({ _id, zip, what, since }: { _id: string; zip: string; what: string; since: Date }) {
      const other = { zip, what, startedAt: { $gte: since }, _id: { $ne: _id } };
      return (await this.findOne(other, { _id: 1 }).lean()) !== null;
    },
    open(limit: number) {
      return this.find({ status: { $in: ['open', 'unanswered'] } })
        .sort({ startedAt: 1 })
        .limit(limit)
        .lean<PageRecord[]>();
    },
    /** False where there is a page of that id, or an open one of that number. */
    async begin(page: PageRecord): Promise<boolean> {
      try {
        await this.create(page);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Notes whose turn it is, unless somebody acknowledged or this run has noted it; answers the page as it is. */
    async step(id: string, step: PageStep): Promise<PageRecord | null> {
      await this.updateOne(
        { _id: id, status: 'open', 'steps.run': { $ne: step.run } },
        { $push: { steps: step } },
      );
      return this.findById(id).lean<PageRecord>();
    },
    /** The first to acknowledge stands. */
    async acknowledge(id: string, by: { person: string; via: string; at: Date }): Promise<PageRecord | null> {
      await this.updateOne(
        { _id: id, status: { $in: ['open', 'unanswered'] } },
        {
          $set: {
            status: 'acknowledged',
            acknowledgedBy: by.person,
            acknowledgedVia: by.via,
            acknowledgedAt: by.at,
          },
        },
      );
      return this.findById(id).lean<PageRecord>();
    },
    /** Everybody was paged and nobody answered. */
    async giveUp(id: string): Promise<PageRecord | null> {
      await this.updateOne({ _id: id, status: 'open' }, { $set: { status: 'unanswered' } });
      return this.findById(id).lean<PageRecord>();
    },
  },
});
pageSchema.index({ n: 1 }, { unique: true, partialFilterExpression: { status: 'open' } });
pageSchema.index({ n: 1, startedAt: -1 });
pageSchema.index({ zip: 1, what: 1, startedAt: -1 });
pageSchema.index({ status: 1, startedAt: 1 });

export type PageRecord = Omit<InferRawDocType<typeof fields>, 'steps'> & { steps: PageStep[] };
export const PageModel = model('Page', pageSchema);
