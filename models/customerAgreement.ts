import { type InferSchemaType, model, Schema } from 'mongoose';

/** That an account has service at a premise, from a day to a day; without an end it still runs. */
const customerAgreementSchema = new Schema(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    serviceLocationId: { type: String, required: true },
    startedOn: { type: String, required: true },
    endedOn: { type: String, default: null },
  },
  {
    versionKey: false,
    statics: {
      runningAt(serviceLocationId: string) {
        return this.find({ serviceLocationId, endedOn: null }).lean();
      },
      ofAccount(accountId: string) {
        return this.find({ accountId }).lean();
      },
    },
  },
);
customerAgreementSchema.index({ serviceLocationId: 1, endedOn: 1 });
customerAgreementSchema.index({ accountId: 1 });

export type CustomerAgreement = InferSchemaType<typeof customerAgreementSchema>;
export const CustomerAgreementModel = model('CustomerAgreement', customerAgreementSchema);
