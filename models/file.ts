import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose from 'mongoose';

/** A file as it is kept: its name is a label, its id is what opens it. */
export type StoredFile = {
  id: string;
  name: string;
  contentType: string;
  size: number;
  conversationId: string;
};

const bucket = () => new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, { bucketName: 'fs' });

/** Writes a file to GridFS under a random id; it is there whole or not at all. */
export async function saveFile({
  name,
  bytes,
  contentType,
  conversationId,
}: Omit<StoredFile, 'id' | 'size'> & { bytes: Buffer }): Promise<StoredFile> {
  const id = randomBytes(24).toString('base64url');
  const upload = bucket().openUploadStreamWithId(id as never, name, {
    metadata: { contentType, conversationId },
  });
  // The file's own document is written after its last chunk, so a crash leaves chunks that nothing names.
  await pipeline(Readable.from([bytes]), upload);
  return { id, name, contentType, size: bytes.length, conversationId };
}

/** Opens a file, or answers null where there is none of that id. */
export async function openFile(id: string): Promise<(StoredFile & { stream: NodeJS.ReadableStream }) | null> {
  const [file] = await bucket()
    .find({ _id: id as never })
    .limit(1)
    .toArray();
  if (!file) return null;
  const { contentType, conversationId } = file.metadata as { contentType: string; conversationId: string };
  return {
    id,
    name: file.filename,
    contentType,
    size: file.length,
    conversationId,
    stream: bucket().openDownloadStream(id as never),
  };
}
