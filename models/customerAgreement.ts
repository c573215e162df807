import { type InferSchemaType, model, Schema } from 'mongoose';

/** That an account has service at a premise, from a day to a day; without an end it still runs. */
const customerAgreementSchema = new Schema(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    serviceLocationId: { type: String, required: true },
    startedOn: { type: String, required: true },
    endedOn: { type: String, default: null },
    /** A landlord's account that takes the premise back when this agreement ends. */
    revertsTo: { type: String, default: null },
    /** The landlord's own, between two tenants: it ends when the next one begins. */
    interim: { type: Boolean, default: false },
  },
  {
    versionKey: false,
    statics: {
      runningAt(serviceLocationId: string) {
        return this.find({ serviceLocationId, endedOn: null }).lean();
      },
      /** The latest agreements at a premise, ended or not. */
      latestAt(serviceLocationId: string, count: number) {
        return this.find({ serviceLocationId }).sort({ startedOn: -1 }).limit(count).lean();
      },
      /** Ends what an account still has running at a premise. */
      async end(accountId: string, serviceLocationId: string, endedOn: string): Promise<void> {
        await this.updateMany({ accountId, serviceLocationId, endedOn: null }, { $set: { endedOn } });
      },
      /** Whom the running agreements of others at a premise fall back to; false where none runs. */
      async revert(serviceLocationId: string, landlordAccountId: string): Promise<boolean> {
        const { matchedCount } = await this.updateMany(
          { serviceLocationId, endedOn: null, accountId: { $ne: landlordAccountId } },
          { $set: { revertsTo: landlordAccountId } },
        );
        return matchedCount > 0;
      },
      ofAccount(accountId: string) {
        return this.find({ accountId }).lean();
      },
    },
  },
);
customerAgreementSchema.index({ serviceLocationId: 1, endedOn: 1 });
customerAgreementSchema.index({ serviceLocationId: 1, startedOn: -1 });
customerAgreementSchema.index({ accountId: 1 });

export type CustomerAgreement = InferSchemaType<typeof customerAgreementSchema>;
export const CustomerAgreementModel = model('CustomerAgreement', customerAgreementSchema);
