import { type InferSchemaType, model, Schema } from 'mongoose';

/** Who a customer is: the only place of names, phones and addresses of people, apart from what they use and owe. */
const customerSchema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    language: { type: String, default: 'en' },
    phone: { type: String, default: null },
    email: { type: String, default: null },
    accountIds: { type: [String], required: true },
  },
  {
    versionKey: false,
    statics: {
      ofAccount(accountId: string) {
        return this.findOne({ accountIds: accountId }).lean();
      },
    },
  },
);
customerSchema.index({ accountIds: 1 });

export type Customer = InferSchemaType<typeof customerSchema>;
export const CustomerModel = model('Customer', customerSchema);
