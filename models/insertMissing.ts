import type { Model } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

/** Inserts the documents that are not there yet, by their keys; what is there stays as it is. */
export async function insertMissing<Shape>(into: Model<Shape>, documents: Shape[]): Promise<void> {
  if (documents.length === 0) return;
  try {
    await into.insertMany(documents, { ordered: false, lean: true });
  } catch (error) {
    const refused = (error as { writeErrors?: { code?: number }[] }).writeErrors ?? [];
    if (!isDuplicate(error) || refused.some(({ code }) => code !== 11000)) throw error;
  }
}
