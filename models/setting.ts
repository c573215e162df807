import { type InferSchemaType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

/** What the product decides once, at its first start, and then keeps for all processes. */
const settingSchema = new Schema(
  {
    _id: { type: String, required: true },
    value: { type: String, required: true },
  },
  {
    versionKey: false,
    statics: {
      /** The value kept under a name: the one given, unless there is one already. */
      async once(name: string, value: string): Promise<string> {
        const kept = await this.findById(name).lean();
        if (kept !== null) return kept.value;
        try {
          await this.create({ _id: name, value });
          return value;
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          return (await this.findById(name).lean())?.value ?? value;
        }
      },
      /** The value kept under a name, or null. */
      async valueOf(name: string): Promise<string | null> {
        return (await this.findById(name).lean())?.value ?? null;
      },
    },
  },
);

export type Setting = InferSchemaType<typeof settingSchema>;
export const SettingModel = model('Setting', settingSchema);
