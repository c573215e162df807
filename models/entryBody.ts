import { model, Schema } from 'mongoose';

/** A text too long to carry along in its conversation. */
const entryBodySchema = new Schema(
  { _id: { type: String, required: true }, text: { type: String, required: true } },
  { versionKey: false },
);
export const EntryBodyModel = model('EntryBody', entryBodySchema);
