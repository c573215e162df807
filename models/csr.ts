import { type InferSchemaType, model, Schema } from 'mongoose';

export const presences = ['available', 'away', 'offline'] as const;
export const csrRoles = ['csr1', 'csr2', 'lead', 'supervisor', 'administrator'] as const;

/** A person who works at the desk. */
const csrSchema = new Schema(
  {
    _id: { type: String, required: true },
    email: { type: String, required: true }, // lower case
    name: { type: String, required: true }, // as colleagues read it
    publicName: { type: String, required: true }, // as customers read it
    role: { type: String, enum: csrRoles, required: true },
    skills: { type: [String], default: [] },
    languages: { type: [String], default: [] },
    passwordHash: { type: String, required: true },
    presence: { type: String, enum: presences, default: 'offline' },
    presenceAt: { type: Date, default: null }, // District time
    disabled: { type: Boolean, default: false },
  },
  {
    versionKey: false,
    statics: {
      withEmail(email: string) {
        return this.findOne({ email: email.trim().toLowerCase() }).lean();
      },
    },
  },
);
csrSchema.index({ email: 1 }, { unique: true });

export type CsrDocument = InferSchemaType<typeof csrSchema> & { _id: string };
export type Presence = (typeof presences)[number];
export const CsrModel = model('Csr', csrSchema);
