import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

export type IncidentEvent = {
  requestId: string;
  argsHash: string;
  at: Date;
  actor: string;
  kind: string;
  details: Record<string, unknown>;
};
/** What customers are told, in the words that the District approved, by language. */
export type IncidentNotice = { en: string; es: string };

const fields = {
  _id: { type: String, required: true }, // the incident number, I-…
  kind: { type: String, enum: ['waterQuality', 'outage', 'planned'] as const, required: true },
  zip: { type: String, required: true }, // its zone
  status: { type: String, enum: ['open', 'closed'] as const, required: true },
  openedAt: { type: Date, required: true }, // District time, as all times here
  updatedAt: { type: Date, required: true },
  closedAt: { type: Date, default: null },
  /** The latest report that joined: a new one within the window of it belongs to it. */
  lastReportAt: { type: Date, required: true },
  /** The reports that made it have all been joined to it. */
  gathered: { type: Boolean, required: true },
  /** Begin and end of a planned outage. */
  from: { type: Date, default: null },
  to: { type: Date, default: null },
  /** When it is expected to be over, where that is known. */
  expectedAt: { type: Date, default: null },
  notice: { type: Schema.Types.Mixed, default: null },
  /** How often its state was changed: customers who joined hear of each. */
  told: { type: Number, required: true },
  /** One current incident a kind and zone. */
  openKey: { type: String, default: null },
  version: { type: Number, required: true },
  history: { type: [Schema.Types.Mixed], required: true },
} as const;

/** Something that many customers feel: a cluster of water-quality reports, an outage, planned work. */
const incidentSchema = new Schema(fields, {
  versionKey: false,
  minimize: false,
  statics: {
    byNumber(incidentNumber: string) {
      return this.findById(incidentNumber).lean<IncidentRecord>();
    },
    byRequest(requestId: string) {
      return this.findOne({ 'history.requestId': requestId }).lean<IncidentRecord>();
    },
    current(openKey: string) {
      return this.findOne({ openKey }).lean<IncidentRecord>();
    },
    /** False where the number, the request or the open key is taken. */
    async open(record: IncidentRecord): Promise<boolean> {
      try {
        await this.create(record);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    async change(number: string, version: number, change: IncidentChange): Promise<IncidentRecord | null> {
      try {
        return await this.findOneAndUpdate(
          { _id: number, version },
          { $set: change.set, $inc: { version: 1 }, $push: { history: change.event } },
          { returnDocument: 'after' },
        ).lean<IncidentRecord>();
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
    },
    async reported(number: string, at: Date): Promise<void> {
      await this.updateOne({ _id: number }, { $max: { lastReportAt: at } });
    },
    async gatheredAll(number: string): Promise<void> {
      await this.updateOne({ _id: number, gathered: false }, { $set: { gathered: true } });
    },
    /** Nobody has reported for so long that the next report is of something else. */
    async age(number: string, lastReportAt: Date): Promise<void> {
      await this.updateOne({ _id: number, lastReportAt }, { $set: { openKey: null } });
    },
    near(zip: string, limit: number) {
      return this.find({ zip, status: 'open' }).sort({ openedAt: -1 }).limit(limit).lean<IncidentRecord[]>();
    },
    list(status: 'open' | 'closed', before: Date | null, limit: number) {
      return this.find({ status, ...(before ? { openedAt: { $lt: before } } : {}) })
        .sort({ openedAt: -1 })
        .limit(limit)
        .lean<IncidentRecord[]>();
    },
  },
});
incidentSchema.index({ 'history.requestId': 1 }, { unique: true });
incidentSchema.index(
  { openKey: 1 },
  { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } },
);
incidentSchema.index({ zip: 1, status: 1, openedAt: -1 });
incidentSchema.index({ status: 1, openedAt: -1 });

export type IncidentRecord = Omit<InferRawDocType<typeof fields>, 'history' | 'notice'> & {
  history: IncidentEvent[];
  notice: IncidentNotice | null;
};
export type IncidentChange = { set: Partial<IncidentRecord>; event: IncidentEvent };
export const IncidentModel = model('Incident', incidentSchema);
